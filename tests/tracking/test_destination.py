import sys
from dataclasses import asdict, replace
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import pytest

from lstm_sweep.config import TrackingConfig
from lstm_sweep.errors import UserError
from lstm_sweep.tracking.destination import (
    EXPERIMENT_VARIABLE,
    LEFT,
    LOCAL,
    URI_VARIABLE,
    find_destination,
    while_served,
)
from tests.configs import compose_config

UNTOLD = TrackingConfig(LEFT, True)
SERVER, SECRET = "http://host:5000", "http://me:s3cret@host:5000"


def _began(uri: str | None, experiment: str | None = None) -> dict[str, Any]:
    return {"name": "dropout", "tracking": asdict(TrackingConfig(uri, True, experiment))}


def test_the_shipped_settings_leave_both_to_the_environment() -> None:
    assert compose_config().tracking == UNTOLD


@pytest.mark.parametrize("uri", [None, ""])
def test_where_nobody_says_anything_it_is_a_database_here(uri: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if uri is not None:
        monkeypatch.setenv(URI_VARIABLE, uri)
        monkeypatch.setenv(EXPERIMENT_VARIABLE, uri)
    found = find_destination(UNTOLD, None)
    assert found.config == TrackingConfig(LOCAL, True)
    assert found.text == f"MLflow: {LOCAL} (default)"


def test_mlflows_own_variables_are_followed_and_their_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URI_VARIABLE, SECRET)
    monkeypatch.setenv(EXPERIMENT_VARIABLE, "mine")
    found = find_destination(UNTOLD, None)
    assert found.config == TrackingConfig(SECRET, True, "mine")
    assert found.text == (
        "MLflow: http://***@host:5000 (from MLFLOW_TRACKING_URI), experiment mine (from MLFLOW_EXPERIMENT_NAME)"
    )


@pytest.mark.parametrize("uri", [None, LOCAL, "sqlite:///other.db"])
def test_what_is_told_wins(uri: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URI_VARIABLE, SERVER)
    monkeypatch.setenv(EXPERIMENT_VARIABLE, "mine")
    told = TrackingConfig(uri, True, "told")
    found = find_destination(told, _began("sqlite:///began.db", "began"))
    assert found.config == told
    expected = f"{uri} (tracking.uri), experiment told (tracking.experiment)" if uri else "none (tracking.uri=null)"
    assert found.text == f"MLflow: {expected}"


@pytest.mark.parametrize("uri", [None, LOCAL, "http://other:5000"])
@pytest.mark.parametrize("experiment", [None, "began"])
def test_a_sweep_goes_on_where_it_began(
    uri: str | None, experiment: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(URI_VARIABLE, SERVER)
    monkeypatch.setenv(EXPERIMENT_VARIABLE, "mine")
    found = find_destination(UNTOLD, _began(uri, experiment))
    assert found.config == TrackingConfig(uri, True, experiment)
    assert "(as the sweep began)" in found.text


def test_a_secret_is_taken_from_the_environment_or_must_be_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    began = _began("http://***@host:5000")
    for known in (None, "http://me:s3cret@elsewhere:5000"):
        if known is not None:
            monkeypatch.setenv(URI_VARIABLE, known)
        with pytest.raises(UserError, match="must be told with its password.*add tracking.uri=URI, or set MLFLOW") as e:
            find_destination(UNTOLD, began)
        assert "s3cret" not in str(e.value)
    assert find_destination(replace(UNTOLD, uri=SECRET), began).config.uri == SECRET
    monkeypatch.setenv(URI_VARIABLE, SECRET)
    assert find_destination(UNTOLD, began).config.uri == SECRET


def test_a_sweep_of_an_older_version_goes_on_where_it_began() -> None:
    assert find_destination(UNTOLD, {"tracking": {"uri": LOCAL, "tensorboard": True}}).config.uri == LOCAL
    assert find_destination(UNTOLD, {}).config.uri == LOCAL


@pytest.mark.parametrize(
    ("uri", "is_checkout", "module", "expected"),
    [
        (SERVER, True, "src.sweep", ""),
        (LOCAL, True, "src.sweep", " (while `make mlflow` runs)"),
        (LOCAL, False, "", " (while `mlflow server --backend-store-uri sqlite:///mlruns/mlflow.db` runs)"),
        (
            "sqlite:///my runs/a.db",
            True,
            "src.sweep",
            " (while `python -m mlflow server --backend-store-uri 'sqlite:///my runs/a.db'` runs)",
        ),
    ],
)
def test_the_command_that_serves_a_database_is_told_as_it_is_typed_here(
    uri: str, is_checkout: bool, module: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if is_checkout:
        (tmp_path / "Makefile").touch()
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", ModuleSpec(module, None) if module else None)
    assert while_served(uri) == expected
