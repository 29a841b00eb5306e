"""Fits trained side by side in one vmapped program: small LSTMs leave a GPU idle, many of them at once do not."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from typing import Any

import jax
import numpy as np

from lstm_sweep.training.fused.arguments import TrainState
from lstm_sweep.training.fused.fitting import Fitting
from lstm_sweep.trials.outcome import FitOutcome


def train_population(fits: Sequence[Fitting], device: Any) -> Iterator[tuple[Fitting, FitOutcome]]:
    """Train fits of one program and the same windows, which are on `device`.

    A population continues at half its size once half of its members have ended, and in two halves, one after the
    other, when memory runs out: every member from its last finished epoch. A member that does not fit alone has failed.

    Args:
        fits: what to train.
        device: what trains them.

    Yields:
        Every fit with its outcome, as soon as it has ended; until training must stop.
    """
    waiting = [(list(fits), _stack([fitting.initial_state() for fitting in fits]))]
    while waiting:
        members, state = waiting.pop()
        population = _Population(members, state, device)
        try:
            while population.is_half_full and not population.must_stop:
                yield from population.run_epoch()
            num_parts = 1
        except _OutOfMemoryError as error:
            if len(members) == 1:
                yield members[0], members[0].progress.failed(error)
            num_parts = 2
        waiting = [] if population.must_stop else [*waiting, *population.rest(num_parts)]
    for fitting in fits:
        fitting.progress.stop()


class _OutOfMemoryError(Exception):
    """Neither the device nor the host has memory for a population, whose state is unchanged."""


@contextmanager
def _detecting_out_of_memory() -> Iterator[None]:
    try:
        yield
    except (jax.errors.JaxRuntimeError, MemoryError) as error:
        if isinstance(error, MemoryError) or "RESOURCE_EXHAUSTED" in str(error):
            raise _OutOfMemoryError(str(error) or repr(error)) from error
        raise


class _Population:
    """Members are rows of the axis `member`; copies of the last one fill it up to a power of two.

    So few sizes are ever compiled. Rows are independent: copies, and members that have ended, are still computed,
    and ignored.

    Attributes:
        must_stop: whether training must end, by the listener after the last epoch.
    """

    def __init__(self, fits: list[Fitting], state: TrainState, device: Any) -> None:
        self._fits, self._device = fits, device
        self._size = 1 << (len(fits) - 1).bit_length()
        self._last = _Snapshot(self._pad(state))
        self._settings = self._pad(_stack([fitting.settings for fitting in fits]))
        self.must_stop = False

    @property
    def is_half_full(self) -> bool:
        """Whether more than half of its rows are members that have not ended."""
        return 2 * len(self._active) > self._size

    def run_epoch(self) -> list[tuple[Fitting, FitOutcome]]:
        """Train every member for an epoch.

        Returns:
            Those that have ended with it.

        Raises:
            _OutOfMemoryError: with the state unchanged.
        """
        with _detecting_out_of_memory():
            losses, outputs = self._train()
        active = self._active
        stop_requests = [
            self._fits[row].end_epoch(float(losses[row]), outputs[row], partial(self._last.rows, row)) for row in active
        ]
        self.must_stop = any(stop_requests)
        ended = [self._fits[row] for row in active if self._fits[row].progress.has_ended]
        return [(fitting, fitting.progress.outcome()) for fitting in ended]

    def rest(self, num_parts: int) -> list[tuple[list[Fitting], TrainState]]:
        """Members that have not ended, in up to `num_parts` equal parts, with their state as NumPy arrays."""
        parts = [rows for rows in np.array_split(self._active, num_parts) if len(rows)]
        return [([self._fits[row] for row in rows], self._last.rows(rows)) for rows in parts]

    @property
    def _active(self) -> list[int]:
        return [row for row, fitting in enumerate(self._fits) if not fitting.progress.has_ended]

    def _train(self) -> Any:
        """Mean losses and outputs of an epoch, by row."""
        program, data = self._fits[0].program, self._fits[0].prepared.data
        state, settings, steps = jax.device_put((self._last.state, self._settings, self._next_steps()), self._device)
        state, *results = program.run_population(state, settings, data, steps)
        results = jax.device_get(results)
        self._last = _Snapshot(state)
        return results

    def _next_steps(self) -> Any:
        if self._fits[0].program.is_stateful:
            return self._fits[0].next_steps()
        return self._pad(_stack([fitting.next_steps() for fitting in self._fits]))

    def _pad(self, stacked: Any) -> Any:
        return _rows(stacked, np.minimum(np.arange(self._size), len(self._fits) - 1))


class _Snapshot:
    """The state of all rows after some epoch, copied to the host once, when a row is first read."""

    def __init__(self, state: TrainState) -> None:
        self.state = state

    def rows(self, rows: Any) -> TrainState:
        """One row or several, as NumPy arrays of their own."""
        return _rows(self._on_host, rows)

    @cached_property
    def _on_host(self) -> TrainState:
        return jax.device_get(self.state)


def _stack(trees: Sequence[Any]) -> Any:
    return jax.tree.map(lambda *leaves: np.stack(leaves), *trees)


def _rows(tree: Any, rows: Any) -> Any:
    return jax.tree.map(lambda leaf: np.array(leaf[rows]), tree)
