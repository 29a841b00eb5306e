import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lstm_sweep.config import TrackingConfig
from lstm_sweep.tracking.build import build_trackers
from lstm_sweep.tracking.console import ConsoleTracker
from lstm_sweep.tracking.mlflow.tracker import MlflowTracker
from lstm_sweep.tracking.tensorboard.tracker import TensorBoardTracker
from tests.commands import PYTHONPATH

WHOLE_SWEEP = """
import sys
from pathlib import Path
from lstm_sweep.config import TrackingConfig
from lstm_sweep.tracking.build import build_trackers
from tests.tracking.scripted import record_sweep
from tests.tracking.test_mlflow_model import save_model

folder = Path("sweeps", "scripted")
folder.mkdir(parents=True)
save_model(folder / "model", horizon=1)
trackers = build_trackers(TrackingConfig("sqlite:///mlruns/mlflow.db", True), folder, sys.stdout)
record_sweep(*trackers, folder=folder, forecaster=True)
print("tensorflow" in sys.modules)
"""


def test_the_config_chooses_and_the_console_is_always_there_last() -> None:
    kinds = {
        (None, False): [ConsoleTracker],
        (None, True): [TensorBoardTracker, ConsoleTracker],
        ("sqlite:///x.db", True): [MlflowTracker, TensorBoardTracker, ConsoleTracker],
    }
    for (uri, tensorboard), expected in kinds.items():
        trackers = build_trackers(TrackingConfig(uri, tensorboard), Path("sweeps", "x"), io.StringIO())
        assert [type(tracker) for tracker in trackers] == expected


@pytest.mark.slow
def test_a_sweep_prints_its_own_lines_only_and_never_loads_tensorflow(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": PYTHONPATH, "KERAS_BACKEND": "jax"}
    done = subprocess.run(
        [sys.executable, "-c", WHOLE_SWEEP], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout.startswith("Sweep scripted-2: ")
    assert done.stdout.endswith(": diverged: the loss is infinite\nFalse\n")
    assert {path.name for path in tmp_path.iterdir()} == {"mlruns", "sweeps"}
    assert {path.name for path in (tmp_path / "mlruns").iterdir()} >= {"mlflow.db", "artifacts"}
