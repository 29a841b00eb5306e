"""The LSTM as people write it with Keras' own layers."""

from typing import Any

import keras

from benchmarks.contenders.job import Arrays, Settings


def build_network(settings: Settings, **lstm: Any) -> keras.Model:
    """Equal LSTM layers with a dropout after each, and one linear output; compiled.

    Args:
        settings: of the fit.
        lstm: further arguments of every LSTM layer.
    """
    stateful = settings["stateful"]
    rows = settings["batch_size"] if stateful else None
    network = keras.Sequential([keras.Input(batch_shape=(rows, settings["lags"], 1))])
    for number in range(settings["layers"]):
        every_step = stateful or number < settings["layers"] - 1
        network.add(keras.layers.LSTM(settings["units"], return_sequences=every_step, stateful=stateful, **lstm))
        network.add(keras.layers.Dropout(settings["dropout"]))
    network.add(keras.layers.Dense(settings["horizon"]))
    # The same as "mse", but streams are padded, and padding is no place of no error.
    loss = keras.losses.MeanSquaredError(reduction="mean_with_sample_weight")
    network.compile(optimizer=keras.optimizers.Adam(settings["learning_rate"]), loss=loss)
    return network


def fit_arguments(settings: Settings, arrays: Arrays) -> dict[str, Any]:
    """What `fit` is told about data; streams keep their order, so that row i of a batch continues row i before."""
    return {
        **arrays.training,
        "validation_data": arrays.validation,
        "batch_size": settings["batch_size"],
        "shuffle": not settings["stateful"],
    }


def warm_up(settings: Settings, arrays: Arrays, lstm: dict[str, Any], **arguments: Any) -> None:
    """Fit a few windows, so that what a process pays once is not taken for the price of a fit.

    Args:
        settings: of the fit.
        arrays: its windows.
        lstm: as of `build_network`.
        arguments: further ones of `fit`, `callbacks` among them.
    """
    few = arrays.few(settings["batch_size"])
    network = build_network(settings, **lstm)
    also = [*arguments.pop("callbacks", []), *callbacks(settings)]
    network.fit(**fit_arguments(settings, few) | arguments, epochs=1, verbose=0, callbacks=also)


def callbacks(settings: Settings) -> list[keras.callbacks.Callback]:
    """What a stateful model needs, and nothing else."""
    return [ResetStates()] if settings["stateful"] else []


class ResetStates(keras.callbacks.Callback):
    """Starts every epoch, and validation, from a state of zero."""

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._reset()

    def on_test_begin(self, logs: Any = None) -> None:
        self._reset()

    def _reset(self) -> None:
        for layer in self.model.layers:
            if isinstance(layer, keras.layers.LSTM):
                layer.reset_state()
