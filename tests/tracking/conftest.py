import shutil
from pathlib import Path

import pytest
from mlflow import MlflowClient


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MLflow database without runs; to be copied, for making one takes seconds."""
    database = tmp_path_factory.mktemp("empty") / "mlflow.db"
    MlflowClient(f"sqlite:///{database}").search_experiments()
    return database


@pytest.fixture
def store(tmp_path: Path, empty_store: Path) -> str:
    """The address of a fresh store, in a folder with an odd name."""
    folder = tmp_path / "ml runs [ü]"
    folder.mkdir()
    shutil.copy(empty_store, folder)
    return f"sqlite:///{folder}/mlflow.db"
