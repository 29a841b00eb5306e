import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from src.forecaster import Forecaster
from src.models.initial_weights import set_initial_weights
from src.models.lstm import Shapes, build_lstm, get_weights
from src.tracking.mlflow_tracker import MlflowTracker
from src.windows.windows import build_windows
from tests.configs import compose_config
from tests.tracking.scripted import make_series, play_sweep
from tests.tracking.test_mlflow_tracker import read_parent

pytestmark = pytest.mark.slow

LOAD_AND_FORECAST = """
import json, sys
import mlflow, pandas
mlflow.set_tracking_uri(sys.argv[1])
model = mlflow.pyfunc.load_model(sys.argv[2])
forecast = model.predict(pandas.read_json(sys.stdin, orient="split", dtype=False))
import src
print(json.dumps({
    "columns": list(forecast.columns),
    "values": forecast.to_numpy().tolist(),
    "sources": list(src.__path__),
    "inputs": model.metadata.get_input_schema().input_names(),
    "tensorflow": "tensorflow" in sys.modules,
}))
"""


def make_forecaster(horizon: int) -> Forecaster:
    """Untrained, which is as good for this as any other."""
    config = compose_config(f"windows.horizon={horizon}", "windows.lags=4", "model.units=3")
    windows = build_windows(make_series(), config.windows, ("volume",))
    network = build_lstm(config.model, Shapes(4, 2, horizon))
    set_initial_weights(network, seed=1)
    return Forecaster(config.windows, ("volume",), config.model, windows.scaler, 0, get_weights(network))


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
    forecaster = make_forecaster(horizon=2)
    forecaster.save(tmp_path / "model")
    tracker = MlflowTracker(store, tmp_path / "artifacts")
    play_sweep(tracker, tmp_path, tmp_path / "model")
    tracker.close(failed=False)
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
