"""Opens an MLflow store or server, and says in one sentence why it cannot be opened."""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from src.errors import UserError, require

# Read by MLflow as it is imported or as it connects; what the user has set wins. Fewer retries than MLflow's
# own (7, for minutes): nobody should wait that long to hear that an address is wrong.
for _name, _value in {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
}.items():
    os.environ.setdefault(_name, _value)

from mlflow import MlflowClient  # noqa: E402
from mlflow.entities import LifecycleStage  # noqa: E402
from mlflow.exceptions import MlflowException  # noqa: E402
from sqlalchemy.engine import make_url  # noqa: E402
from sqlalchemy.exc import SQLAlchemyError  # noqa: E402

SERVERS = ("http://", "https://", "databricks")
LONGEST_REASON = 160


@contextmanager
def opening(uri: str) -> Iterator[None]:
    """Turn whatever MLflow raises inside into one sentence about `tracking.uri`.

    Raises:
        UserError: where the address is none, nothing answers there, or what answers cannot be used.
    """
    try:
        yield
    except (MlflowException, SQLAlchemyError, sqlite3.Error, OSError, ImportError) as error:
        raise UserError(
            f"tracking.uri must be an MLflow database or server that can be opened, but {masked(uri)} cannot "
            f"({reason(error)}): correct it, start the server, or set tracking.uri=null."
        ) from None


def open_client(uri: str) -> MlflowClient:
    """A client of the store or server at `uri`; folder and database of a SQLite address are created."""
    if uri.startswith("sqlite:"):
        _prepare_sqlite(uri)
    return MlflowClient(uri)


def open_experiment(client: MlflowClient, name: str, artifacts: Path) -> str:
    """The id of the experiment of that name, created unless it exists.

    Args:
        client: of the store or server.
        name: of the experiment.
        artifacts: folder for the artifacts of a new experiment; a server keeps its own.

    Raises:
        UserError: where the experiment was deleted.
    """
    experiment = client.get_experiment_by_name(name)
    if experiment is None:
        served = client.tracking_uri.startswith(SERVERS)
        return client.create_experiment(name, artifact_location=None if served else artifacts.resolve().as_uri())
    require(
        experiment.lifecycle_stage == LifecycleStage.ACTIVE,
        f"the MLflow experiment {name!r} must be active, but is deleted: restore it "
        f"(mlflow experiments restore --experiment-id {experiment.experiment_id}) or choose another name=...",
    )
    return experiment.experiment_id


def masked(text: str) -> str:
    """`text` without what addresses in it may keep secret: user, password and query."""
    return re.sub(r"(//[^\s?]*)\?\S*", r"\1", re.sub(r"//\S*@", "//***@", text))


def reason(error: BaseException) -> str:
    """The innermost cause of an error, in a line, without secrets."""
    while inner := error.__cause__ or error.__context__:
        error = inner
    line = " ".join(masked(str(error)).split()) or type(error).__name__
    return line if len(line) <= LONGEST_REASON else line[: LONGEST_REASON - 4] + " ..."


def _prepare_sqlite(uri: str) -> None:
    """Fail at once where MLflow would retry for minutes; WAL lets the UI read while a sweep writes."""
    database = make_url(uri).database
    if database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
