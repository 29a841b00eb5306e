"""The fused runner, as a queue of single fits and as populations: the contract, and fits that leave others alone."""

from dataclasses import replace
from typing import ClassVar

import pytest

from lstm_sweep.training.fused.runner import FusedRunner
from lstm_sweep.training.runner import Runner
from lstm_sweep.trials.outcome import FitStatus
from lstm_sweep.trials.spec import FitSpec
from tests.contracts.interruption_contract import InterruptionContract
from tests.contracts.runner_contract import Run, RunnerContract, assert_same_bits, run_fits, without_times
from tests.examples import make_fit
from tests.training.fused_comparison import assert_equal_fits


class FusedInterruptionContract(InterruptionContract):
    vmapped: ClassVar[bool]

    @pytest.fixture(scope="class")
    @classmethod
    def eager(cls) -> Runner:
        return FusedRunner(vmapped=cls.vmapped, checkpoint_seconds=0)

    @pytest.fixture(scope="class")
    @classmethod
    def patient(cls) -> Runner:
        return FusedRunner(vmapped=cls.vmapped, checkpoint_seconds=3600)


class TestQueue(RunnerContract, FusedInterruptionContract):
    vmapped = False

    @pytest.fixture(scope="class")
    @classmethod
    def runner(cls) -> Runner:
        return FusedRunner(vmapped=False)


class TestPopulations(FusedInterruptionContract):
    vmapped = True
    tolerance = 1e-5


@pytest.mark.slow
class TestMixedPopulations(RunnerContract):
    @pytest.fixture(scope="class")
    @classmethod
    def runner(cls) -> Runner:
        return FusedRunner(vmapped=True)


def crowd() -> list[FitSpec]:
    """Sixteen fits of two programs, of which one diverges."""
    fits = [
        make_fit(
            trial_id=f"{number}",
            seed=number % 3,
            optimizer="sgd",
            learning_rate=0.01 * (1 + number),
            dropout=0.05 * (number % 4),
            l2=0.001 * (number % 5),
            clipnorm=None if number % 2 else 0.1,
            epochs=3 if number % 8 else 2,
            patience=2 if number % 3 else None,
            stateful=number in (3, 11),
        )
        for number in range(16)
    ]
    fits[5] = replace(fits[5], training=replace(fits[5].training, learning_rate=1e6))
    return fits


NAMES = [fit.trial_id for fit in crowd() if fit.trial_id != "5"]
"""Those that do not diverge."""


@pytest.fixture(scope="module", params=[False, True], ids=["queue", "populations"])
def vmapped(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(scope="module")
def runner(vmapped: bool) -> Runner:
    return FusedRunner(vmapped)


@pytest.fixture(scope="module")
def among_sixteen(runner: Runner) -> Run:
    return run_fits(runner, crowd())


def assert_equal(mine: Run, yours: Run, name: str, vmapped: bool) -> None:
    """The same bits, but for a population: its size may change the last of them."""
    if vmapped:
        assert_equal_fits(mine, yours, name, tolerance=1e-5)
    else:
        assert_same_bits(mine[name], yours[name])
        assert without_times(mine.records(name)) == without_times(yours.records(name))


@pytest.mark.parametrize("name", ["0", "10", "11"])
def test_one_fit_alone_equals_the_same_among_sixteen(
    runner: Runner, among_sixteen: Run, vmapped: bool, name: str
) -> None:
    alone = run_fits(runner, [fit for fit in crowd() if fit.trial_id == name])
    assert_equal(alone, among_sixteen, name, vmapped)


def test_order_does_not_matter(runner: Runner, among_sixteen: Run, vmapped: bool) -> None:
    backwards = run_fits(runner, crowd()[::-1])
    assert [outcome.spec for outcome in backwards.outcomes] == crowd()[::-1]
    for name in NAMES:
        assert_equal(backwards, among_sixteen, name, vmapped)


def test_a_fit_that_diverges_changes_no_other(runner: Runner, among_sixteen: Run, vmapped: bool) -> None:
    assert among_sixteen["5"].status is FitStatus.DIVERGED
    without = run_fits(runner, [fit for fit in crowd() if fit.trial_id != "5"])
    for name in NAMES:
        assert_equal(without, among_sixteen, name, vmapped)
