"""Who takes part in a comparison, and with how many fits."""

import importlib.util
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.arrays import write_arrays
from benchmarks.contenders.contender import Contender
from benchmarks.contenders.ours import COLD, WARM, Sweep
from benchmarks.contenders.session import Session
from benchmarks.machine import num_cores
from benchmarks.workload import Workload
from lstm_sweep.errors import UserError

VALIDATION_BATCH = 2048
REFERENCE = "src.sweep runner=fused"
_SAMPLE = "one fit of every trial, scaled to the sweep by their number"


def line_up(workload: Workload, folder: Path, only: Sequence[str]) -> list[Contender]:
    """All contenders of a workload, or those with one of the words `only` in their names.

    The fused runner trains it whole, with a cold and then with a warm cache. The others train every trial once (the
    plain Keras processes as often as makes their shares equal) and are scaled: their fits cost the same each.
    """
    sample = replace(workload, seeds=1)
    paths = write_arrays(workload, folder)
    contenders: list[Contender] = [
        _keras_tuner("tensorflow", sample, paths, folder),
        _keras_tuner("jax", sample, paths, folder),
        _bare_keras(sample, paths, folder),
        _tuned_keras(sample, paths, folder),
        Sweep("sequential", sample.overrides, [""], folder / "sequential"),
        Sweep("fused", workload.overrides, [COLD, WARM], folder / "fused"),
    ]
    if importlib.util.find_spec("ray"):
        contenders.insert(2, _ray_tune(sample, paths, folder))
    chosen = [one for one in contenders if not only or any(word in one.name for word in only)]
    if not chosen:
        raise UserError(f"--only must name contenders, but {' '.join(only)} is in none of the names: see README.md.")
    return chosen


def absent(only: Sequence[str]) -> list[str]:
    """Notes on contenders that are missing."""
    chosen = [f"Only contenders with {' or '.join(only)} in their names were run."] if only else []
    installed = importlib.util.find_spec("ray") is not None
    return chosen or ([] if installed else ["Ray Tune is missing: `.venv/bin/pip install 'ray[tune]'`."])


def job(workload: Workload, paths: dict[int, str], backend: str, turns: int, processes: int = 1) -> dict[str, Any]:
    """What a contender's process is told (see `contenders.job`)."""
    return {
        "settings": workload.settings,
        "search": {path.split(".")[1]: values for path, values in workload.search.items()},
        "seeds": workload.seeds,
        "processes": processes,
        "paths": paths,
        "lstm": {},
        "fit": {},
        "backend": backend,
        "turns": turns,
    }


def _keras_tuner(backend: str, sample: Workload, paths: dict[int, str], folder: Path) -> Session:
    name = f"keras-tuner GridSearch, {backend}"
    remark = (
        f"keras-tuner GridSearch: `search` with Keras' TensorBoard callback and a minimal MLflow callback (SQLite "
        f"store); {_SAMPLE}. One epoch over a few windows is trained and tracked before the clock starts."
    )
    order = job(sample, paths, backend, turns=sample.num_fits)
    return Session(name, remark, "keras_tuner_grid", order, folder / f"keras_tuner_{backend}")


def _ray_tune(sample: Workload, paths: dict[int, str], folder: Path) -> Session:
    cores = num_cores()
    name = f"Ray Tune, {cores} workers, jax"
    remark = f"{name}: `Tuner.fit` with its default loggers and no MLflow, `ray.init` not timed; {_SAMPLE}."
    return Session(name, remark, "ray_tune", job(sample, paths, "jax", turns=1, processes=cores), folder / "ray_tune")


def _bare_keras(sample: Workload, paths: dict[int, str], folder: Path) -> Session:
    name = f"bare Keras fit, {num_cores()} pinned processes, jax"
    remark = (
        f"{name}: no search, no tracking, no callbacks, one process per core, arrays in memory; each fit is compiled; "
        "seconds are busy time / processes."
    )
    return Session(name, remark, "bare_keras", _fits_for_all_cores(sample, paths), folder / "bare_keras")


def _tuned_keras(sample: Workload, paths: dict[int, str], folder: Path) -> Session:
    name = f"tuned Keras fit, {num_cores()} pinned processes, jax"
    remark = (
        f"{name}: the same, but its programs are in JAX's persistent cache before the clock starts, and it validates "
        f"in batches of {VALIDATION_BATCH} (not where it is stateful)."
    )
    order = _fits_for_all_cores(sample, paths)
    order["environment"] = compile_cache(folder / "tuned_cache")
    if not sample.model.stateful:
        order["fit"] = {"validation_batch_size": VALIDATION_BATCH}
    return Session(name, remark, "bare_keras", order, folder / "tuned_keras")


def _fits_for_all_cores(sample: Workload, paths: dict[int, str]) -> dict[str, Any]:
    cores = num_cores()
    fits = replace(sample, seeds=cores // math.gcd(cores, sample.num_fits))
    return job(fits, paths, "jax", turns=fits.num_fits // cores, processes=cores)


def compile_cache(folder: Path) -> dict[str, str]:
    """Environment in which JAX keeps every program that it compiles."""
    return {
        "JAX_COMPILATION_CACHE_DIR": str(folder),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    }


def remarks(contenders: Sequence[Contender]) -> list[str]:
    """What is to be known about each, each sentence once."""
    return list(dict.fromkeys(contender.remark for contender in contenders))
