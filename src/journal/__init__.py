"""What is on disk before anyone hears of it, and how it is found again after whatever happened.

A sweep's folder holds `journal.jsonl`, a line for everything that happened in the order it did, and the arrays of
its fits. Trackers, resume, audit and report read nothing else about the search.
"""

from src.journal.fit_files import FitFiles, StoredFit
from src.journal.history import History, fit_id_of, fit_lines, outcome_of
from src.journal.journal import Journal
from src.journal.lines import JOURNAL, Line, number_of, read_lines

__all__ = [
    "JOURNAL",
    "FitFiles",
    "History",
    "Journal",
    "Line",
    "StoredFit",
    "fit_id_of",
    "fit_lines",
    "number_of",
    "outcome_of",
    "read_lines",
]
