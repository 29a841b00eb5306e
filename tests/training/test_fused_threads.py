"""What goes wrong around fits, or between them: nothing vanishes in a thread, and nothing hangs."""

import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lstm_sweep.training.fused.devices import device_kinds
from lstm_sweep.training.fused.runner import FusedRunner
from lstm_sweep.training.fused.work import Group, Work
from lstm_sweep.training.runner import Runner
from lstm_sweep.trials.outcome import FitStatus
from tests.contracts.runner_contract import SERIES, run_fits
from tests.examples import make_fit
from tests.listeners import Heard, Recorder

ENDLESS = [make_fit(trial_id=str(number), seed=number, epochs=10**6) for number in range(2)]
"""Only an error ends them."""


@pytest.fixture(scope="module", params=[False, True], ids=["queue", "populations"])
def runner(request: pytest.FixtureRequest) -> Runner:
    return FusedRunner(vmapped=request.param)


def fused_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("fused")]


def full_disk_at(number: int) -> Callable[[list[Heard]], bool]:
    """A `stop_when` that cannot write at its call of that number, while others continue."""
    calls = itertools.count(1)

    def write(heard: list[Heard]) -> bool:
        if next(calls) == number:
            raise OSError("No space left on device")
        return False

    return write


def test_error_of_the_listener_ends_fits_in_other_threads_too(runner: Runner) -> None:
    recorder = Recorder(full_disk_at(5))
    with pytest.raises(OSError, match="No space left on device"):
        runner.run(SERIES, ENDLESS, recorder)
    assert recorder.outcomes == []
    assert fused_threads() == []
    assert len(recorder.records) <= 5 + len(device_kinds())


def test_threads_have_names(runner: Runner) -> None:
    names = set()

    def note(heard: list[Heard]) -> bool:
        names.add(threading.current_thread().name)
        return False

    runner.run(SERIES, [make_fit(epochs=1)], Recorder(note))
    assert all(name.startswith("fused") for name in names)


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


def test_windows_that_cannot_be_built_fail_their_fits_only(runner: Runner) -> None:
    fits = [make_fit(trial_id=name, epochs=1) for name in ("sound 1", "sound 2")]
    fits[1:1] = [make_fit(trial_id=f"broken {seed}", seed=seed, features=("sentiment",)) for seed in range(5)]
    run = run_fits(runner, fits)
    assert [outcome.spec for outcome in run.outcomes] == fits
    for outcome in run.outcomes:
        if "broken" in outcome.spec.trial_id:
            assert (outcome.status, outcome.epochs) == (FitStatus.FAILED, 0)
            assert "sentiment" in outcome.message.splitlines()[0]
            assert "Traceback" in outcome.message
        else:
            assert outcome.status is FitStatus.COMPLETED
    assert fused_threads() == []


def test_error_around_fits_is_raised_and_nothing_hangs(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """No fit is to blame for it."""
    take, calls = Work.take, itertools.count()

    def broken(work: Work, thread: int) -> Iterator[Group]:
        if next(calls) == 0:
            raise ArithmeticError("no work")
        return take(work, thread)

    monkeypatch.setattr(Work, "take", broken)
    with pytest.raises(ArithmeticError, match="no work"):
        runner.run(SERIES, ENDLESS, Recorder())
    assert fused_threads() == []
