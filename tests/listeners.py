"""Listeners that remember."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import final

from lstm_sweep.training.runner import FitListener
from lstm_sweep.trials.checkpoint import Checkpoint
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome
from lstm_sweep.trials.spec import FitSpec

Heard = EpochRecord | tuple[FitSpec, Checkpoint] | FitOutcome


def never(heard: list[Heard]) -> bool:
    """No reason to stop."""
    return False


@final
@dataclass
class Recorder(FitListener):
    """Keeps all that it hears, in order and from any thread.

    Attributes:
        stop_when: what it has heard so far -> whether training must stop.
        heard: everything.
    """

    stop_when: Callable[[list[Heard]], bool] = never
    heard: list[Heard] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def on_epoch(self, record: EpochRecord) -> None:
        """Keep the record."""
        self._keep(record)

    def on_checkpoint(self, spec: FitSpec, checkpoint: Checkpoint) -> None:
        """Keep the checkpoint, with its fit."""
        self._keep((spec, checkpoint))

    def on_fit(self, outcome: FitOutcome) -> None:
        """Keep the outcome."""
        self._keep(outcome)

    def must_stop(self) -> bool:
        """Whether `stop_when` says so."""
        with self.lock:
            return self.stop_when(self.heard)

    @property
    def records(self) -> list[EpochRecord]:
        """Of all epochs."""
        return [each for each in self.heard if isinstance(each, EpochRecord)]

    @property
    def checkpoints(self) -> list[tuple[FitSpec, Checkpoint]]:
        """Of all fits."""
        return [each for each in self.heard if isinstance(each, tuple)]

    @property
    def outcomes(self) -> list[FitOutcome]:
        """Of all fits that have ended, in the order in which they have."""
        return [each for each in self.heard if isinstance(each, FitOutcome)]

    def _keep(self, event: Heard) -> None:
        with self.lock:
            self.heard.append(event)
