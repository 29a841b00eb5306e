"""`python -m benchmarks.reproductions [name ...] --data DIR`: published forecasts and ours, side by side."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.machine import describe
from benchmarks.process import ContenderError
from benchmarks.reproductions import book, workshop
from benchmarks.reproductions.comparison import Comparison
from benchmarks.reproductions.ours import run_experiment
from benchmarks.table import Table

NAMES = ("book_minutes", *workshop.VERSIONS)
_SEEDS = "± is the deviation over seeds; a forecaster without it was trained once, or not at all."


def main() -> int:
    """Reproduce what the command names, print the table, and keep it."""
    arguments = _parse()
    # Keras reads its backend once, at its first import.
    os.environ["KERAS_BACKEND"] = "jax"
    # `keras.utils.set_random_seed` imports TensorFlow, which would talk.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    comparisons = {}
    with tempfile.TemporaryDirectory(prefix="reproductions-") as folder:
        for name in arguments.names or NAMES:
            try:
                comparisons[name] = _compare(name, arguments, Path(folder) / name)
            except ContenderError as error:
                print(f"error: {error}", file=sys.stderr)
                return 2
    _publish(comparisons, arguments.results)
    return 0


def _compare(name: str, arguments: argparse.Namespace, folder: Path) -> Comparison:
    print(f"{name}: our sweep, then the published procedure", file=sys.stderr, flush=True)
    path = arguments.data / (book.PRICES if name == "book_minutes" else workshop.PRICES)
    ours = run_experiment(name, path, arguments.set, folder)
    if name == "book_minutes":
        return book.compare(path, ours, arguments.seeds)
    return workshop.compare(name, path, ours, arguments.seeds)


def _publish(comparisons: dict[str, Comparison], results: Path | None) -> None:
    table = Table(
        "reproductions",
        "published forecasts of Bitcoin, trained and scored as they were, beside ours",
        [row.cells(name) for name, comparison in comparisons.items() for row in comparison.rows],
        [_SEEDS, *dict.fromkeys(note for comparison in comparisons.values() for note in comparison.notes)],
    )
    machine = describe()
    print(table.to_markdown(machine), flush=True)
    if results is not None:
        print(f"Kept as {table.save(machine, results)}", flush=True)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reproductions", description="The literature, again.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"all by default: {', '.join(NAMES)}")
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {book.PRICES} and {workshop.PRICES}")
    parser.add_argument("--results", type=Path, help="folder for the record; none is kept without it")
    parser.add_argument("--seeds", type=int, default=3, help="times that the published procedure is trained (3)")
    parser.add_argument("--set", nargs="+", default=[], metavar="SETTING=VALUE", help="of our sweeps")
    arguments = parser.parse_args()
    if unknown := sorted(set(arguments.names) - set(NAMES)):
        parser.error(f"there is no reproduction {', '.join(unknown)}: choose from {', '.join(NAMES)}")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
