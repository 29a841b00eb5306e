"""What all tests share."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lstm_sweep.sweep import asked

# Keras reads its backend once, at its first import.
os.environ.setdefault("KERAS_BACKEND", "jax")

# Nothing of what is tested goes where whoever runs the tests logs his own work.
for _name in ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_NAME"):
    os.environ.pop(_name, None)

# A pipe has the same width in every process that a test starts: pytest imports readline, which sets COLUMNS behind the
# back of os.environ, for children (those of xdist, too) to inherit.
os.environ.pop("COLUMNS", None)
os.unsetenv("COLUMNS")


def pytest_configure(config: pytest.Config) -> None:
    # A shell that starts the tests in the background ignores SIGINT, and so would they and all that they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # keras-tuner 1.4.8 asks for the thread's name in the way of Python 3.9, at every call of an oracle.
    deprecated = r"ignore:(currentThread|getName)\(\) is deprecated:DeprecationWarning:keras_tuner"
    config.addinivalue_line("filterwarnings", deprecated)
    # MLflow 3.17 uses what SQLAlchemy 2.1 and pandas 3.1 deprecate; the third warning it hides from users itself.
    config.addinivalue_line("filterwarnings", "ignore:The ``noload`` loader strategy is deprecated:DeprecationWarning")
    config.addinivalue_line("filterwarnings", "ignore:Operation with range is deprecated:DeprecationWarning:mlflow")
    config.addinivalue_line("filterwarnings", "ignore:.*Any type hint is inferred as AnyType:UserWarning")


@pytest.fixture(scope="session")
def unraisable_hook() -> Any:
    """What pytest calls for exceptions that cannot be raised."""
    return sys.unraisablehook


@pytest.fixture(autouse=True)
def interrupts_as_python_handles_them(unraisable_hook: Any) -> Iterator[None]:
    """A command that runs in this process takes SIGINT for itself, until the process ends; the next test must not."""
    _give_back_interrupts(unraisable_hook)
    yield
    _give_back_interrupts(unraisable_hook)


def _give_back_interrupts(unraisable_hook: Any) -> None:
    if signal.getsignal(signal.SIGINT) is asked._on_interrupt:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.unraisablehook = unraisable_hook
    asked._asked.clear()
    asked._last_words.clear()


@pytest.fixture(autouse=True)
def store_of_one_test_is_not_the_next_one_s() -> Iterator[None]:
    """`mlflow.set_tracking_uri` lasts until the process ends, and sets the variable that all commands follow."""
    yield
    if "MLFLOW_TRACKING_URI" in os.environ:
        import mlflow

        mlflow.set_tracking_uri(None)
        os.environ.pop("MLFLOW_TRACKING_URI", None)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real market data, which lies beside the repository where it is at hand and is no part of it."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"real market data are not at hand: there is no {folder}")
    return folder


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MLflow database without runs; to be copied, for making one takes seconds."""
    from lstm_sweep.tracking.mlflow.store import open_client

    database = tmp_path_factory.mktemp("empty") / "mlflow.db"
    open_client(f"sqlite:///{database}").search_experiments()
    return database


@pytest.fixture
def store(tmp_path: Path, empty_store: Path) -> str:
    """The address of a fresh store, in a folder with an odd name."""
    folder = tmp_path / "ml runs [ü]"
    folder.mkdir()
    shutil.copy(empty_store, folder)
    return f"sqlite:///{folder}/mlflow.db"
