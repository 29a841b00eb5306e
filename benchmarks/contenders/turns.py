"""The side of a contender's process: it trains when it is told to, and says how long it took.

A line of JSON goes up for every event, through a pipe of its own because libraries print what they like; a line comes
down through stdin for every turn.
"""

import json
import os
import sys
import time
from collections.abc import Sequence
from typing import Any

PIPE = "BENCHMARK_PIPE"
"""Environment variable with the number of the pipe's file descriptor."""


class Turns:
    """Lets a contender that is one long loop take turns with others; its clock stands still while it waits."""

    def __init__(self) -> None:
        self._pipe = os.fdopen(int(os.environ[PIPE]), "w")
        self._started: float | None = None
        self._is_open = False

    def open(self) -> None:
        """From here on `next` counts; whatever came before is not timed."""
        self._is_open = True

    def next(self) -> None:
        """End the turn before, if there is one, and wait for the next: called first thing in every fit."""
        if not self._is_open:
            return
        if self._started is not None:
            self.end()
        self._tell({"event": "ready"})
        sys.stdin.readline()
        self._started = time.perf_counter()

    def end(self, fits: int = 1, seconds: float | None = None, **more: Any) -> None:
        """End a turn.

        Args:
            fits: trained in it.
            seconds: it took, where a clock from `next` to here would be unjust.
            more: further fields of `contender.Turn`.
        """
        assert self._started is not None
        elapsed = time.perf_counter() - self._started
        self._started = None
        turn = {"fits": fits, "seconds": elapsed if seconds is None else seconds, **more}
        self._tell({"event": "turn", "turn": turn})

    def finish(self, val_losses: Sequence[float] = ()) -> None:
        """End the last turn.

        Args:
            val_losses: last validation loss of every fit, where the turns have not said so.
        """
        if self._started is not None:
            self.end()
        self._tell({"event": "finished", "val_losses": [float(loss) for loss in val_losses]})

    def _tell(self, message: dict[str, Any]) -> None:
        self._pipe.write(json.dumps(message) + "\n")
        self._pipe.flush()
