"""How a runner tells a listener of its fits, from many threads, and how training ends before all fits have."""

import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar, final

from lstm_sweep.training.runner import FitListener, Stopped
from lstm_sweep.trials.checkpoint import Checkpoint
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome
from lstm_sweep.trials.spec import FitSpec

_Arguments = ParamSpec("_Arguments")
_Answer = TypeVar("_Answer")


class Halt(BaseException):
    """Ends training between two epochs; no Exception, so that it is not taken for the failure of a fit."""


@final
class Listening(FitListener):
    """Passes on to a listener what happens in one call of a runner.

    An error of the listener halts training: its caller sees a `Halt`, and so do all callers after it. A listener
    that once said that training must stop is not asked again.

    Attributes:
        checkpoint_seconds: between two checkpoints of a fit.
    """

    def __init__(self, listener: FitListener, checkpoint_seconds: float) -> None:
        self._listener, self.checkpoint_seconds = listener, checkpoint_seconds
        self._halted, self._stopping = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._error: Exception | None = None

    def on_epoch(self, record: EpochRecord) -> None:
        """An epoch of a fit has ended."""
        self._tell(self._listener.on_epoch, record)

    def on_checkpoint(self, spec: FitSpec, checkpoint: Checkpoint) -> None:
        """A fit can go on from here."""
        self._tell(self._listener.on_checkpoint, spec, checkpoint)

    def on_fit(self, outcome: FitOutcome) -> None:
        """A fit has ended."""
        self._tell(self._listener.on_fit, outcome)

    def must_stop(self) -> bool:
        """Whether training must end."""
        if not self._stopping.is_set() and self._tell(self._listener.must_stop):
            self._stopping.set()
        return self._stopping.is_set()

    def halt(self) -> None:
        """Let every fit end after its epoch, without a word."""
        self._halted.set()

    def conclude(self) -> None:
        """Raise what has ended training before all fits have: an error of the listener, or `Stopped`."""
        if self._error is not None:
            raise self._error
        if self._stopping.is_set():
            raise Stopped

    def _tell(
        self, hear: Callable[_Arguments, _Answer], *arguments: _Arguments.args, **named: _Arguments.kwargs
    ) -> _Answer:
        if self._halted.is_set():
            raise Halt
        try:
            return hear(*arguments, **named)
        except Exception as error:
            with self._lock:
                self._error = self._error or error
            self.halt()
            raise Halt from error
