"""Retraining while the model is at work: the command `retrain`, as a process of its own that gives way to others."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import final

import numpy as np
import pandas as pd

from lstm_sweep.errors import UserError
from lstm_sweep.live.follow.source import FeedError, Source
from lstm_sweep.live.record.lines import CHAMPION
from lstm_sweep.live.state import LiveState

_KINDEST = 10
"""Niceness of the process: forecasts come first."""


@final
class Retrainer:
    """Starts a retraining whenever the newest bar lies far enough behind the last one."""

    def __init__(
        self, model: str, every: pd.Timedelta, settings: Sequence[str], folder: Path, *, writes_prices: bool
    ) -> None:
        """Retrain a registered model.

        Args:
            model: its name.
            every: time between the newest bars of two retrainings, and after the training of the champion.
            settings: what is typed after the command, beside the model.
            folder: live/<name>/, where prices and what the command prints are written.
            writes_prices: whether the prices until now are written down and read from there, as where a stored series
                is replayed, whose end nobody knows yet.
        """
        self._model, self._every, self._settings, self._folder = model, every, list(settings), folder
        self._writes_prices = writes_prices
        self._last: pd.Timestamp | None = None
        self._running: subprocess.Popen[bytes] | None = None

    def turn(self, state: LiveState, source: Source) -> Iterator[str]:
        """Start one where it is time, and say what one has come to, in sentences."""
        if self._running is not None:
            status = self._running.poll()
            if status is not None:
                self._running = None
                yield f"retraining ended: {self._printed()}" if status == 0 else f"retraining failed: {self._printed()}"
            return
        newest = pd.Timestamp(state.bars.time(state.last))
        before = self._last or pd.Timestamp(state.roles[CHAMPION].version.winner.facts.unseen_from)
        if newest - before >= self._every:
            self._last = newest
            try:
                self._start(source)
                yield f"retraining began, on prices until {newest}"
            except (FeedError, UserError, OSError) as error:
                yield f"retraining could not begin: {error}"

    def close(self) -> None:
        """Stop one that is under way; started again, it resumes from what it has trained."""
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()
            self._running.wait()

    def _start(self, source: Source) -> None:
        prices = self._write_prices(source) if self._writes_prices else []
        command = [sys.executable, "-m", "lstm_sweep", "retrain", f"model={self._model}", *self._settings, *prices]
        with self._log.open("wb") as log:
            self._running = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True
            )
        os.setpriority(os.PRIO_PROCESS, self._running.pid, _KINDEST)

    def _write_prices(self, source: Source) -> list[str]:
        """The prices until now, and the settings that read them."""
        series = source.look().series
        path = self._folder / "prices.parquet"
        columns = {
            "time": series.timestamps,
            "price": np.where(series.filled, np.nan, series.values),
            **series.covariates,
        }
        pd.DataFrame(columns).to_parquet(path, index=False)
        return ["data=csv", f"data.path={path}", "data.price=price", "data.time=time"]

    @property
    def _log(self) -> Path:
        return self._folder / "retraining.log"

    def _printed(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "it printed nothing"
