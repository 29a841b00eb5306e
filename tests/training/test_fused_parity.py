"""Fused equals sequential: whole epochs in one program, alone or vmapped, against Keras' own `fit`."""

from dataclasses import replace
from typing import Any

import pytest

from lstm_sweep.training.fused.runner import FusedRunner
from lstm_sweep.training.sequential import SequentialRunner
from lstm_sweep.trials.spec import FitSpec
from tests.configs import compose_config
from tests.contracts.runner_contract import Run, run_fits
from tests.examples import make_fit
from tests.training.fused_comparison import assert_equal_fits

ACTIVATIONS = ("tanh", "linear", "relu", "elu", "softsign")
# 14 steps in each of 7 epochs; two windows and nine padded places in the last of them.
WINDOWS: dict[str, Any] = {"batch_size": 11, "epochs": 7}
STREAMS: dict[str, Any] = {"batch_size": 2, "epochs": 10, "stateful": True}
REGULARIZED: dict[str, Any] = {"dropout": 0.3, "recurrent_dropout": 0.2, "l2": 0.01, "clipnorm": 0.05}
EVERYTHING = REGULARIZED | {"layers": 2, "units": 3, "horizon": 3, "features": ("volume", "mood")}

CASES: dict[str, dict[str, Any]] = {
    **{activation: WINDOWS | {"activation": activation} for activation in ACTIVATIONS},
    **{f"stateful {activation}": STREAMS | {"activation": activation} for activation in ACTIVATIONS},
    "dropout": WINDOWS | {"dropout": 0.3},
    "L2": WINDOWS | {"l2": 0.05},
    "clip norm": WINDOWS | {"clipnorm": 0.02},
    "early stopping": WINDOWS | {"patience": 1, "learning_rate": 0.2},
    "stateful early stopping": STREAMS | {"patience": 1, "learning_rate": 0.1},
    "relative": WINDOWS | {"transform": "relative"},
    "rmsprop": WINDOWS | {"optimizer": "rmsprop"},
    "everything": WINDOWS | EVERYTHING,
    "stateful everything": STREAMS | EVERYTHING,
}
VMAPPED = ("tanh", "dropout", "L2", "clip norm", "early stopping", "stateful everything")
LEFT_TO_SLOW = ("elu", "softsign", "stateful elu", "stateful softsign")
"""Most of the time of these tests goes into compiling."""


def fit_of(case: str) -> FitSpec:
    return make_fit(trial_id=case, **CASES[case])


def companions_of(case: str) -> list[FitSpec]:
    """Two more fits of the same program, to be trained beside it."""
    fit = fit_of(case)
    return [
        replace(fit, trial_id=f"{case}, seed 6", seed=6),
        replace(fit, trial_id=f"{case}, slow", training=replace(fit.training, learning_rate=1e-4)),
    ]


@pytest.fixture(scope="module")
def cases(request: pytest.FixtureRequest) -> list[str]:
    """Those that the selected tests are about."""
    wanted = {item.callspec.params.get("case") for item in request.session.items if hasattr(item, "callspec")}
    return [case for case in CASES if case in wanted]


@pytest.fixture(scope="module")
def sequential(cases: list[str]) -> Run:
    return run_fits(SequentialRunner(), [fit_of(case) for case in cases])


@pytest.fixture(scope="module")
def queue(cases: list[str]) -> Run:
    fits = [fit for case in cases for fit in (fit_of(case), *companions_of(case))]
    return run_fits(FusedRunner(vmapped=False), fits)


@pytest.fixture(scope="module")
def queue_of_xla(cases: list[str]) -> Run:
    return run_fits(FusedRunner(vmapped=False, native=False), [fit_of(case) for case in cases])


@pytest.fixture(scope="module")
def populations(cases: list[str]) -> Run:
    fits = [fit for case in cases if case in VMAPPED for fit in (fit_of(case), *companions_of(case))]
    return run_fits(FusedRunner(vmapped=True), fits)


@pytest.mark.parametrize(
    "case", [pytest.param(case, marks=pytest.mark.slow) if case in LEFT_TO_SLOW else case for case in CASES]
)
def test_fused_equals_sequential(sequential: Run, queue: Run, case: str) -> None:
    exact = CASES[case].get("activation", "tanh") in ("tanh", "linear")
    assert_equal_fits(queue, sequential, case, tolerance=1e-5 if exact else 1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("case", [case for case in CASES if "recurrent_dropout" not in CASES[case]])
def test_the_lstm_of_xla_equals_the_native_one(queue: Run, queue_of_xla: Run, case: str) -> None:
    """Where no compiler is at hand; with recurrent dropout both are the same code."""
    exact = CASES[case].get("activation", "tanh") in ("tanh", "linear")
    assert_equal_fits(queue_of_xla, queue, case, tolerance=1e-5 if exact else 1e-3)


@pytest.mark.parametrize("case", VMAPPED)
def test_a_population_equals_its_members_one_by_one(queue: Run, populations: Run, case: str) -> None:
    for fit in (fit_of(case), *companions_of(case)):
        assert_equal_fits(populations, queue, fit.trial_id, tolerance=1e-5)


@pytest.mark.parametrize("case", [case for case in CASES if "early" in case])
def test_early_stopping_is_put_to_the_test(sequential: Run, case: str) -> None:
    outcome = sequential[case]
    assert outcome.best_epoch < outcome.epochs < CASES[case]["epochs"]


def test_activations_of_the_experiment_are_all_compared() -> None:
    assert set(compose_config("+experiment=activation").search.model.activation) <= set(ACTIVATIONS)
