"""The sequential runner: the contract, and Keras' `fit` against one `train_on_batch` after another."""

from typing import Any

import keras
import numpy as np
import pytest

from src.fits import FitSpec, Runner, Weights
from src.models.initial_weights import set_initial_weights
from src.models.lstm import Shapes, build_lstm, get_weights, reset_states
from src.runners.batches import epoch_batches
from src.runners.sequential import SequentialRunner
from src.windows.windows import build_windows
from tests.contracts.runner_contract import SERIES, RunnerContract, run_fits
from tests.examples import make_fit


class TestSequentialRunner(RunnerContract):
    @pytest.fixture(scope="class")
    @classmethod
    def runner(cls) -> Runner:
        return SequentialRunner()


def train_step_by_step(spec: FitSpec) -> tuple[Weights, list[float]]:
    """Weights, and the mean loss over the steps of each epoch; every step has only the places that count."""
    windows = build_windows(SERIES, spec.windows, spec.features)
    stateful = spec.model.stateful
    streams = spec.training.batch_size if stateful else None
    network = build_lstm(spec.model, Shapes(spec.windows.lags, 1, 1, streams, stateful))
    network.compile(keras.optimizers.Adam(spec.training.learning_rate, clipnorm=spec.training.clipnorm), loss="mse")
    set_initial_weights(network, spec.seed)
    losses = []
    for epoch in range(spec.training.epochs):
        reset_states(network)
        steps = epoch_batches(spec, windows.training_origins(), epoch)
        of_steps = []
        for origins, weights in zip(steps.origins, steps.weights, strict=True):
            network.reset_metrics()
            arguments: dict[str, Any] = {}
            if stateful:
                arguments["x"] = windows.stream[origins]
                arguments["y"] = windows.targets(origins.ravel()).reshape(*origins.shape, 1)
                arguments["sample_weight"] = weights * weights.size / weights.sum()
            else:
                real = origins[weights == 1]
                arguments.update(x=windows.inputs(real), y=windows.targets(real))
            of_steps.append(float(network.train_on_batch(**arguments)))
        losses.append(float(np.mean(of_steps)))
    return get_weights(network), losses


@pytest.mark.parametrize("stateful", [False, True])
def test_fit_equals_one_training_step_after_another(stateful: bool) -> None:
    spec = make_fit(stateful=stateful, batch_size=3 if stateful else 50, clipnorm=0.5, l2=0.01, lags=30)
    run = run_fits(SequentialRunner(), [spec])
    weights, losses = train_step_by_step(spec)
    assert [record.loss for record in run.records("0000")] == pytest.approx(losses, rel=1e-5)
    kept = run.outcomes[0].weights
    assert kept is not None
    for one, other in zip(kept, weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_error_of_who_hears_of_a_finished_fit_is_not_one_of_the_fit() -> None:
    """A full disk must end the sweep, not turn every fit into a failed one."""

    def full_disk(_: Any) -> None:
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space left"):
        SequentialRunner().run(SERIES, [make_fit(features=("sentiment",))], lambda record: None, full_disk)
