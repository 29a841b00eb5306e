"""Servers in processes of their own: ours with a saved forecaster, and MLflow's with the same model."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pandas as pd
from mlflow.models import Model

from lstm_sweep.forecaster import Forecaster
from lstm_sweep.tracking.mlflow.model import EXAMPLE, save_pyfunc
from tests.commands import PYTHONPATH, wait_for
from tests.serving.servers import Site


@contextmanager
def our_server(folder: Path, seconds: float = 1.0) -> Iterator[Site]:
    """Serve what `Forecaster.save` wrote into `folder`; a bar comes every so many seconds."""
    with _started(["-m", "tests.serving.forecasting", str(folder), str(seconds)], {}) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        yield Site(said.removeprefix("listening at ").removesuffix(" (Ctrl-C ends it)\n"))


@contextmanager
def mlflow_server(folder: Path, target: Path) -> Iterator[Site]:
    """What `mlflow models serve` starts, on the same model, which is made in `target`."""
    _write_example(folder)
    save_pyfunc(target, Model(), folder)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    line = ["-m", "uvicorn", "--host", "127.0.0.1", "--port", str(port), "mlflow.pyfunc.scoring_server.app:app"]
    with _started(line, {"__pyfunc_model_path__": str(target)}, subprocess.DEVNULL):  # it writes a line per request
        site = Site(f"http://127.0.0.1:{port}/")
        wait_for(lambda: _answers(site))
        yield site


def _write_example(folder: Path) -> None:
    forecaster = Forecaster.load(folder)
    prices = np.linspace(100.0, 110.0, forecaster.first_origin + 1)
    frame = pd.DataFrame(dict.fromkeys(["price", *forecaster.features], prices))
    frame.to_csv(folder / EXAMPLE, index=False)


def _answers(site: Site) -> bool:
    with suppress(OSError):
        return site.ask("/ping").status == 200
    return False


@contextmanager
def _started(
    line: Sequence[str], variables: Mapping[str, str], output: int = subprocess.PIPE
) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {"PYTHONPATH": PYTHONPATH, "KERAS_BACKEND": "jax", **variables}
    environment |= {"MLFLOW_DISABLE_TELEMETRY": "true"}
    with subprocess.Popen(
        [sys.executable, *line], env=environment, stdout=output, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
