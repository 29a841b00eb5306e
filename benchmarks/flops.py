"""How much arithmetic a workload is: the matrix products of training, counted; nothing else is.

An LSTM layer of U units with F inputs multiplies, per time step and window, `(F) x (F, 4U)` and `(U) x (U, 4U)`:
`8 U (F + U)` floating point operations (a multiplication and an addition for each weight). Its backward pass takes as
many for the gradient of the weights, `8 U U` for the gradient of the state, and `8 U F` for the gradient of the
inputs, which the first layer does not need. A dense layer from U to H takes `2 U H` forward and twice that backward.

Element-wise work (gates, dropout, Adam), validation, compilation and tracking count as nothing, so the share of the
peak that is printed is a lower bound.
"""

from typing import Any

from benchmarks.workload import Workload


def training_flops(workload: Workload, num_windows: int) -> float:
    """Floating point operations of all fits of a workload.

    Args:
        workload: every trial counts with its own layers, units, lags and epochs.
        num_windows: that an epoch trains on.
    """
    fits = [workload.with_values(values).settings for values in workload.trials]
    return float(workload.seeds * sum(_fit_flops(fit, num_windows) for fit in fits))


def _fit_flops(settings: dict[str, Any], num_windows: int) -> int:
    # A stateless window runs over all its lags and answers once; a stream runs over each step once and answers there.
    steps = 1 if settings["stateful"] else settings["lags"]
    layers = sum(_layer_flops(number, settings["units"]) for number in range(settings["layers"]))
    dense = 6 * settings["units"] * settings["horizon"]
    return settings["epochs"] * num_windows * (steps * layers + dense)


def _layer_flops(number: int, units: int) -> int:
    num_inputs = 1 if number == 0 else units
    forward = 8 * units * (num_inputs + units)
    towards_inputs = 0 if number == 0 else 8 * units * num_inputs
    return forward + forward + 8 * units * units + towards_inputs
