"""One fit, seen from the host: the arguments of every epoch, and what follows from its results."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from lstm_sweep.training.batches import epoch_batches
from lstm_sweep.training.fused.arguments import EpochSteps, TrainState, settings_of
from lstm_sweep.training.fused.prepared import Prepared
from lstm_sweep.training.fused.program import Program
from lstm_sweep.training.progress import Progress

Fetch = Callable[[], TrainState]
"""Copies the state of a fit after some epoch to the host; a state that is not fetched stays on the device."""


class Fitting:
    """A fit on its way through training, epoch by epoch.

    Args:
        program: of the fit.
        prepared: its windows.
        progress: its epochs so far.
    """

    def __init__(self, program: Program, prepared: Prepared, progress: Progress) -> None:
        self.program, self.prepared, self.progress = program, prepared, progress
        self.settings = settings_of(progress.spec)

    def initial_state(self) -> TrainState:
        """The state that training starts or resumes from, as NumPy arrays."""
        return self.program.initial_state(replace(self.progress.spec, start=self.progress.start))

    def next_steps(self) -> EpochSteps:
        """The steps of the next epoch, as NumPy arrays."""
        batches = epoch_batches(self.progress.spec, self.prepared.training, self.progress.epochs)
        return EpochSteps(batches.origins.astype(np.int32), batches.weights)

    def end_epoch(self, loss: float, outputs: NDArray[np.float32], fetch: Fetch) -> bool:
        """Record an epoch.

        Args:
            loss: mean over its steps.
            outputs: at `Data.validation`.
            fetch: of the state after it.

        Returns:
            Whether training must stop.
        """
        score = self.prepared.validation.score(outputs[self.prepared.scored])
        return self.progress.end_epoch(loss, score, lambda: self.program.training_state(fetch()))


def train(fitting: Fitting, device: Any) -> None:
    """Train one fit on the device that its windows are on, until it has ended or must stop."""
    state, settings = jax.device_put((fitting.initial_state(), fitting.settings), device)
    must_stop = False
    while not (fitting.progress.has_ended or must_stop):
        steps = jax.device_put(fitting.next_steps(), device)
        state, loss, outputs = fitting.program.run(state, settings, fitting.prepared.data, steps)
        must_stop = fitting.end_epoch(float(loss), np.asarray(outputs), partial(jax.device_get, state))
    fitting.progress.stop()
