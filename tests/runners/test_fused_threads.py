"""What goes wrong around fits, or between them: nothing vanishes in a thread, and nothing hangs."""

import signal
import threading
from typing import Any

import jax
import pytest

from src.fits import FitOutcome, FitStatus, Runner
from src.runners.fused.runner import FusedRunner
from tests.contracts.runner_contract import SERIES, run_fits
from tests.examples import make_fit

ENDLESS = [make_fit(trial_id=str(number), seed=number, epochs=10**6) for number in range(2)]
"""Only an error or an interrupt ends them."""


@pytest.fixture(scope="module", params=[False, True], ids=["queue", "populations"])
def runner(request: pytest.FixtureRequest) -> Runner:
    return FusedRunner(vmapped=request.param)


def fused_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("fused")]


class FullDisk:
    """A listener that cannot write at its third call."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, event: Any) -> None:
        self.calls += 1
        if self.calls == 3:
            raise OSError("No space left on device")


def test_error_of_on_epoch_ends_the_run_and_is_raised(runner: Runner) -> None:
    on_epoch = FullDisk()
    ended: list[FitOutcome] = []
    with pytest.raises(OSError, match="No space left on device"):
        runner.run(SERIES, ENDLESS, on_epoch, ended.append)
    assert ended == []
    assert fused_threads() == []
    assert on_epoch.calls <= 3 + len(jax.local_devices())


def test_error_of_on_fit_ends_the_run_and_is_raised(runner: Runner) -> None:
    fits = [make_fit(trial_id="short", epochs=1), *ENDLESS]
    on_fit = FullDisk()
    on_fit.calls = 2
    with pytest.raises(OSError, match="No space left on device"):
        runner.run(SERIES, fits, lambda record: None, on_fit)
    assert on_fit.calls == 3
    assert fused_threads() == []


def test_interrupt_ends_the_run_after_the_epoch_and_is_raised(runner: Runner) -> None:
    main = threading.main_thread().ident
    assert main is not None
    ended: list[FitOutcome] = []

    def on_epoch(record: Any) -> None:
        if record.epoch == 5 and record.trial_id == "0":
            signal.pthread_kill(main, signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        runner.run(SERIES, ENDLESS, on_epoch, ended.append)
    assert ended == []
    assert fused_threads() == []


def test_runner_goes_on_after_an_interrupted_run(runner: Runner) -> None:
    with pytest.raises(OSError, match="No space left"):
        runner.run(SERIES, ENDLESS, FullDisk(), lambda outcome: None)
    run = run_fits(runner, [make_fit()])
    assert run.outcomes[0].status is FitStatus.COMPLETED


def test_threads_have_names(runner: Runner) -> None:
    names = set()
    runner.run(SERIES, [make_fit(epochs=1)], lambda record: names.add(threading.current_thread().name), lambda _: None)
    assert len(names) == 1
    assert names.pop().startswith("fused")


@pytest.mark.parametrize(
    ("changes", "reason"), [({"activation": "unheard_of"}, "unheard_of"), ({"units": 2**20}, "RESOURCE_EXHAUSTED")]
)
def test_program_that_cannot_be_built_fails_its_fits_only(runner: Runner, changes: dict[str, Any], reason: str) -> None:
    fits = [make_fit(trial_id="sound 1"), make_fit(trial_id="broken 1", **changes)]
    fits += [make_fit(trial_id="broken 2", seed=2, **changes), make_fit(trial_id="sound 2", seed=2)]
    run = run_fits(runner, fits)
    assert [outcome.spec for outcome in run.outcomes] == fits
    for outcome in run.outcomes:
        if "broken" in outcome.spec.trial_id:
            assert outcome.status is FitStatus.FAILED
            assert reason in outcome.message
            assert "Traceback" in outcome.message
        else:
            assert outcome.status is FitStatus.COMPLETED
