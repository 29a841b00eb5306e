import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from src.config import TrackingConfig
from src.tracking.console import ConsoleTracker
from src.tracking.mlflow_tracker import MlflowTracker
from src.tracking.tensorboard_tracker import TensorBoardTracker
from src.tracking.trackers import build_trackers

WHOLE_SWEEP = """
import sys
from pathlib import Path
from src.config import TrackingConfig
from src.tracking.trackers import build_trackers
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
    project = Path(__file__).resolve().parents[2]
    environment = os.environ | {"PYTHONPATH": str(project), "KERAS_BACKEND": "jax"}
    done = subprocess.run(
        [sys.executable, "-c", WHOLE_SWEEP], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout.startswith("Sweep scripted-2: ")
    assert done.stdout.endswith("Nothing here is shown to beat naive.\nFalse\n")
    assert {path.name for path in tmp_path.iterdir()} == {"mlruns", "sweeps"}
    assert {path.name for path in (tmp_path / "mlruns").iterdir()} >= {"mlflow.db", "artifacts"}
