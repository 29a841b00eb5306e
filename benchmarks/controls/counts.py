"""What is counted, and what the counts must come to."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.controls.prices import Prices, garch_returns
from benchmarks.controls.simulated_sweep import ALPHA, SimulatedSweep
from lstm_sweep.evaluation.verdict import Conclusion
from lstm_sweep.stats.diebold_mariano import diebold_mariano

Say = Callable[[str], None]
NUM_WINDOWS = 750


@dataclass(frozen=True)
class Bounds:
    """Shares within which a control holds; `said` is where they come from, in words."""

    least: float
    most: float
    said: str


@dataclass(frozen=True)
class Count:
    """A row of the table, and what it was counted from.

    Attributes:
        row: column -> value.
        holds: whether the share lies within its bounds.
        each: one entry per simulated sweep, for the record.
    """

    row: dict[str, Any]
    holds: bool
    each: list[dict[str, Any]]


def count_sweeps(name: str, prices: Prices, bounds: Bounds, num_sweeps: int, sweep: SimulatedSweep, say: Say) -> Count:
    """Simulate sweeps, each over a series of its own, and count those that end in "beats naive"."""
    started = time.perf_counter()
    each: list[dict[str, Any]] = []
    for number in range(num_sweeps):
        judged = sweep.judge(prices(number), number)
        each.append(
            {
                "conclusion": judged.winner.conclusion,
                "p": judged.winner.p_value,
                "skill": judged.winner.skill,
                "windows": judged.winner.num_windows,
                "ensemble_beats_naive": judged.ensemble.beats_naive,
            }
        )
        if (number + 1) % 20 == 0:
            say(f"{name}: {number + 1} of {num_sweeps} sweeps")
    found = [entry["conclusion"] == Conclusion.BEATS_NAIVE for entry in each]
    row = _row(name, found, bounds) | {
        "worse than naive": sum(entry["conclusion"] == Conclusion.WORSE for entry in each),
        "ensemble beats naive": sum(entry["ensemble_beats_naive"] for entry in each),
        "mean skill, %": 100 * float(np.mean([entry["skill"] for entry in each])),
        "s": time.perf_counter() - started,
    }
    return Count(row, _holds(found, bounds), each)


def count_rejections(name: str, horizon: int, bounds: Bounds, num_pairs: int) -> Count:
    """Let pairs of equally accurate forecasts meet, and count how often the test calls the first one better."""
    started = time.perf_counter()
    p_values = [
        diebold_mariano(*_equal_losses(np.random.default_rng([horizon, number]), horizon), horizon)[1]
        for number in range(num_pairs)
    ]
    rejected = [p_value < ALPHA for p_value in p_values]
    row = _row(name, rejected, bounds) | {
        "worse than naive": None,
        "ensemble beats naive": None,
        "mean skill, %": None,
        "s": time.perf_counter() - started,
    }
    return Count(row, _holds(rejected, bounds), [{"p": p_value} for p_value in p_values])


def _equal_losses(generator: np.random.Generator, horizon: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two forecasts with errors of their own and of one size, of GARCH-t returns, over windows that overlap."""
    returns = garch_returns(generator, NUM_WINDOWS + horizon - 1)
    steps = np.arange(horizon)
    changes = np.cumsum(returns[np.arange(NUM_WINDOWS)[:, None] + steps], axis=1)
    first, second = (
        np.square(changes - generator.normal(0, 0.3, (NUM_WINDOWS, 1)) * (1 + steps)).mean(axis=1) for _ in range(2)
    )
    return first, second


def _row(name: str, found: Sequence[bool], bounds: Bounds) -> dict[str, Any]:
    return {
        "control": name,
        "simulated": len(found),
        "found": sum(found),
        "found, %": 100 * sum(found) / len(found),
        "must be": bounds.said,
        "holds": "yes" if _holds(found, bounds) else "NO",
    }


def _holds(found: Sequence[bool], bounds: Bounds) -> bool:
    return bounds.least <= sum(found) / len(found) <= bounds.most
