"""`python -m benchmarks.controls [control ...]`: counts, prints a table, keeps every verdict as JSON in results/."""

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.controls.books import books
from benchmarks.controls.counts import Bounds, Count, count_rejections, count_sweeps
from benchmarks.controls.prices import Prices, garch_walk, predictable, random_walk, with_random_signs
from benchmarks.controls.simulated_sweep import WORDS, SimulatedSweep
from benchmarks.machine import ROOT, describe
from benchmarks.table import Table
from lstm_sweep.errors import UserError

FALSE_CLAIMS = Bounds(0.0, 0.05, "at most 5 %")
FOUND = Bounds(0.95, 1.0, "at least 95 %")
ANY = Bounds(0.0, 1.0, "documented")
SIZE = Bounds(0.035, 0.085, "3.5 to 8.5 %")

SWEEPS: dict[str, tuple[Prices | None, Bounds]] = {
    "random-walk": (random_walk, FALSE_CLAIMS),
    "garch-walk": (garch_walk, FALSE_CLAIMS),
    "random-signs": (None, FALSE_CLAIMS),
    "predictable-20": (predictable(0.2), FOUND),
    "power-1": (predictable(0.01), ANY),
    "power-3": (predictable(0.03), ANY),
    "power-10": (predictable(0.1), ANY),
    "book-none": (books(0.0), FALSE_CLAIMS),
    "book-20": (books(0.2**0.5), FOUND),
}
SIZES = {"size-1": 1, "size-5": 5}
"""Horizons of the test's own size."""

_DATA = ROOT.parent / "shared" / "data" / "btc_usd_1d_2011-2025.csv"
_NOTES = [
    f"A simulated sweep: 3000 bars, half for training, a quarter each for validation and test; {WORDS}, by the fused "
    "runner; the trial of lowest score on validation is judged once on 750 test windows (alpha 0.05).",
    "random-walk and garch-walk: arithmetic returns, normal and GARCH(1, 1) with t(5) shocks. random-signs: the last "
    "3000 returns of the CSV file, each with a random sign. predictable-20, power-R2: AR(1) returns of which the one "
    "before explains that share of the variance, in %.",
    "book-none, book-20: simulated order books, from lines of an exchange to bars of ten seconds; order flow explains "
    "none or 20 % of how the middle moves in the next bar. Trials read the price alone, with order flow, or with that "
    "and two variables that say nothing.",
    "found: verdicts that the winner beats naive. ensemble: the same test of the mean forecast of the winner's seeds.",
    "size-h: the test alone on pairs of equally accurate forecasts over a horizon of h, GARCH-t returns; found: "
    "rejections in favour of the first.",
]


def main() -> int:
    """Run the controls that the command names; 1 where one does not hold, 2 where the command is wrong."""
    arguments = _parse()
    try:
        counts = list(_count(arguments))
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if not counts:
        return 0
    _publish(counts, None if arguments.tiny else arguments.results)
    return 0 if all(count.holds for count in counts) or arguments.tiny else 1


def _count(arguments: argparse.Namespace) -> Iterator[Count]:
    wanted = [name for name in (*SWEEPS, *SIZES) if not arguments.controls or name in arguments.controls]
    sweep = SimulatedSweep() if set(wanted) & set(SWEEPS) else None
    for name in wanted:
        if name in SIZES:
            _say(f"{name} starts")
            yield count_rejections(name, SIZES[name], SIZE, arguments.pairs)
            continue
        prices, bounds = SWEEPS[name]
        if prices is None and not arguments.data.exists():
            _say(f"{name} is left out: there is no {arguments.data}; name a CSV file of daily prices by --data")
            continue
        _say(f"{name} starts")
        assert sweep is not None
        prices = prices or with_random_signs(arguments.data)
        yield count_sweeps(name, prices, bounds, arguments.sweeps, sweep, _say)


def _publish(counts: list[Count], results: Path | None) -> None:
    details = {count.row["control"]: count.each for count in counts}
    title = "does the verdict find what is there, and nothing else?"
    table = Table("controls", title, [count.row for count in counts], _NOTES, details)
    machine = describe()
    print(table.to_markdown(machine), flush=True)
    if results is not None:
        print(f"Kept as {table.save(machine, results)}", flush=True)


def _say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} controls: {what}", file=sys.stderr, flush=True)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.controls", description="Does the verdict keep its word?"
    )
    names = [*SWEEPS, *SIZES]
    parser.add_argument("controls", nargs="*", metavar="control", help=f"all by default: {', '.join(names)}")
    parser.add_argument("--sweeps", type=int, default=200, help="simulated sweeps of each control (200)")
    parser.add_argument("--pairs", type=int, default=2000, help="pairs of equal forecasts for the size (2000)")
    parser.add_argument("--data", type=Path, default=_DATA, help="CSV of daily prices for random-signs")
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results", help="folder for the record")
    parser.add_argument("--tiny", action="store_true", help="only see whether all of it runs; keeps no record")
    arguments = parser.parse_args()
    unknown = set(arguments.controls) - set(names)
    if unknown:
        parser.error(f"there is no control {', '.join(sorted(unknown))}: choose from {', '.join(names)}")
    if arguments.tiny:
        arguments.sweeps, arguments.pairs = 2, 20
    if min(arguments.sweeps, arguments.pairs) < 1:
        parser.error("--sweeps and --pairs must be 1 or more")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
