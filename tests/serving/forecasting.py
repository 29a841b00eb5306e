"""`python -m tests.serving.forecasting FOLDER SECONDS`: serves a saved forecaster, a bar every so many seconds."""

import sys
import threading
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.cli.composition.compose import compose_live
from lstm_sweep.forecaster import Forecaster
from lstm_sweep.serving.app import build_app
from lstm_sweep.serving.serve import serve
from tests.serving.stepping import SteppingProcess


class ForecastingProcess(SteppingProcess):
    """Answers requests by a real network."""

    def __init__(self, forecaster: Forecaster, bars: int = 100_000) -> None:
        super().__init__(bars)
        self.forecaster = forecaster

    def forecast(self, past: pd.DataFrame) -> tuple[NDArray[np.float64], str]:
        return self.forecaster.forecast(past), "3"


def main(folder: Path, seconds: float) -> None:
    forecaster = Forecaster.load(folder)
    process = ForecastingProcess(forecaster)
    process.step(500)
    stop = threading.Event()

    def step() -> None:
        while not stop.wait(seconds):
            process.step()

    threading.Thread(target=step, daemon=True).start()
    live = compose_live(["live.most_requests=100000"])
    serve(build_app(process, live, ("price", *forecaster.features)), "127.0.0.1", 0)
    stop.set()


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
