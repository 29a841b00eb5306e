"""Fits trained side by side in one vmapped program: small LSTMs leave a GPU idle, many of them at once do not."""

from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from typing import Any

import jax
import numpy as np

from src.fits import FitOutcome
from src.runners.fused.arguments import State
from src.runners.fused.fitting import Fitting


def train_population(fits: Sequence[Fitting], device: Any) -> Iterator[tuple[Fitting, FitOutcome]]:
    """Train fits of one program and the same windows, which are on `device`.

    A population goes on at half its size once half of its members have ended, and in two halves, one after the
    other, when memory runs out: every member from its last finished epoch.

    Args:
        fits: what to train.
        device: what trains them.

    Yields:
        Every fit with its outcome, as soon as it has ended.
    """
    waiting = [(list(fits), _stack([fitting.initial_state() for fitting in fits]))]
    while waiting:
        members, state = waiting.pop()
        population = _Population(members, state, device)
        num_parts = 1
        try:
            while population.is_half_full:
                yield from population.run_epoch()
        except jax.errors.JaxRuntimeError as error:
            if "RESOURCE_EXHAUSTED" not in str(error) or len(members) == 1:
                raise
            num_parts = 2
        waiting += population.rest(num_parts)


class _Population:
    """Members are rows of the axis `member`; copies of the last one fill it up to a power of two.

    So few sizes are ever compiled. Rows do not touch each other: copies and members that have ended are computed
    on, and nobody reads them.
    """

    def __init__(self, fits: list[Fitting], state: State, device: Any) -> None:
        self._fits, self._device = fits, device
        self._size = 1 << (len(fits) - 1).bit_length()
        self._last = _Snapshot(self._pad(state))
        self._settings = self._pad(_stack([fitting.settings for fitting in fits]))

    @property
    def is_half_full(self) -> bool:
        """Whether more than half of its rows are members that have not ended."""
        return 2 * len(self._active) > self._size

    def run_epoch(self) -> list[tuple[Fitting, FitOutcome]]:
        """Train every member for an epoch; where memory runs out, nothing has happened.

        Returns:
            Those that have ended with it.
        """
        program, data = self._fits[0].program, self._fits[0].prepared.data
        state, settings, steps = jax.device_put((self._last.state, self._settings, self._next_steps()), self._device)
        state, *results = program.run_population(state, settings, data, steps)
        losses, outputs = jax.device_get(results)
        self._last, active = _Snapshot(state), self._active
        for row in active:
            self._fits[row].end_epoch(float(losses[row]), outputs[row], partial(self._last.rows, row))
        return [(self._fits[row], self._fits[row].outcome()) for row in active if self._fits[row].has_ended]

    def rest(self, num_parts: int) -> list[tuple[list[Fitting], State]]:
        """Members that have not ended, in up to `num_parts` equal parts, with their state as NumPy arrays."""
        parts = [rows for rows in np.array_split(self._active, num_parts) if len(rows)]
        return [([self._fits[row] for row in rows], self._last.rows(rows)) for rows in parts]

    @property
    def _active(self) -> list[int]:
        return [row for row, fitting in enumerate(self._fits) if not fitting.has_ended]

    def _next_steps(self) -> Any:
        if self._fits[0].program.is_stateful:
            return self._fits[0].next_steps()
        return self._pad(_stack([fitting.next_steps() for fitting in self._fits]))

    def _pad(self, stacked: Any) -> Any:
        return _rows(stacked, np.minimum(np.arange(self._size), len(self._fits) - 1))


class _Snapshot:
    """The state of all rows after some epoch; it crosses to the host once, and only where a row is asked for."""

    def __init__(self, state: State) -> None:
        self.state = state

    def rows(self, rows: Any) -> State:
        """One row or several, as NumPy arrays of their own."""
        return _rows(self._on_host, rows)

    @cached_property
    def _on_host(self) -> State:
        return jax.device_get(self.state)


def _stack(trees: Sequence[Any]) -> Any:
    return jax.tree.map(lambda *leaves: np.stack(leaves), *trees)


def _rows(tree: Any, rows: Any) -> Any:
    return jax.tree.map(lambda leaf: np.array(leaf[rows]), tree)
