"""Fits per second, and memory, of the fused runner from one fit to 256."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.cases.options import Options
from benchmarks.cases.workloads import daily
from benchmarks.comparison import Say
from benchmarks.contenders.ours import SweepRun, run_sweep
from benchmarks.table import Table
from benchmarks.workload import Workload

_SEEDS = 4
_FEW_FITS = 64
"""Sweeps of at most so many fits are measured again on the way back."""


def measure(options: Options, folder: Path, say: Say) -> Table:
    """Run sweeps of growing size and back again, so that a slow minute of the machine hits more than one size."""
    sizes = [1, 2, 4] if options.tiny else [1, 2, 4, 16, 64, 256]
    cache = folder / "cache"
    _run(with_fits(daily(options), 1), folder / "first", cache)  # compiles what the rest is to find in the cache
    runs: dict[int, list[SweepRun]] = {size: [] for size in sizes}
    for number, size in enumerate(sizes + [size for size in reversed(sizes) if size <= _FEW_FITS]):
        sweep = _run(with_fits(daily(options), size), folder / str(number), cache)
        runs[size].append(sweep)
        say(f"{size} fits: {sweep.search_seconds:.1f} s")
    return Table(
        "scaling",
        "src.sweep runner=fused, the daily workload in sweeps of growing size, warm compile cache, trackers on",
        [_row(size, sweeps) for size, sweeps in runs.items()],
        [
            "Fits per second of search, the fixed cost of a sweep (trackers, first program) included.",
            "Peak memory: most resident memory of the command's process, everything imported included.",
        ],
        {"runs": {size: [sweep.details for sweep in sweeps] for size, sweeps in runs.items()}},
    )


def with_fits(workload: Workload, num_fits: int) -> Workload:
    """The workload with as many fits: up to four seeds, and the rest as dropout rates from 0 to 0.5."""
    seeds = min(num_fits, _SEEDS)
    rates = np.linspace(0.0, 0.5, num_fits // seeds).round(4)
    return replace(workload, search={"model.dropout": rates.tolist()}, seeds=seeds)


def _run(workload: Workload, folder: Path, cache: Path) -> SweepRun:
    return run_sweep(["runner=fused", *workload.overrides], folder, cache)


def _row(size: int, sweeps: list[SweepRun]) -> dict[str, Any]:
    seconds = [sweep.search_seconds for sweep in sweeps]
    return {
        "fits": size,
        "runs": len(sweeps),
        "s of search": sum(seconds) / len(seconds),
        "fits per s": size * len(seconds) / sum(seconds),
        "peak memory, MB": max(sweep.process.peak_memory for sweep in sweeps) / 1e6,
    }
