import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.entities import LoggedModelStatus

from lstm_sweep.forecaster import Forecaster
from lstm_sweep.models.initial_weights import set_initial_weights
from lstm_sweep.models.lstm import Shapes, build_lstm, get_weights
from lstm_sweep.tracking.mlflow.delivery import Delivery
from lstm_sweep.tracking.mlflow.model import log_forecaster
from lstm_sweep.tracking.mlflow.tracker import MlflowTracker
from lstm_sweep.windows.windows import build_windows
from tests.configs import compose_config
from tests.tracking.mlflow_reader import read_parent
from tests.tracking.scripted import make_series, make_tracked, record_sweep

pytestmark = pytest.mark.slow

LOAD_AND_FORECAST = """
import json, sys
import mlflow, pandas
mlflow.set_tracking_uri(sys.argv[1])
model = mlflow.pyfunc.load_model(sys.argv[2])
forecast = model.predict(pandas.read_json(sys.stdin, orient="split", dtype=False))
import lstm_sweep
print(json.dumps({
    "columns": list(forecast.columns),
    "values": forecast.to_numpy().tolist(),
    "sources": list(lstm_sweep.__path__),
    "inputs": model.metadata.get_input_schema().input_names(),
    "tensorflow": "tensorflow" in sys.modules,
    "example": model.input_example.to_dict("list"),
}))
"""


def make_forecaster(horizon: int) -> Forecaster:
    """Untrained, which is as good for this as any other."""
    config = compose_config(f"windows.horizon={horizon}", "windows.lags=4", "model.units=3")
    windows = build_windows(make_series(), config.windows, ("volume",))
    network = build_lstm(config.model, Shapes(4, 2, horizon))
    set_initial_weights(network, seed=1)
    return Forecaster(config.windows, ("volume",), config.model, windows.scaler, 0, get_weights(network))


def save_model(folder: Path, horizon: int) -> Forecaster:
    """As a sweep leaves it, with the example beside it."""
    forecaster, series = make_forecaster(horizon), make_series()
    forecaster.save(folder)
    past = pd.DataFrame({"price": series.values, **series.covariates})
    past.tail(forecaster.windows.lags + 1).to_csv(folder / "example.csv", index=False)
    return forecaster


def _forecast_elsewhere(uri: str, model: str, past: pd.DataFrame, folder: Path) -> dict[str, Any]:
    """What a fresh process answers that knows nothing of this project."""
    unknown = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "KERAS_BACKEND")}
    command = [sys.executable, "-c", LOAD_AND_FORECAST, uri, model]
    answer = subprocess.run(
        command, cwd=folder, env=unknown, input=past.to_json(orient="split"), check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return found


def test_the_best_model_forecasts_the_same_in_a_fresh_process(store: str, tmp_path: Path) -> None:
    forecaster = save_model(tmp_path / "model", horizon=2)
    record_sweep(MlflowTracker(store, tmp_path / "artifacts"), folder=tmp_path, forecaster=True)
    parent = read_parent(store)
    waves = np.sin(np.arange(30))
    past = pd.DataFrame({"day": np.arange(30), "price": 90.0 + waves, "volume": 7.0 - waves})
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    found = _forecast_elsewhere(store, f"runs:/{parent.info.run_id}/forecaster", past, elsewhere)
    assert found["columns"] == ["step_1", "step_2"]
    np.testing.assert_allclose(found["values"], [forecaster.forecast(past)], rtol=1e-6)
    assert found["inputs"] == ["price", "volume"]
    assert not found["tensorflow"]
    assert str(Path.cwd()) not in found["sources"][0]
    (output,) = parent.outputs.model_outputs
    assert output.model_id
    series = make_series()
    assert found["example"] == {
        "price": series.values[-5:].tolist(),
        "volume": series.covariates["volume"][-5:].tolist(),
    }


def test_a_model_is_logged_once_however_often_the_end_is_delivered(store: str, tmp_path: Path) -> None:
    save_model(tmp_path / "model", horizon=1)
    record_sweep(MlflowTracker(store, tmp_path / "artifacts"), folder=tmp_path, forecaster=True)
    parent = read_parent(store)
    (tmp_path / "mlflow.json").unlink()
    Delivery(store, tmp_path / "artifacts", make_tracked(tmp_path)).close()
    again = read_parent(store)
    assert [output.model_id for output in again.outputs.model_outputs] == [parent.outputs.model_outputs[0].model_id]
    assert len(MlflowClient(store).search_logged_models([parent.info.experiment_id])) == 1


def test_a_model_whose_logging_was_cut_off_is_logged_whole(store: str, tmp_path: Path) -> None:
    save_model(tmp_path / "model", horizon=1)
    record_sweep(MlflowTracker(store, tmp_path / "artifacts"), folder=tmp_path)
    client, run = MlflowClient(store), read_parent(store).info
    cut_off = client.create_logged_model(run.experiment_id, "forecaster", run.run_id)
    for _ in range(2):
        log_forecaster(client, run.run_id, tmp_path / "model")
    (logged,) = client.search_logged_models([run.experiment_id])
    assert (logged.model_id, logged.status) == (cut_off.model_id, LoggedModelStatus.READY)
    assert [output.model_id for output in read_parent(store).outputs.model_outputs] == [cut_off.model_id]
    assert mlflow.pyfunc.load_model(f"{logged.artifact_location}").metadata.get_input_schema().input_names()
