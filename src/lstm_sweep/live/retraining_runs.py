"""Retraining while the model is at work: the command `retrain`, as a process of its own that gives way to others."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import final

import pandas as pd

from lstm_sweep.live.state import LiveState

_KINDEST = 10
"""Niceness of the process: forecasts come first."""

_PATIENCE = 3.0
"""Seconds that a retraining has to end; what it has trained by then is kept anyway."""


@final
class Retrainer:
    """Starts a retraining whenever the newest bar lies far enough behind the last one."""

    def __init__(
        self, model: str, every: pd.Timedelta, settings: Sequence[str], folder: Path, *, names_newest: bool
    ) -> None:
        """Retrain a registered model.

        Args:
            model: its name.
            every: time between the newest bars of two retrainings, and after the training of the champion.
            settings: what is typed after the command, beside the model.
            folder: live/<name>/, where what the command prints is written.
            names_newest: whether the newest bar is named, as where a stored series is replayed: it holds later ones.
        """
        self._model, self._every, self._settings, self._folder = model, every, list(settings), folder
        self._names_newest = names_newest
        self._last: pd.Timestamp | None = None
        self._running: subprocess.Popen[bytes] | None = None

    def turn(self, state: LiveState) -> Iterator[str]:
        """Start one where it is time, and say what one has come to, in sentences."""
        if self._running is not None:
            status = self._running.poll()
            if status is not None:
                self._running = None
                yield f"retraining ended: {self._printed()}" if status == 0 else f"retraining failed: {self._printed()}"
            return
        newest = pd.Timestamp(state.bars.time(state.last))
        if newest - (self._last or _newest_trained(state)) >= self._every:
            self._last = newest
            try:
                self._start(newest)
                yield f"retraining began, on prices until {newest}"
            except OSError as error:
                yield f"retraining could not begin: {error}"

    def close(self) -> None:
        """Stop one that is under way; started again, it resumes from what it has trained."""
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()
            try:
                self._running.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                self._running.kill()
                self._running.wait()

    def _start(self, newest: pd.Timestamp) -> None:
        until = [f"until={newest.isoformat()}"] if self._names_newest else []
        command = [sys.executable, "-m", "lstm_sweep", "retrain", f"model={self._model}", *self._settings, *until]
        with self._log.open("wb") as log:
            self._running = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True
            )
        os.setpriority(os.PRIO_PROCESS, self._running.pid, _KINDEST)

    @property
    def _log(self) -> Path:
        return self._folder / "retraining.log"

    def _printed(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "it printed nothing"


def _newest_trained(state: LiveState) -> pd.Timestamp:
    """The newest price that any version at work was trained on, so that a process that is started again waits, too."""
    facts = [each.version.winner.facts for each in state.roles.values()]
    return max(pd.Timestamp(each.trained_until or each.unseen_from) for each in facts)
