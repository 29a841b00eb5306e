"""How a runner notifies a listener from many threads, and how training ends before all fits have."""

import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar, final

from lstm_sweep.training.runner import FitListener, Stopped
from lstm_sweep.trials.checkpoint import Checkpoint
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome
from lstm_sweep.trials.spec import FitSpec

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


class Halt(BaseException):
    """Ends training between two epochs; no Exception, so that it is not taken for the failure of a fit."""


@final
class Listening(FitListener):
    """Forwards the notifications of one call of a runner to a listener.

    An error of the listener halts training: that notification raises `Halt`, and so do all later ones. A listener
    whose `must_stop` once was true is not asked again.

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
        self._notify(self._listener.on_epoch, record)

    def on_checkpoint(self, spec: FitSpec, checkpoint: Checkpoint) -> None:
        """A fit can resume from here."""
        self._notify(self._listener.on_checkpoint, spec, checkpoint)

    def on_fit(self, outcome: FitOutcome) -> None:
        """A fit has ended."""
        self._notify(self._listener.on_fit, outcome)

    def must_stop(self) -> bool:
        """Whether training must end."""
        if not self._stopping.is_set() and self._notify(self._listener.must_stop):
            self._stopping.set()
        return self._stopping.is_set()

    def halt(self) -> None:
        """End every fit after its epoch, without further notifications."""
        self._halted.set()

    def conclude(self) -> None:
        """Raise what has ended training before all fits have: an error of the listener, or `Stopped`."""
        if self._error is not None:
            raise self._error
        if self._stopping.is_set():
            raise Stopped

    def _notify(
        self, method: Callable[_Arguments, _Result], *arguments: _Arguments.args, **named: _Arguments.kwargs
    ) -> _Result:
        if self._halted.is_set():
            raise Halt
        try:
            return method(*arguments, **named)
        except Exception as error:
            with self._lock:
                self._error = self._error or error
            self.halt()
            raise Halt from error
