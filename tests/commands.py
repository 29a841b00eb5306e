"""Runs the project's commands as a user does: another process, a folder of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
PYTHONPATH = os.pathsep.join(map(str, (REPOSITORY, REPOSITORY / "src")))
"""Lets other processes import this checkout, its tests and its commands, wherever they run."""
QUICK = ("data=synthetic", "data.length=300", "model.units=4", "windows.lags=5", "training.epochs=1", "seeds=1")
"""A sweep that is as small as it can be."""


def run(folder: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m module arguments` in `folder` to its end."""
    with started(folder, module, *arguments) as process:
        output, errors = process.communicate(timeout=280)
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


@contextmanager
def started(folder: Path, module: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start `python -m module arguments` in `folder`, with nothing of this process's settings but the path.

    What still runs at the end is killed, so that a test that fails leaves nothing to the ones after it.
    """
    environment = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    environment |= {"PYTHONPATH": PYTHONPATH, "MLFLOW_DISABLE_TELEMETRY": "true"}
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(condition: Callable[[], bool], seconds: float = 200) -> None:
    """Return as soon as `condition` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"did not come within {seconds} seconds"
        time.sleep(0.02)
