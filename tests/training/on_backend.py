"""What this process' Keras backend makes of masks, initial weights and a few fits: `python -m ... FILE.npz NAME...`."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.models.dropout import uniform
from lstm_sweep.models.initial_weights import set_initial_weights
from lstm_sweep.models.lstm import Shapes, build_lstm, get_weights
from lstm_sweep.training.epoch_metrics import EPOCH_METRICS, MetricKind
from lstm_sweep.training.sequential import SequentialRunner
from lstm_sweep.trials.outcome import EpochRecord
from tests.contracts.runner_contract import assert_same_bits, run_fits
from tests.examples import make_fit

FITS: dict[str, dict[str, Any]] = {
    "windows": {"dropout": 0.3, "recurrent_dropout": 0.2},
    "streams": {"dropout": 0.3, "recurrent_dropout": 0.2, "stateful": True, "batch_size": 4},
    "plain": {},
    "plain streams": {"stateful": True, "batch_size": 4, "transform": "difference"},
    "deep": {"layers": 2, "units": 6, "activation": "relu", "horizon": 3, "features": ("volume",), "lags": 20},
    "held back": {"l2": 0.01, "clipnorm": 0.1, "optimizer": "rmsprop", "transform": "relative", "scale": "minmax"},
    "stops early": {"learning_rate": 0.3, "patience": 1, "dropout": 0.1},
}


def observe(names: list[str]) -> dict[str, NDArray[Any]]:
    """Masks and initial weights, bit for bit, and the numbers of every epoch of the fits `names`.

    Every fit is also resumed after its second epoch, and must end with the same bits.
    """
    seen = {
        f"mask {seed} {step}": np.asarray(uniform((3, 50), seed, step)) for seed in (0, 2**31 - 1) for step in (1, 9)
    }
    network = build_lstm(make_fit(layers=2, units=8, dropout=0.1, recurrent_dropout=0.1).model, Shapes(5, 3, 2))
    set_initial_weights(network, seed=4)
    seen |= {f"weights {number}": array for number, array in enumerate(get_weights(network))}
    for name in names:
        spec = make_fit(**{"epochs": 3, "trial_id": name, **FITS[name]})
        run = run_fits(SequentialRunner(checkpoint_seconds=0), [spec])
        resumed = run_fits(SequentialRunner(), [replace(spec, checkpoint=run.checkpoints(name)[-1])])
        assert_same_bits(resumed[name], run[name])
        records = run.records(name)
        seen[f"epochs {name}"] = np.array([_errors(record) for record in records])
    return seen


def _errors(record: EpochRecord) -> list[float]:
    """Its metrics, of a skill the ratio of errors that it is 1 minus."""
    skills = [metric.name for metric in EPOCH_METRICS if metric.kind is MetricKind.SKILL]
    return [1 - value if name in skills else value for name, value in record.metrics.items()]


if __name__ == "__main__":
    np.savez(Path(sys.argv[1]), **observe(sys.argv[2:]))
