"""`python -m src.compare`, as a user types it."""

import subprocess
import sys
from pathlib import Path

import pytest

from lstm_sweep.cli.compare import COMMAND
from tests.commands import REPOSITORY, run
from tests.comparison.sweeps import add_sweep

HEAVY = (
    "jax",
    "keras",
    "tensorflow",
    "mlflow",
    "pandas",
    "scipy",
    "sklearn",
    "plotly",
    "hydra",
    "omegaconf",
    "pyarrow",
)


def test_sweeps_are_shown_and_the_page_is_written(tmp_path: Path) -> None:
    for name in ("dropout", "lags"):
        add_sweep(tmp_path / "sweeps", name)
    done = run(tmp_path, "src.compare", "drop*")
    assert (done.returncode, done.stderr) == (0, "")
    assert "dropout" in done.stdout
    assert "lags" not in done.stdout
    assert done.stdout.splitlines()[-1] == "page: sweeps/index.html"
    assert "dropout/report.html" in (tmp_path / "sweeps" / "index.html").read_text()


def test_command_imports_nothing_heavy(tmp_path: Path) -> None:
    add_sweep(tmp_path / "sweeps", "one")
    code = (
        "import sys; from lstm_sweep.cli.main import main; status = main(['compare']); "
        f"print('heavy:', sorted(set({HEAVY}) & set(sys.modules))); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(REPOSITORY / "src")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "heavy: []"


def test_unknown_name_ends_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    add_sweep(tmp_path / "sweeps", "dropout")
    monkeypatch.chdir(tmp_path)
    assert COMMAND.main(["drop"]) == 2
    assert capsys.readouterr().err == (
        "error: a name must be that of a sweep in sweeps/, or a pattern such as 'drop*', but 'drop' is none: "
        "choose one of dropout.\n"
    )
    assert not (tmp_path / "sweeps" / "index.html").exists()
