"""Whoever has told MLflow where to log finds his sweeps there."""

from pathlib import Path

import pytest
import yaml
from mlflow import MlflowClient

from lstm_sweep.storage.lines import JOURNAL
from tests.commands import QUICK, run

EXPERIMENT = ("+experiment=dropout", *QUICK, "search.model.dropout=[0.0,0.3]")


@pytest.mark.slow
def test_a_sweep_follows_mlflows_variables_and_is_resumed_and_synced_where_it_began(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = f"sqlite:///{tmp_path}/theirs/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "theirs")
    began = run(tmp_path, "src.sweep", *EXPERIMENT)
    assert began.returncode == 0, began.stderr
    line = f"MLflow: {uri} (from MLFLOW_TRACKING_URI), experiment theirs (from MLFLOW_EXPERIMENT_NAME)"
    assert f"  {line}" in began.stdout.splitlines()
    assert not (tmp_path / "mlruns").exists()
    written = yaml.safe_load((tmp_path / "sweeps" / "dropout" / "config.yaml").read_text())["tracking"]
    assert written == {"uri": uri, "experiment": "theirs", "tensorboard": True}
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "others")
    _forget_the_end(tmp_path / "sweeps" / "dropout")
    resumed = run(tmp_path, "src.sweep", "name=dropout", "resume=true")
    assert resumed.returncode == 0, resumed.stderr
    line = f"MLflow: {uri} (as the sweep began), experiment theirs (as the sweep began)"
    assert f"  {line}" in resumed.stdout.splitlines()
    synced = run(tmp_path, "src.sync", "sweep=dropout")
    assert synced.stdout.splitlines()[0] == f"Nothing of dropout was missing in MLflow at {uri}"
    assert not (tmp_path / "mlruns").exists()
    experiments = [each.name for each in MlflowClient(uri).search_experiments()]
    assert sorted(experiments) == ["Default", "theirs"]


def _forget_the_end(folder: Path) -> None:
    """As a kill shortly before it leaves the journal."""
    journal = folder / JOURNAL
    lines = journal.read_bytes().splitlines(keepends=True)
    assert b'"kind": "end"' in lines[-1]
    journal.write_bytes(b"".join(lines[:-1]))


@pytest.mark.parametrize("variable", ["gopher://me:secret@127.0.0.1:9", "./mlruns"])
def test_an_address_of_nothing_is_refused_by_the_name_of_the_variable(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", variable)
    done = run(tmp_path, "src.sweep", *EXPERIMENT)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: MLFLOW_TRACKING_URI must be an MLflow database or server that can be opened, but ")
    assert line.endswith("correct it or set tracking.uri=null.")
    assert "secret" not in line
    assert not list(tmp_path.glob("sweeps/*"))
