"""What Ray Tune trains: a trial, in a worker process of Ray's, which imports Keras for itself."""

from typing import Any

import keras
from ray import tune

from benchmarks.contenders.job import Arrays, Settings
from benchmarks.contenders.network import build_network, callbacks, fit_arguments


class Report(keras.callbacks.Callback):
    """Tells Ray the losses of every epoch."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        tune.report({name: float(value) for name, value in logs.items()})


def train(chosen: dict[str, Any], settings: Settings, arrays: Arrays) -> None:
    """Train one trial.

    Args:
        chosen: what Ray has drawn from the grid.
        settings: all others.
        arrays: the windows.
    """
    wanted = settings | chosen
    build_network(wanted).fit(
        **fit_arguments(wanted, arrays), epochs=wanted["epochs"], verbose=0, callbacks=[Report(), *callbacks(wanted)]
    )
