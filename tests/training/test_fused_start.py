"""How a process starts: without TensorFlow, and with what earlier ones have compiled."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import PYTHONPATH

ROOT = Path(__file__).resolve().parents[2]

SWEEP = """
import runpy, sys
sys.argv = ["src.sweep", "search.model.dropout=[0.0,0.3]", "seeds=2", "runner=fused", "tracking.uri=null", "name=small",
            "data=synthetic", "data.length=200", "windows.lags=5", "model.units=4", "training.epochs=2"]
try:
    runpy.run_module("src.sweep", run_name="__main__")
except SystemExit as end:
    print("exit status", end.code)
print("heavy", sorted({"tensorflow", "mlflow", "ccxt"} & set(sys.modules)))
"""

FITS = """
import jax
from tests.commands import PYTHONPATH
from lstm_sweep.training.fused.runner import FusedRunner
from tests.contracts.runner_contract import SERIES
from tests.examples import make_fit
from tests.listeners import Recorder

hits, misses = [], []

def listen(event, **details):
    hits.extend([event] * event.endswith("cache_hits"))
    misses.extend([event] * event.endswith("cache_misses"))

jax.monitoring.register_event_listener(listen)
outcomes = FusedRunner().run(SERIES, [make_fit(seed=seed) for seed in range(4)], Recorder())
print("scores", [outcome.score for outcome in outcomes])
print("hits", len(hits) > 0, "misses", len(misses) > 0)
"""


def start(code: str, folder: Path) -> subprocess.Popen[str]:
    """A process of its own, with `folder` for its working and its cache folder."""
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH, "XDG_CACHE_HOME": str(folder / "cache")}
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answer(process: subprocess.Popen[str]) -> tuple[list[str], str]:
    """Lines of a process that has ended well, and what it said on stderr."""
    output, errors = process.communicate(timeout=200)
    assert process.returncode == 0, errors
    return output.splitlines(), errors


@pytest.mark.slow
def test_a_sweep_imports_no_tensorflow_and_only_what_it_uses(tmp_path: Path) -> None:
    lines, errors = answer(start(SWEEP, tmp_path))
    assert "exit status 0" in lines, errors
    assert "heavy []" in lines
    assert (tmp_path / "sweeps" / "small" / "leaderboard.csv").exists()


@pytest.mark.slow
def test_second_process_compiles_nothing(tmp_path: Path) -> None:
    first, _ = answer(start(FITS, tmp_path))
    second, errors = answer(start(FITS, tmp_path))
    assert first[-1] == "hits False misses True"
    assert second[-1] == "hits True misses False"
    assert first[-2] == second[-2]
    assert errors == ""


@pytest.mark.slow
def test_processes_that_compile_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    answers = [answer(process)[0] for process in [start(FITS, tmp_path) for _ in range(3)]]
    assert len({lines[-2] for lines in answers}) == 1


@pytest.mark.slow
def test_compiled_programs_that_are_cut_short_are_compiled_anew(tmp_path: Path) -> None:
    first, _ = answer(start(FITS, tmp_path))
    for file in (tmp_path / "cache" / "lstm-sweep" / "jax").iterdir():
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    second, _ = answer(start(FITS, tmp_path))
    assert second[-2] == first[-2]
