"""`python -m benchmarks.run [case ...]`: measures, prints tables in Markdown, keeps them as JSON in results/."""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.cases import memory, outage, population, scaling, side_by_side, start, tracking
from benchmarks.cases.options import Options
from benchmarks.comparison import Say
from benchmarks.machine import describe
from benchmarks.process import ContenderError
from benchmarks.table import Table
from lstm_sweep.errors import UserError

CASES: dict[str, Callable[[Options, Path, Say], Table | None]] = {
    "daily-16": side_by_side.daily_16,
    "daily-64": side_by_side.daily_64,
    "minutes-stateless": side_by_side.minutes_stateless,
    "minutes-stateful": side_by_side.minutes_stateful,
    "mixed": side_by_side.mixed,
    "scaling": scaling.measure,
    "start": start.measure,
    "tracking": tracking.measure,
    "outage": outage.measure,
    "memory": memory.measure,
    "population": population.measure,
}
RESULTS = Path(__file__).resolve().parent / "results"


def main() -> int:
    """Run the cases that the command names."""
    arguments = _parse()
    options = Options(arguments.data, arguments.minutes, tuple(arguments.only), arguments.fits, arguments.tiny)
    for name in CASES:
        if _is_wanted(name, arguments.cases):
            try:
                _measure(name, options, None if options.tiny else arguments.results)
            except (UserError, ContenderError) as error:
                print(f"error: {error}", file=sys.stderr)
                return 2
    return 0


def _measure(name: str, options: Options, results: Path | None) -> None:
    # Not in a longer $TMPDIR, because Ray puts Unix sockets below it, whose paths may have 107 characters.
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        table = CASES[name](options, Path(folder), _say(name))
    if table is not None:
        _publish(table, results)


def _publish(table: Table, results: Path | None) -> None:
    machine = describe()
    print(table.to_markdown(machine), flush=True)
    if results is not None:
        print(f"Kept as {table.save(machine, results)}", flush=True)


def _is_wanted(name: str, cases: list[str]) -> bool:
    """Whether a case is named, or its family ('daily'), or nothing is."""
    return not cases or name in cases or name.split("-")[0] in cases


def _say(case: str) -> Say:
    def say(what: str) -> None:
        print(f"{time.strftime('%H:%M:%S')} {case}: {what}", file=sys.stderr, flush=True)

    return say


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description="Timings, side by side.")
    names = [*CASES, "daily", "minutes"]
    parser.add_argument("cases", nargs="*", metavar="case", help=f"all by default: {', '.join(names)}")
    parser.add_argument("--data", type=Path, help="CSV of daily prices instead of the S&P 500")
    parser.add_argument("--minutes", type=Path, help="CSV of prices by the minute instead of simulated ones")
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD", help="contenders with these in their names")
    parser.add_argument("--fits", type=int, default=256, help="of the case tracking (256)")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder for the record (benchmarks/results)")
    parser.add_argument("--tiny", action="store_true", help="only see whether all of it runs; keeps no record")
    arguments = parser.parse_args()
    unknown = set(arguments.cases) - set(names)
    if unknown:
        parser.error(f"there is no case {', '.join(sorted(unknown))}: choose from {', '.join(names)}")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
