"""The sequential runner: the contract, and Keras' `fit` against one `train_on_batch` after another."""

from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest

from lstm_sweep.models.initial_weights import set_initial_weights
from lstm_sweep.models.lstm import Shapes, build_lstm, get_weights, reset_states
from lstm_sweep.training.batches import Batches, epoch_batches
from lstm_sweep.training.runner import Runner, Stopped
from lstm_sweep.training.sequential import SequentialRunner
from lstm_sweep.trials.checkpoint import Weights
from lstm_sweep.trials.outcome import FitStatus
from lstm_sweep.trials.spec import FitSpec
from lstm_sweep.windows.windows import Rows, build_windows
from tests.contracts.interruption_contract import InterruptionContract, after
from tests.contracts.runner_contract import SERIES, RunnerContract, assert_same_bits, run_fits, without_times
from tests.examples import make_fit
from tests.listeners import Recorder


class TestSequentialRunner(RunnerContract):
    @pytest.fixture(scope="class")
    @classmethod
    def runner(cls) -> Runner:
        return SequentialRunner()


@pytest.mark.slow
class TestInterruptedSequentialRunner(InterruptionContract):
    @pytest.fixture(scope="class")
    @classmethod
    def eager(cls) -> Runner:
        return SequentialRunner(checkpoint_seconds=0)

    @pytest.fixture(scope="class")
    @classmethod
    def patient(cls) -> Runner:
        return SequentialRunner(checkpoint_seconds=3600)


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
    assert [record.metrics["loss"] for record in run.records("0000")] == pytest.approx(losses, rel=1e-5)
    kept = run.outcomes[0].weights
    assert kept is not None
    for one, other in zip(kept, weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("stateful", [False, True])
def test_stopped_fit_goes_on_to_the_same_bits(stateful: bool) -> None:
    """One of many such tests, most of which are slow: every fit of this runner is compiled anew."""
    spec = make_fit(dropout=0.2, recurrent_dropout=0.2, stateful=stateful, epochs=4, batch_size=64)
    recorder = Recorder(after(spec, 2))
    with pytest.raises(Stopped):
        SequentialRunner().run(SERIES, [spec], recorder)
    ((_, checkpoint),) = recorder.checkpoints
    again = run_fits(SequentialRunner(), [replace(spec, checkpoint=checkpoint)])
    whole = run_fits(SequentialRunner(), [spec])
    assert_same_bits(again["0000"], whole["0000"])
    assert without_times(again.records("0000")) == without_times(whole.records("0000")[2:])


def test_error_in_the_middle_of_a_fit_leaves_the_next_one_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, sound = make_fit(trial_id="broken", epochs=3), make_fit(trial_id="sound", epochs=1)

    def batches(spec: FitSpec, origins: Rows, epoch: int) -> Batches:
        if spec == broken and epoch == 1:
            np.zeros(1 << 58)
        return epoch_batches(spec, origins, epoch)

    monkeypatch.setattr("lstm_sweep.training.sequential.epoch_batches", batches)
    run = run_fits(SequentialRunner(), [broken, sound])
    assert (run["broken"].status, run["broken"].epochs) == (FitStatus.FAILED, 1)
    assert "Unable to allocate 2.00 EiB" in run["broken"].message
    assert "Traceback" in run["broken"].message
    assert len(run.records("broken")) == 1
    assert run["sound"].status is FitStatus.COMPLETED
