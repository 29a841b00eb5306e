"""What version 0.1 left on disk, when the package was called `src`, is read, resumed, reported and delivered."""

import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pandas as pd
import pytest

from tests.commands import run
from tests.tracking.mlflow_reader import read_children, read_parent

FIXTURES = Path(__file__).with_name("fixtures") / "version_0_1"

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with both sweeps."""
    shutil.copytree(FIXTURES / "sweeps", tmp_path / "sweeps")
    return tmp_path


def test_unfinished_sweep_is_resumed_from_its_checkpoints_to_the_scores_of_then(folder: Path) -> None:
    before = (folder / "sweeps" / "unfinished" / "journal.jsonl").read_bytes()
    done = run(folder, "src.sweep", "name=unfinished", "resume=true")
    assert done.returncode == 0, done.stderr
    assert "resumed: 2 of 6 fits are done, 2 resume from a checkpoint" in done.stdout
    assert "not as it began, and numbers from here on may not be: code=" in done.stdout
    assert (folder / "sweeps" / "unfinished" / "journal.jsonl").read_bytes().startswith(before)
    board = pd.read_csv(folder / "sweeps" / "unfinished" / "leaderboard.csv")
    then = pd.read_csv(FIXTURES / "resumed_leaderboard.csv")
    # Another processor rounds otherwise; on the one that made the fixture, both are equal to the last digit.
    pd.testing.assert_frame_equal(board, then, rtol=0.02, atol=1e-3, check_exact=False)
    assert (folder / "sweeps" / "unfinished" / "report.html").exists()


def test_unfinished_sweep_is_refused_without_resume(folder: Path) -> None:
    refused = run(folder, "src.sweep", "+experiment=dropout", "name=unfinished")
    assert refused.returncode == 2
    assert "resume it (python -m src.sweep name=unfinished resume=true)" in refused.stderr


def test_finished_sweep_is_reported_audited_and_delivered(folder: Path, store: str) -> None:
    for module, *arguments in (("src.report",), ("src.audit",), ("src.sync", f"tracking.uri={store}")):
        done = run(folder, module, "sweep=finished", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
    page = (folder / "sweeps" / "finished" / "report.html").read_text()
    summary = json.loads((folder / "sweeps" / "finished" / "summary.json").read_text())
    assert summary["verdict"]["sentence"].split(";")[0] in page
    parent = read_parent(store)
    assert parent.data.tags["verdict"] == summary["verdict"]["sentence"]
    assert len(read_children(store)) == 2
    assert parent.outputs.model_outputs, "the model was logged anew"


def test_finished_sweep_is_not_written_to_and_its_fits_may_miss_the_cache_once(folder: Path) -> None:
    before = (folder / "sweeps" / "finished" / "leaderboard.csv").read_bytes()
    typed = json.loads((folder / "sweeps" / "finished" / "command.json").read_text())
    for name in ("finished-2", "finished-3"):
        done = run(folder, "src.sweep", *typed, "tracking.uri=null")
        assert done.returncode == 0, done.stderr
        assert (folder / "sweeps" / name / "leaderboard.csv").exists()
    assert (folder / "sweeps" / "finished" / "leaderboard.csv").read_bytes() == before
    lines = map(json.loads, (folder / "sweeps" / "finished-3" / "journal.jsonl").read_text().splitlines())
    origins = [line["origin"] for line in lines if line["kind"] == "fit"]
    assert all(origin.startswith("finished-2/") for origin in origins)
    assert len(origins) == 4


def test_logged_model_is_loaded_with_the_code_of_then_beside_a_foreign_package_src(tmp_path: Path) -> None:
    with tarfile.open(FIXTURES / "logged_model.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "__init__.py").write_text("")
    code = "import mlflow; model = mlflow.pyfunc.load_model('logged_model')\n"
    code += "print(model.predict(model.input_example).to_numpy().tolist())"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])[0][0] == pytest.approx(87.6678351828027, rel=1e-6)
