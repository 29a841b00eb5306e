"""How long a user waits: from the command to the first training step, and to the end of the default sweep."""

import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.cases.options import Options
from benchmarks.comparison import Say
from benchmarks.contenders.ours import COLD, WARM, SweepRun, run_sweep
from benchmarks.process import clean_environment, run
from benchmarks.table import Table
from lstm_sweep.trials.outcome import EpochRecord

_ORDER = (COLD, WARM, COLD, WARM)
_IMPORTS = ("jax", "keras", "mlflow.tracking", "keras_tuner", "tensorflow")


def measure(options: Options, folder: Path, say: Say) -> Table:
    """Run the command of the quick start, `+experiment=dropout`, with nothing and with everything in its cache."""
    command = ["runner=fused", "+experiment=dropout"]
    if options.tiny:
        command += ["training.epochs=2", "model.units=4", "seeds=1"]
    runs: dict[str, list[SweepRun]] = defaultdict(list)
    imports: dict[str, list[float]] = defaultdict(list)
    for number, cache in enumerate(_ORDER):
        runs[cache].append(run_sweep(command, folder / str(number), folder / f"cache_{number // 2}"))
        say(f"{cache}: first training step after {first_step(runs[cache][-1]):.1f} s")
        for module in _IMPORTS:
            imports[module].append(_import_seconds(module, folder / f"import_{number}_{module}"))
    return Table(
        "start",
        f"`python -m src.sweep {' '.join(command)}`: from the command to the first training step, and to its end",
        [_row(cache, sweeps) for cache, sweeps in runs.items()],
        [
            "First step: the time in the journal at which the earliest first epoch ended, less the time from there to "
            "the end of that fit's second epoch (as long as the first one trained, its wait for the program aside), "
            "less the start of the process.",
            "Import, data, search, evaluation: `seconds` of summary.json. Means of two runs each, in turns.",
            "Cold: the folder of compiled programs is empty; files are in the system's cache in both.",
            f"Whole processes that import one library alone, s: {_spell(imports)} (best of {len(_ORDER)}).",
        ],
        {"runs": {cache: [sweep.details for sweep in sweeps] for cache, sweeps in runs.items()}, "imports": imports},
    )


def first_step(sweep: SweepRun) -> float:
    """Seconds from the start of the process to the first training step, by the journal."""
    ends: dict[tuple[str, int], dict[int, float]] = defaultdict(dict)
    for line in sweep.journal:
        if isinstance(line, EpochRecord):
            ends[line.trial_id, line.replicate][line.epoch] = line.timestamp / 1000
    begun = min(end[1] - (end[2] - end[1]) for end in ends.values())
    return begun - sweep.process.started


def _import_seconds(module: str, folder: Path) -> float:
    environment = clean_environment(folder / "cache", KERAS_BACKEND="jax")
    return run([sys.executable, "-c", f"import {module}"], folder, environment).seconds


def _row(cache: str, sweeps: list[SweepRun]) -> dict[str, Any]:
    def mean(values: list[float]) -> float:
        return sum(values) / len(values)

    stages = ("import", "data", "search", "evaluation")
    return {
        "compile cache": cache,
        "first step, s": mean([first_step(sweep) for sweep in sweeps]),
        **{f"{stage}, s": mean([sweep.summary["seconds"][stage] for sweep in sweeps]) for stage in stages},
        "whole command, s": mean([sweep.process.seconds for sweep in sweeps]),
    }


def _spell(imports: dict[str, list[float]]) -> str:
    return ", ".join(f"{module} {min(seconds):.2f}" for module, seconds in imports.items())
