"""Artifacts follow their database: MLflow writes down absolute places, which are wrong once the folder has moved."""

import os
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

_EXPERIMENTS = ("experiments", "artifact_location", "1")
_PLACES = (
    _EXPERIMENTS,
    ("runs", "artifact_uri", "1"),
    ("logged_models", "artifact_location", "1"),
    ("model_versions", "source", "1"),
    ("model_versions", "storage_location", "1"),
    ("trace_tags", "value", "key = 'mlflow.artifactLocation'"),
)
"""Table, column and condition of everything that MLflow 3.17 keeps a place of files in."""


def follow_folder(database: Path) -> str | None:
    """Let the places in a SQLite store that was moved or copied be below the folder where it is now.

    What was moved is what lies below the folder that held the database before, as its experiments tell. A run whose
    files are still there, and not here, stays; places elsewhere (a bucket, another folder) are none of it.

    Args:
        database: of MLflow, with its tables.

    Returns:
        What was done, in a sentence for people; None where nothing was.

    Raises:
        sqlite3.Error: where it cannot be read, or another process keeps it locked for seconds.
    """
    if not os.access(database, os.W_OK):
        return None
    folder = database.parent.resolve()
    with closing(sqlite3.connect(database, isolation_level=None)) as store:
        former = set(_former_folders(store, folder, database.name))
        if not former:
            return None
        store.execute("BEGIN IMMEDIATE")
        number = sum(_rewrite(store, place, former, folder) for place in _PLACES)
        store.execute("COMMIT")
    named = " and ".join(map(str, sorted(former)))
    return f"{database} was in {named} before: {number:,} places of artifacts that it names are in {folder} now."


def _former_folders(store: sqlite3.Connection, folder: Path, name: str) -> Iterator[Path]:
    """Folders other than `folder` that held the database: of those that hold experiments' files, the ones that have
    such a database still, or are gone, or whose runs' files are here.
    """
    for experiment, location in store.execute("SELECT experiment_id, artifact_location FROM experiments").fetchall():
        path = _local(location)
        if path is None or path.is_relative_to(folder) or _is_same(path.parent, folder):
            continue
        old = path.parent
        is_gone_or_original = not os.path.exists(old) or os.path.isfile(old / name)
        if (old.name == folder.name and is_gone_or_original) or _has_runs(store, experiment, folder / path.name):
            yield old


def _has_runs(store: sqlite3.Connection, experiment: int, files: Path) -> bool:
    if not files.is_dir():
        return False
    runs = store.execute("SELECT run_uuid FROM runs WHERE experiment_id = ?", (experiment,))
    return not {run for (run,) in runs}.isdisjoint(os.listdir(files))


def _rewrite(store: sqlite3.Connection, place: tuple[str, str, str], former: Iterable[Path], folder: Path) -> int:
    """Rewrite one column; how many places there are others now."""
    table, column, condition = place
    if not store.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
        return 0
    rows = store.execute(f"SELECT rowid, {column} FROM {table} WHERE {condition}").fetchall()
    changed = [
        (new, row)
        for row, location in rows
        if (new := _moved(location, former, folder, always=place == _EXPERIMENTS)) is not None
    ]
    store.executemany(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", changed)
    return len(changed)


def _moved(location: str | None, former: Iterable[Path], folder: Path, always: bool) -> str | None:
    """Where the files of a location are now, in the same form; None where it stays."""
    path = _local(location)
    old = next((each for each in former if path is not None and path.is_relative_to(each)), None)
    if path is None or old is None or location is None:
        return None
    new = folder / path.relative_to(old)
    if not always and os.path.exists(path) and not os.path.exists(new):
        return None
    return new.as_uri() if location.startswith("file:") else str(new)


def _local(location: str | None) -> Path | None:
    """The absolute path that a location of MLflow's means, None where it is elsewhere."""
    if location is not None and location.startswith("/"):
        return Path(location)
    parts = urlsplit(location or "")
    is_here = parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.startswith("/")
    return Path(url2pathname(parts.path)) if is_here else None


def _is_same(one: Path, other: Path) -> bool:
    """Whether two names are of one folder, mounted twice."""
    return os.path.exists(one) and os.path.samefile(one, other)


if __name__ == "__main__":  # before `make mlflow` shows the databases that are named
    for _database in filter(Path.is_file, map(Path, sys.argv[1:])):
        with suppress(sqlite3.Error):  # MLflow itself says what is wrong with it
            sys.stdout.writelines(f"{done}\n" for done in [follow_folder(_database)] if done)
