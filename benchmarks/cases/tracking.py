"""What tracking costs: the same sweep of short fits with MLflow and TensorBoard, and without."""

from pathlib import Path
from typing import Any

from benchmarks.cases.options import Options
from benchmarks.cases.scaling import with_fits
from benchmarks.cases.workloads import daily
from benchmarks.comparison import Say
from benchmarks.contenders.ours import SweepRun, run_sweep
from benchmarks.table import Table

_OFF = ["tracking.uri=null", "tracking.tensorboard=false"]
_ORDER = ("off", "on", "on", "off")


def measure(options: Options, folder: Path, say: Say) -> Table:
    """Run it off, on, on, off: a drift of the machine cancels."""
    num_fits = 4 if options.tiny else options.fits
    small = with_fits(daily(options), num_fits).with_values({"training.epochs": 10})
    commands = {"on": ["runner=fused", *small.overrides], "off": ["runner=fused", *small.overrides, *_OFF]}
    run_sweep(commands["off"], folder / "first", folder / "cache")  # compiles what the rest is to find in the cache
    runs: dict[str, list[SweepRun]] = {"on": [], "off": []}
    for number, trackers in enumerate(_ORDER):
        sweep = run_sweep(commands[trackers], folder / str(number), folder / "cache")
        runs[trackers].append(sweep)
        say(f"trackers {trackers}: {sweep.search_seconds:.1f} s")
    rows = [_row(trackers, sweeps, runs["off"]) for trackers, sweeps in runs.items()]
    return Table(
        "tracking",
        f"src.sweep runner=fused, {small.num_fits} fits of the daily workload, 10 epochs, warm compile cache",
        rows,
        [
            "On: MLflow (SQLite) and TensorBoard. Off: neither; journal and console stay.",
            "x: divided by off.",
        ],
        {"runs": {trackers: [sweep.details for sweep in sweeps] for trackers, sweeps in runs.items()}},
    )


def _row(trackers: str, sweeps: list[SweepRun], off: list[SweepRun]) -> dict[str, Any]:
    search, command = (_mean(sweeps, measure) for measure in (_search, _command))
    return {
        "trackers": trackers,
        "s of search": search,
        "x search": search / _mean(off, _search),
        "s of the command": command,
        "x command": command / _mean(off, _command),
    }


def _mean(sweeps: list[SweepRun], measure: Any) -> float:
    return sum(map(measure, sweeps)) / len(sweeps)


def _search(sweep: SweepRun) -> float:
    return sweep.search_seconds


def _command(sweep: SweepRun) -> float:
    return sweep.process.seconds
