"""Prints the address of the newest sweep's view, for `make mlflow`: from the database, as MLflow takes seconds."""

import json
import sqlite3
import sys
from contextlib import closing, suppress
from pathlib import Path

from lstm_sweep.tracking.mlflow.view import OURS, PREFIX, view_page

_VIEWS = """
    SELECT tags.value, tags.experiment_id, tags.key FROM experiment_tags AS tags
    JOIN experiments ON experiments.experiment_id = tags.experiment_id
    WHERE tags.key LIKE ? AND tags.value LIKE '{%' AND experiments.lifecycle_stage = 'active'
"""


def newest_view(database: Path, server: str) -> str | None:
    """Name and address of the newest sweep's view, in a sentence; None where no sweep has one.

    Args:
        database: SQLite, of MLflow.
        server: that shows it ('http://127.0.0.1:5000').

    Raises:
        sqlite3.Error: where it cannot be read.
    """
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as store:
        views = store.execute(_VIEWS, (f"{PREFIX}{OURS}%",)).fetchall()
    found = [(json.loads(text), experiment, tag.removeprefix(PREFIX)) for text, experiment, tag in views]
    if not found:
        return None
    view, experiment, key = max(found, key=lambda each: (each[0]["createdAt"], each[2]))
    return f"Trials of sweep {view['name']}, best first: {view_page(server, str(experiment), key)}"


if __name__ == "__main__":
    with suppress(sqlite3.Error, IndexError):  # MLflow itself says what is wrong with it
        sys.stdout.writelines(f"{found}\n" for found in [newest_view(Path(sys.argv[1]), sys.argv[2])] if found)
