"""One fit, seen from the host: what the device is given for an epoch, and what is made of what comes back."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from src.fits import FitOutcome, FitSpec, OnEpoch
from src.runners.batches import epoch_batches
from src.runners.fused.arguments import State, Steps, settings_of
from src.runners.fused.prepared import Prepared
from src.runners.fused.program import Program
from src.runners.progress import Progress

Fetch = Callable[[], State]
"""Brings the state of a fit after some epoch to the host; what nobody asks for stays where it is."""


class Fitting:
    """The life of a fit, epoch by epoch.

    Args:
        program: of the fit.
        prepared: its windows.
        spec: the fit.
        on_epoch: hears of every epoch.
    """

    def __init__(self, program: Program, prepared: Prepared, spec: FitSpec, on_epoch: OnEpoch) -> None:
        self.program, self.prepared, self._spec = program, prepared, spec
        self._progress: Progress[Fetch] = Progress(spec, prepared.validation, on_epoch)
        self._started = time.monotonic()
        self._must_stop = False
        self.settings = settings_of(spec)

    @property
    def has_ended(self) -> bool:
        """Whether no epoch is left, or none worth training."""
        return self._must_stop or self._progress.epochs >= self._spec.training.epochs

    def initial_state(self) -> State:
        """Where the fit starts, as NumPy arrays."""
        return self.program.initial_state(self._spec)

    def next_steps(self) -> Steps:
        """The steps of the next epoch, as NumPy arrays."""
        batches = epoch_batches(self._spec, self.prepared.training, self._progress.epochs)
        return Steps(batches.origins.astype(np.int32), batches.weights)

    def end_epoch(self, loss: float, outputs: NDArray[np.float32], fetch: Fetch) -> None:
        """Take note of an epoch: its mean loss, its outputs at `Data.validation`, and where its state lies."""
        self._last = fetch
        self._must_stop = self._progress.end_epoch(loss, outputs[self.prepared.answers], fetch)

    def outcome(self) -> FitOutcome:
        """What the fit came to."""
        return self._progress.outcome(
            time.monotonic() - self._started,
            to_weights=lambda fetch: self.program.training_state(fetch()).weights,
            state=lambda: self.program.training_state(self._last()),
        )


def train(fitting: Fitting, device: Any) -> FitOutcome:
    """Train one fit on the device that its windows are on."""
    state, settings = jax.device_put((fitting.initial_state(), fitting.settings), device)
    while not fitting.has_ended:
        steps = jax.device_put(fitting.next_steps(), device)
        state, loss, outputs = fitting.program.run(state, settings, fitting.prepared.data, steps)
        fitting.end_epoch(float(loss), np.asarray(outputs), partial(jax.device_get, state))
    return fitting.outcome()
