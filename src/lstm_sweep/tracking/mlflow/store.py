"""Opens an MLflow store or server."""

import contextlib
import logging
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import LifecycleStage
from mlflow.exceptions import MlflowException
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from lstm_sweep.errors import require
from lstm_sweep.locks import holding
from lstm_sweep.storage.files import UNFINISHED
from lstm_sweep.tracking.mlflow.moved import follow_folder

# MLflow prints the trace of every error of a database, which is raised as well.
logging.getLogger("mlflow.store.db.utils").setLevel(logging.CRITICAL)

LOCK = ".mlflow.lock"
"""Beside a SQLite database: held while its tables are made."""

ARTIFACTS = "artifacts"
"""Beside a SQLite database: the files of its runs."""

SERVERS = ("http://", "https://", "databricks")
DATABASES = ("postgresql", "mysql", "mssql")


def open_client(uri: str) -> MlflowClient:
    """A client of the store or server at `uri`.

    Folder and database of a SQLite address are created; where they were moved, the artifacts follow.
    """
    if _kind(uri) in DATABASES:
        _refuse_unreachable(_parsed(uri))
    database = _sqlite_file(uri)
    if database is None:
        return MlflowClient(uri)
    database.parent.mkdir(parents=True, exist_ok=True)
    with _locked(database.parent):
        if not database.exists():
            _create_sqlite(database)
        _prepare_sqlite(database)
        moved = follow_folder(database)
        if moved is not None:
            logging.getLogger(__name__).warning(moved)
        return MlflowClient(uri)


def open_experiment(client: MlflowClient, name: str, artifacts: Path) -> str:
    """The id of the experiment of that name, created unless it exists.

    Args:
        client: of the store or server.
        name: of the experiment.
        artifacts: folder for the artifacts of a new experiment; a server keeps its own, and those of a SQLite
            database lie beside it, so that whoever moves its folder moves them along.

    Raises:
        UserError: where the experiment was deleted.
    """
    experiment = client.get_experiment_by_name(name)
    if experiment is None:
        return _create_experiment(client, name, artifacts)
    require(
        experiment.lifecycle_stage == LifecycleStage.ACTIVE,
        f"the MLflow experiment {name!r} must be active, but is deleted: restore it "
        f"(mlflow experiments restore --experiment-id {experiment.experiment_id}) or choose another with "
        "tracking.experiment=NAME.",
    )
    return experiment.experiment_id


def _create_experiment(client: MlflowClient, name: str, artifacts: Path) -> str:
    uri = client.tracking_uri
    database = _sqlite_file(uri)
    place = artifacts if database is None else database.with_name(ARTIFACTS)
    try:
        location = None if uri.startswith(SERVERS) else place.resolve().as_uri()
        return client.create_experiment(name, artifact_location=location)
    except MlflowException:
        # Another sweep of that name may have been quicker.
        experiment = client.get_experiment_by_name(name)
        if experiment is None:
            raise
        return experiment.experiment_id


def _kind(uri: str) -> str:
    """What an address is of: 'sqlite', 'postgresql', 'https'."""
    return uri.partition(":")[0].partition("+")[0]


def _sqlite_file(uri: str) -> Path | None:
    name = _parsed(uri).database if _kind(uri) == "sqlite" else None
    return None if not name or name.startswith((":", "file:")) else Path(name)


def _parsed(uri: str) -> URL:
    with contextlib.suppress(ValueError):  # which quotes what may be a secret, and must be no cause of what follows
        return make_url(uri)
    raise ArgumentError("its port is no number")


def _refuse_unreachable(url: URL) -> None:
    """Fail at once where MLflow would retry for minutes."""
    engine = create_engine(url, poolclass=NullPool)
    engine.connect().close()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other processes out: of two that make the tables of one database, one would fail."""
    with ExitStack() as held:
        with contextlib.suppress(OSError):  # a file system without locks
            held.enter_context(holding(folder / LOCK, wait=True))
        yield


def _create_sqlite(database: Path) -> None:
    """Make the tables elsewhere: MLflow cannot open a database again that a kill left with half of them."""
    folder = database.with_name(f"{database.name}{UNFINISHED}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    MlflowClient(f"sqlite:///{folder / database.name}")
    place = database.with_name(ARTIFACTS).resolve().as_uri()
    with closing(sqlite3.connect(folder / database.name)) as connection, connection:
        # MLflow's experiment `Default` would keep its files below the folder that this process works in.
        connection.execute("UPDATE experiments SET artifact_location = ?", (place,))
    (folder / database.name).replace(database)
    shutil.rmtree(folder)


def _prepare_sqlite(database: Path) -> None:
    """Fail at once where MLflow would retry for minutes; WAL lets the UI read while a sweep writes."""
    with closing(sqlite3.connect(database)) as connection:
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        if mode != "wal":
            connection.execute("PRAGMA journal_mode=WAL")
