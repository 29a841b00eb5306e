"""The weights that training starts from: those of a seed, the same bits on every Keras backend."""

from typing import Any

import keras
import numpy as np

from lstm_sweep.errors import require
from lstm_sweep.models.cells import is_cell, set_initial_cell_weights
from lstm_sweep.models.dropout import MaskSource
from lstm_sweep.models.initializers import glorot_uniform
from lstm_sweep.models.lstm import lasting_weights
from lstm_sweep.trials.checkpoint import Weights
from lstm_sweep.trials.identity import derive_seed


def set_initial_weights(network: keras.Model, seed: int) -> None:
    """Give every layer the weights that `seed` stands for.

    Recurrent cell: as `cells.py` says. Dense: Glorot uniform, bias 0. Dropout: a seed of its own, its counter at 0,
    its rate as it is.

    Raises:
        UserError: where a layer of another kind has weights.
    """
    generator = np.random.default_rng(derive_seed(seed, "weights"))
    known: set[int] = set()
    for number, layer in enumerate(network.layers):
        for inner in layer._flatten_layers():
            known |= set(map(id, _initialize(inner, generator, derive_seed(seed, "dropout", number))))
    unknown = [variable.path for variable in lasting_weights(network) if id(variable) not in known]
    require(
        not unknown,
        f"every weight of a network must have an initial value of its own, but {', '.join(unknown)} have none: "
        "describe a recurrent cell in models/cells.py, another layer in models/initial_weights.py.",
    )


def set_first_weights(network: keras.Model, seed: int, trained: Weights | None) -> None:
    """Give a network the weights that a fit begins with.

    Args:
        network: of the fit.
        seed: of the fit.
        trained: in Keras' order, what takes the place of the seed's, but for dropout; None for the seed's.
    """
    set_initial_weights(network, seed)
    trainable = set(map(id, network.trainable_variables))
    for variable, value in zip(lasting_weights(network), trained, strict=True) if trained is not None else ():
        if id(variable) in trainable:
            variable.assign(value)


def _initialize(layer: Any, generator: np.random.Generator, mask_seed: int) -> list[Any]:
    """Set a layer's own weights and return them; none where the layer is of no known kind."""
    if is_cell(layer):
        return set_initial_cell_weights(layer, generator)
    if isinstance(layer, keras.layers.Dense):
        layer.kernel.assign(glorot_uniform(generator, *layer.kernel.shape))
        layer.bias.assign(np.zeros(layer.bias.shape, np.float32))
        return [layer.kernel, layer.bias]
    if isinstance(layer, MaskSource):
        layer.seed.assign(mask_seed)
        layer.counter.assign(0)
        return [layer.rate, layer.seed, layer.counter]
    return []
