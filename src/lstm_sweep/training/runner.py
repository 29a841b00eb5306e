"""The interface of what trains fits, and of the listener that is notified of their progress."""

import abc
from collections.abc import Sequence

from lstm_sweep.data.series import Series
from lstm_sweep.trials.checkpoint import Checkpoint
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome
from lstm_sweep.trials.spec import FitSpec


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """Training ended between two epochs on request; every fit that had not ended left a checkpoint."""


class FitListener(abc.ABC):
    """Callbacks of training: called from any thread, in order within a fit."""

    @abc.abstractmethod
    def on_epoch(self, record: EpochRecord) -> None:
        """An epoch of a fit has ended."""

    @abc.abstractmethod
    def on_checkpoint(self, spec: FitSpec, checkpoint: Checkpoint) -> None:
        """A fit that has not ended can resume from here; called after `on_epoch` of the same epoch."""

    @abc.abstractmethod
    def on_fit(self, outcome: FitOutcome) -> None:
        """A fit has ended; called once, after its last epoch."""

    @abc.abstractmethod
    def must_stop(self) -> bool:
        """Whether training must end; called after every epoch of every fit, and before a fit starts."""


class Runner(abc.ABC):
    """Trains a batch of fits; runners are interchangeable."""

    @abc.abstractmethod
    def run(self, series: Series, fits: Sequence[FitSpec], listener: FitListener) -> list[FitOutcome]:
        """Train every fit.

        Args:
            series: the prices.
            fits: what to train; they may differ in anything, windows included.
            listener: notified of every epoch, checkpoint and end. An error that it raises ends all training and
                propagates.

        Returns:
            One outcome per fit, in the order of `fits`. A fit that diverges or fails affects no other.

        Raises:
            Stopped: once `listener.must_stop()` is true: every running fit has finished its epoch and left a
                checkpoint, or ended with it; the others have not started.
        """
