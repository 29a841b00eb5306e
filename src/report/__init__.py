"""What a sweep came to, as one page for people: sweeps/<name>/report.html.

It is made of what lies in the folder of the sweep and nothing else, so that `python -m src.report` can make it again:
equal files give equal bytes.
"""

from src.report.build import write_report

__all__ = ["write_report"]
