"""Runs the project's commands as a user does: another process, a folder of its own."""

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
QUICK = ("data=synthetic", "data.length=300", "model.units=4", "windows.lags=5", "training.epochs=1", "seeds=1")
"""A sweep that is as small as it can be."""


def run(folder: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m module arguments` in `folder` to its end."""
    process = start(folder, module, *arguments)
    output, errors = process.communicate(timeout=280)
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def start(folder: Path, module: str, *arguments: str) -> subprocess.Popen[str]:
    """Start `python -m module arguments` in `folder`, with nothing of this process's settings but the path."""
    environment = {name: value for name, value in os.environ.items() if name not in ("KERAS_BACKEND", "COLUMNS")}
    environment |= {"PYTHONPATH": str(REPOSITORY), "MLFLOW_DISABLE_TELEMETRY": "true"}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
