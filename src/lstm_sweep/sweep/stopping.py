"""Who may ask a sweep to stop: the user, the machine, and the budget."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import final

from lstm_sweep.config import BudgetConfig
from lstm_sweep.sweep.asked import stop_if_asked


@final
class Stopping:
    """Knows whether training must end after the running epochs.

    Attributes:
        signal: number of the signal that asked, or None.
    """

    def __init__(self, budget: BudgetConfig, started: float, seconds_before: float) -> None:
        """Count time against a budget.

        Args:
            budget: of the sweep.
            started: `time.perf_counter()` when the process began.
            seconds_before: wall time of earlier runs of the same sweep.
        """
        self.signal: int | None = None
        self._began = started - seconds_before
        self._most_seconds = budget.most_seconds
        self._usd_per_hour = budget.usd_per_hour

    @property
    def seconds(self) -> float:
        """Wall time of the sweep so far, earlier runs included."""
        return time.perf_counter() - self._began

    @property
    def usd(self) -> float | None:
        """What the machine has cost so far, None where no price is given."""
        return None if self._usd_per_hour is None else self.seconds * self._usd_per_hour / 3600

    @property
    def is_out_of_budget(self) -> bool:
        """Whether time, or the money that it costs, is spent."""
        return self.seconds >= self._most_seconds

    def must_stop(self) -> bool:
        """Whether training must end; from any thread."""
        return self.signal is not None or self.is_out_of_budget

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take SIGINT and SIGTERM as requests to stop; a second SIGINT quits at once, and loses no finished epoch.

        Once asked to stop, the process keeps these handlers until it ends: a second SIGINT while trackers are closed
        quits too.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            stop_if_asked()
            yield
        finally:
            for number, handler in before.items() if self.signal is None else ():
                signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.signal == number == signal.SIGINT:
            os._exit(130)
        self.signal = number
        with suppress(OSError):  # nobody reads standard error any more
            os.write(2, b"stopping after this epoch; Ctrl-C once more quits at once\n")


def limit_reached(budget: BudgetConfig, stopping: Stopping, num_results: int, num_trials: int) -> str:
    """The limit that ended the search before its last trial, in words; empty where none did."""
    if num_results >= num_trials:
        return ""
    if stopping.is_out_of_budget:
        spent = f"{stopping.seconds:.0f} seconds" + (f", {stopping.usd:.2f} USD" if stopping.usd is not None else "")
        return f"the budget was spent ({spent}) after {num_results} of {num_trials} trials"
    if budget.fits is not None:
        return f"budget.fits={budget.fits} was spent after {num_results} of {num_trials} trials"
    return ""
