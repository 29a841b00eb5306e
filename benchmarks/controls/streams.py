"""`python -m benchmarks.controls.streams`: are tests that are looked at after every bar right, and how fast?

Counts false claims, and the bars until what is true is claimed; prints a table, keeps it as JSON in results/.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import ROOT, describe
from benchmarks.table import Table
from lstm_sweep.stats.betting import BettingTest, alpha_of
from lstm_sweep.stats.confidence_sequence import FEWEST, ConfidenceSequence

ALPHA = 0.05
BARS = 20_000
CHALLENGERS = 20
NORMAL = 1.6448536269514722
"""Quantile of the standard normal distribution at 1 - ALPHA."""

Numbers = NDArray[np.float64]
Noise = Callable[[np.random.Generator, int, int], Numbers]
"""Shocks of unit variance, `(bar, stream)`."""


def independent(generator: np.random.Generator, bars: int, streams: int) -> Numbers:
    """Normal."""
    return generator.standard_normal((bars, streams))


def garch(generator: np.random.Generator, bars: int, streams: int) -> Numbers:
    """GARCH(1, 1) with shocks from Student's t with 4 degrees of freedom."""
    shocks = generator.standard_t(4, (bars, streams)) / np.sqrt(2.0)
    variance = np.ones(streams)
    for bar in range(bars):
        shocks[bar] *= np.sqrt(variance)
        variance = 0.02 + 0.08 * shocks[bar] ** 2 + 0.9 * variance
    return shocks


NOISES: dict[str, Noise] = {"iid": independent, "GARCH-t4": garch}


def equal(noise: Noise, streams: int, seed: int) -> Numbers:
    """Naive's loss less that of a model which is exactly as good: `r = g / 2 + noise`."""
    generator = np.random.default_rng(seed)
    forecast, shocks = generator.standard_normal((BARS, streams)), noise(generator, BARS, streams)
    actual = forecast / 2 + shocks
    return actual**2 - (actual - forecast) ** 2


def better(noise: Noise, explained: float, streams: int, seed: int) -> Numbers:
    """The same of a model that explains a share of the variance: `r = g + noise`."""
    generator = np.random.default_rng(seed)
    size = np.sqrt(explained / (1 - explained))
    forecast, shocks = size * generator.standard_normal((BARS, streams)), noise(generator, BARS, streams)
    actual = forecast + shocks
    return actual**2 - (actual - forecast) ** 2


@dataclass(frozen=True)
class FirstClaims:
    """The bar at which each test first claims, `(stream,)`; BARS + 1 where it never does."""

    betting: NDArray[np.int64]
    sequence: NDArray[np.int64]
    repeated: NDArray[np.int64]


def first_claims(differences: Numbers) -> FirstClaims:
    """Look after every bar, as somebody would who watches a page.

    Args:
        differences: `(bar, stream)`.
    """
    bars, streams = differences.shape
    betting, sequence = BettingTest(streams), ConfidenceSequence(2 * ALPHA, streams)
    found = {name: np.full(streams, BARS + 1) for name in ("betting", "sequence", "repeated")}
    total, squares = np.zeros(streams), np.zeros(streams)
    for bar in range(bars):
        betting.add(differences[bar])
        sequence.add(differences[bar])
        total += differences[bar]
        squares += differences[bar] ** 2
        count = bar + 1
        now = {"betting": betting.claims(ALPHA), "sequence": sequence.interval()[0] > 0}
        if count >= FEWEST:  # Diebold and Mariano's, as if it were looked at once
            now["repeated"] = total > NORMAL * np.sqrt(squares - total**2 / count)
        for name, claims in now.items():
            found[name][claims & (found[name] > BARS)] = count
    return FirstClaims(**found)


def false_promotions(streams: int, seed: int, spending: bool) -> float:
    """Share of streams in which any of 20 equal challengers, one after the other, is claimed to be better."""
    differences = equal(independent, streams, seed)
    each = BARS // CHALLENGERS
    promoted = np.zeros(streams, bool)
    for number in range(CHALLENGERS):
        test = BettingTest(streams)
        for difference in differences[number * each : (number + 1) * each]:
            test.add(difference)
        promoted |= test.claims(alpha_of(number + 1, ALPHA) if spending else ALPHA)
    return float(promoted.mean())


def _row(case: str, claims: FirstClaims, streams: int) -> dict[str, Any]:
    by_name = {"betting": claims.betting, "sequence": claims.sequence, "repeated": claims.repeated}
    shares = {f"{name} claims %": 100 * float(np.mean(bars <= BARS)) for name, bars in by_name.items()}
    medians = {f"{name} median bars": float(np.median(bars)) for name, bars in by_name.items() if name != "repeated"}
    return {"case": case, "streams": streams} | shares | medians


def main() -> int:
    """Count, print and keep; 1 where false claims are more than 5 % and two standard errors."""
    arguments = _parse()
    rows, worst = [], 0.0
    for name, noise in NOISES.items():
        claims = first_claims(equal(noise, arguments.streams, seed=1))
        rows.append(_row(f"no better, {name}", claims, arguments.streams))
        worst = max(worst, float(np.mean(claims.betting <= BARS)))
        _say(rows[-1])
    for explained in (0.03, 0.01, 0.003):
        for name, noise in NOISES.items():
            found = [
                first_claims(better(noise, explained, part, seed=2 + number))
                for number, part in enumerate(_parts(arguments.power))
            ]
            joined = FirstClaims(
                *(
                    np.concatenate([getattr(each, test) for each in found])
                    for test in ("betting", "sequence", "repeated")
                )
            )
            rows.append(_row(f"R2 = {100 * explained:g} %, {name}", joined, arguments.power))
            _say(rows[-1])
    spent, full = (false_promotions(arguments.streams, 9, spending) for spending in (True, False))
    notes = [
        f"{BARS:,} bars a stream, looked at after every bar, alpha {ALPHA}; median bars to the first claim, "
        f"{BARS + 1:,} where most never claim. sequence: the lower end of a {100 * (1 - 2 * ALPHA):g} % confidence "
        "sequence above 0. repeated: a Diebold-Mariano test as if each look were the only one.",
        f"{CHALLENGERS} equal challengers in turn, {BARS // CHALLENGERS:,} bars each: any of them promoted in "
        f"{100 * spent:.1f} % of {arguments.streams} streams where the k-th has 6 alpha / (pi^2 k^2), "
        f"{100 * full:.1f} % where each has alpha.",
    ]
    table = Table("streams", "is a verdict still right when it is looked at after every bar?", rows, notes)
    machine = describe()
    print(table.to_markdown(machine), flush=True)
    if not arguments.tiny:
        print(f"Kept as {table.save(machine, arguments.results)}", flush=True)
    most = ALPHA + 2 * np.sqrt(ALPHA * (1 - ALPHA) / arguments.streams)
    return 0 if max(worst, spent) <= most or arguments.tiny else 1


def _parts(streams: int) -> list[int]:
    """In pieces, for memory."""
    return [min(400, streams - start) for start in range(0, streams, 400)]


def _say(row: dict[str, Any]) -> None:
    print(f"{time.strftime('%H:%M:%S')} streams: {row}", file=sys.stderr, flush=True)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.controls.streams", description="Are live tests right?")
    parser.add_argument("--streams", type=int, default=400, help="streams without anything to find (400)")
    parser.add_argument("--power", type=int, default=2000, help="streams with something to find (2000)")
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results", help="folder for the record")
    parser.add_argument("--tiny", action="store_true", help="only see whether all of it runs; keeps no record")
    arguments = parser.parse_args()
    if arguments.tiny:
        arguments.streams, arguments.power = 3, 3
    return arguments


if __name__ == "__main__":
    sys.exit(main())
