"""On a GPU: populations trained in one program, against Keras' `fit` one at a time with cuDNN."""

import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from benchmarks.arrays import write_arrays
from benchmarks.cases.options import Options
from benchmarks.cases.workloads import daily
from benchmarks.comparison import Comparison, Say, compare
from benchmarks.contenders.contender import Turn
from benchmarks.contenders.session import Session
from benchmarks.lineup import VALIDATION_BATCH, compile_cache, job
from benchmarks.table import Table
from benchmarks.workload import SECTIONS, Workload
from lstm_sweep.config import SyntheticData

_OURS, _KERAS = "fused", "Keras fit, one at a time"
_KERAS_FITS = 8
_SHARED_GPU = {"XLA_PYTHON_CLIENT_PREALLOCATE": "false"}


def measure(options: Options, folder: Path, say: Say) -> Table | None:
    """Populations of 1, 16, 64, 256 and 1024 daily fits; None where JAX sees no GPU."""
    gpu = _gpu()
    if gpu is None and not options.tiny:
        say("JAX sees no GPU: left out")
        return None
    sizes = [1, 2] if options.tiny else [1, 16, 64, 256, 1024]
    comparison = compare([_ours(options, sizes, folder), _keras(options, gpu is not None, folder)], say)
    return Table(
        "population",
        f"the daily workload (30 lags, 1 x LSTM(32), batch 32, 20 epochs) on {gpu or 'no GPU'}",
        _rows(comparison),
        [
            "fused: the runner alone (`build_runner`, no trackers, no oracle), one population of all fits where memory "
            "allows; cold: it is compiled in that time; warm: it was before.",
            "Keras: plain `fit` on JAX, arrays in memory, no callbacks, validation in one batch, programs in the "
            f"persistent cache before the clock starts, use_cudnn={_lstm(gpu is not None)}.",
            "x Keras: seconds of Keras for as many fits, divided by those of the row. GPU memory: the most in use up "
            "to then in that process.",
        ],
        comparison.details,
    )


def _gpu() -> str | None:
    """The first GPU that JAX sees, asked in a process of its own, which gives it back."""
    ask = "import jax; print(jax.devices('gpu')[0].device_kind)"
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    return answer.stdout.strip() if answer.returncode == 0 else None


def _workload(options: Options) -> Workload:
    """The daily one on simulated prices: no library has to bring real ones to a GPU machine."""
    data = SyntheticData("synthetic", None, [], process="random_walk", length=5031, data_seed=0)
    workload = daily(options)
    return workload if options.tiny else replace(workload, data=data)


def _lstm(on_gpu: bool) -> bool | str:
    """`True` makes Keras refuse to fall back in silence."""
    return True if on_gpu else "auto"


def _ours(options: Options, sizes: list[int], folder: Path) -> Session:
    workload = _workload(options)
    order: dict[str, Any] = {
        "backend": "jax",
        "turns": 2 * len(sizes),
        "sizes": sizes,
        "data": asdict(workload.data),
        "sections": {section: asdict(getattr(workload, section)) for section in SECTIONS},
    }
    return Session(_OURS, "", "population", order, folder / "population")


def _keras(options: Options, on_gpu: bool, folder: Path) -> Session:
    workload = replace(_workload(options), seeds=1 if options.tiny else _KERAS_FITS // 4)
    order = job(workload, write_arrays(workload, folder), "jax", turns=workload.num_fits)
    order["lstm"] = {"use_cudnn": _lstm(on_gpu)}
    order["fit"] = {"validation_batch_size": VALIDATION_BATCH}
    order["environment"] = compile_cache(folder / "keras_cache") | _SHARED_GPU
    return Session(_KERAS, "", "bare_keras", order, folder / "bare_keras")


def _rows(comparison: Comparison) -> list[dict[str, Any]]:
    keras = [turn for (name, _), turns in comparison.turns.items() if name == _KERAS for turn in turns]
    alone = sum(turn.seconds for turn in keras) / sum(turn.fits for turn in keras) if keras else float("nan")
    return [_row(name, cache, turns, alone) for (name, cache), turns in comparison.turns.items()]


def _row(name: str, cache: str, turns: list[Turn], alone: float) -> dict[str, Any]:
    fits, seconds = sum(turn.fits for turn in turns), sum(turn.seconds for turn in turns)
    losses = [loss for turn in turns for loss in turn.val_losses]
    return {
        "contender": name,
        "population": cache,
        "fits": fits,
        "s": seconds,
        "fits per s": fits / seconds,
        "x Keras": alone * fits / seconds,
        "GPU memory, MB": (turns[-1].details.get("peak_memory") or 0) / 1e6 or None,
        "val_loss mean": sum(losses) / len(losses),
    }
