"""Populations: members that end at different times, that resume, and that memory does not hold."""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lstm_sweep.training.fused.fitting import Fitting
from lstm_sweep.training.fused.population import train_population
from lstm_sweep.training.fused.program import Program
from lstm_sweep.training.fused.runner import FusedRunner
from lstm_sweep.training.fused.shared import Shared
from lstm_sweep.training.fused.worker import Worker, train_one_by_one
from lstm_sweep.training.listening import Listening
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, FitStatus
from lstm_sweep.trials.spec import FitSpec
from tests.contracts.runner_contract import SERIES, Run, run_fits
from tests.examples import make_fit
from tests.listeners import Recorder
from tests.training.fused_comparison import assert_equal_fits, assert_equal_outcomes, assert_equal_records

EPOCHS = (3, 5, 1, 4, 2, 5, 3, 1)
FITS = [
    make_fit(trial_id=str(number), seed=number, dropout=0.1 * (number % 3), epochs=epochs, batch_size=60)
    for number, epochs in enumerate(EPOCHS)
]
LAST_EPOCH_FIRST = [2, 7, 4, 0, 6, 3, 1, 5]


@dataclass
class SmallMemory:
    """The compiled population of a program, where memory holds few members; asks for more in vain.

    Attributes:
        population: of the program.
        most: members that fit, by epoch; the last one stands for all that follow.
        ask: for the memory of the others; XLA's, or the host's.
        sizes: of all that were trained.
    """

    population: Any
    most: Sequence[int] = (8,)
    ask: Callable[[int], Any] = jnp.zeros
    sizes: list[int] = field(default_factory=list)

    def __call__(self, state: Any, settings: Any, data: Any, steps: Any) -> Any:
        size = len(settings.l2)
        if size > self.most[min(len(self.sizes), len(self.most) - 1)]:
            self.ask(1 << 50)
        self.sizes.append(size)
        return self.population(state, settings, data, steps)


@pytest.fixture(scope="module")
def program() -> Program:
    return Program(FITS[0])


@pytest.fixture(scope="module")
def queue() -> Run:
    return run_fits(FusedRunner(vmapped=False), FITS)


def train_together(program: Program, fits: Sequence[FitSpec], recorder: Recorder | None = None) -> Run:
    """One population on one device."""
    run = Run(recorder=recorder or Recorder())
    listening = Listening(run.recorder, math.inf)
    worker = Worker(SERIES, jax.local_devices()[0], lambda spec: program, Shared(), train_population, listening)
    for _, outcome in worker.train(dict(enumerate(fits))):
        listening.on_fit(outcome)
        run.outcomes.append(outcome)
    return run


def with_memory(
    program: Program, monkeypatch: pytest.MonkeyPatch, *most: int, ask: Callable[[int], Any] = jnp.zeros
) -> SmallMemory:
    memory = SmallMemory(program.run_population, most, ask)
    monkeypatch.setattr(program, "run_population", memory)
    return memory


def assert_whole(run: Run, queue: Run, fits: Sequence[FitSpec] = FITS) -> None:
    """Every epoch of every fit was reported once, in order, with the numbers of the fit alone."""
    assert sorted(outcome.spec.trial_id for outcome in run.outcomes) == sorted(fit.trial_id for fit in fits)
    for fit in fits:
        epochs = [record.epoch for record in run.records(fit.trial_id)]
        assert epochs == list(range(1, fit.training.epochs + 1))
        assert_equal_fits(run, queue, fit.trial_id, tolerance=1e-5)


def test_a_population_is_halved_when_half_of_it_has_ended(
    program: Program, queue: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = with_memory(program, monkeypatch, 8)
    run = train_together(program, FITS)
    assert memory.sizes == [8, 8, 8, 4, 2]
    assert_whole(run, queue)


def test_members_are_told_of_as_soon_as_they_end(program: Program) -> None:
    run = train_together(program, FITS)
    assert [outcome.spec for outcome in run.outcomes] == [FITS[number] for number in LAST_EPOCH_FIRST]
    for outcome in run.outcomes:
        after = run.heard[run.heard.index(outcome) :]
        late = [each for each in after if isinstance(each, EpochRecord)]
        assert all(each.epoch > outcome.epochs and each.trial_id != outcome.spec.trial_id for each in late)


def test_a_population_is_padded_to_a_power_of_two(
    program: Program, queue: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = with_memory(program, monkeypatch, 8)
    fits = [FITS[number] for number in (0, 1, 3, 5, 6)]
    assert_whole(train_together(program, fits), queue, fits)
    assert memory.sizes[:3] == [8, 8, 8]


@pytest.mark.parametrize("most", [(2,), (1,), (8, 8, 4)])
def test_a_population_goes_on_in_halves_where_memory_runs_out(
    program: Program, queue: Run, monkeypatch: pytest.MonkeyPatch, most: tuple[int, ...]
) -> None:
    memory = with_memory(program, monkeypatch, *most)
    assert_whole(train_together(program, FITS), queue)
    assert max(memory.sizes[len(most) - 1 :]) == most[-1]


def test_memory_of_the_host_may_run_out_too(program: Program, queue: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = with_memory(program, monkeypatch, 8, 8, 4, ask=np.zeros)
    assert_whole(train_together(program, FITS), queue)
    assert max(memory.sizes[2:]) == 4


def test_member_that_no_memory_holds_for_a_moment_is_the_only_one_that_fails(
    program: Program, queue: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time that memory runs out, half of the members continue later; the last one of all halves has failed."""
    with_memory(program, monkeypatch, 8)
    tried: list[int] = []
    population = program.run_population

    def full_for_a_moment(state: Any, settings: Any, data: Any, steps: Any) -> Any:
        tried.append(len(settings.l2))
        if len(tried) <= 4:
            jnp.zeros(1 << 50)
        return population(state, settings, data, steps)

    monkeypatch.setattr(program, "run_population", full_for_a_moment)
    run = train_together(program, FITS)
    assert tried[:4] == [8, 4, 2, 1]
    (failed,) = [outcome for outcome in run.outcomes if outcome.status is FitStatus.FAILED]
    assert "RESOURCE_EXHAUSTED" in failed.message.splitlines()[0]
    for fit in FITS:
        if fit != failed.spec:
            assert_equal_fits(run, queue, fit.trial_id, tolerance=1e-5)


def test_error_in_an_epoch_fails_who_has_not_ended_and_says_after_how_many_epochs(
    program: Program, queue: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    population, epochs = program.run_population, itertools.count(1)

    def broken(*arguments: Any) -> Any:
        if next(epochs) == 3:
            raise ArithmeticError("no such number")
        return population(*arguments)

    monkeypatch.setattr(program, "run_population", broken)
    run = train_together(program, FITS)
    assert len(run.outcomes) == len(FITS)
    for number, epochs_asked in enumerate(EPOCHS):
        outcome = run[str(number)]
        if epochs_asked <= 2:
            assert_equal_fits(run, queue, str(number), tolerance=1e-5)
        else:
            assert (outcome.status, outcome.epochs) == (FitStatus.FAILED, 2)
            assert outcome.message.startswith("no such number\nTraceback")
        assert len(run.records(str(number))) == outcome.epochs


def test_members_that_wait_for_memory_leave_checkpoints_too(
    program: Program, queue: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After two epochs only half of them fit; as those stop after their third, the others wait since their second."""
    with_memory(program, monkeypatch, 8, 8, 2)
    stopped = Recorder(lambda heard: any(isinstance(each, EpochRecord) and each.epoch == 3 for each in heard))
    train_together(program, FITS, stopped)
    left = {spec.trial_id: len(checkpoint.val_losses) for spec, checkpoint in stopped.checkpoints}
    assert len(left) == len(stopped.checkpoints)
    ended = {outcome.spec.trial_id: outcome.epochs for outcome in stopped.outcomes}
    assert {**left, **ended}.keys() == {fit.trial_id for fit in FITS}
    assert not left.keys() & ended.keys()
    assert set(left.values()) == {2, 3}
    checkpoints = {spec.trial_id: checkpoint for spec, checkpoint in stopped.checkpoints}
    again = [replace(fit, checkpoint=checkpoints[fit.trial_id]) for fit in FITS if fit.trial_id in checkpoints]
    resumed = train_together(program, again)
    for fit in again:
        assert_equal_outcomes(resumed[fit.trial_id], queue[fit.trial_id], tolerance=1e-5)
        records = [*stopped.records, *resumed.recorder.records]
        epochs = [record.epoch for record in records if record.trial_id == fit.trial_id]
        assert epochs == list(range(1, fit.training.epochs + 1))


def test_a_population_of_another_size_goes_on_from_checkpoints_of_different_epochs(
    program: Program, queue: Run
) -> None:
    run = Run()
    listening = Listening(run.recorder, checkpoint_seconds=0)
    worker = Worker(SERIES, jax.local_devices()[0], lambda spec: program, Shared(), train_population, listening)
    list(worker.train(dict(enumerate(FITS))))
    wanted = [("1", 4), ("5", 1), ("3", 2)]
    checkpoints = {(spec.trial_id, len(each.val_losses)): each for spec, each in run.recorder.checkpoints}
    again = [replace(FITS[int(name)], checkpoint=checkpoints[name, epoch]) for name, epoch in wanted]
    resumed = train_together(program, again)
    for name, epoch in wanted:
        assert_equal_outcomes(resumed[name], queue[name], tolerance=1e-5)
        assert_equal_records(resumed.records(name), queue.records(name)[epoch:])


def test_member_that_no_memory_holds_has_failed_and_finished_ones_have_not(
    program: Program, queue: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_memory(program, monkeypatch, 8, 8, 0)
    run = train_together(program, FITS)
    ended = {number for number, epochs in enumerate(EPOCHS) if epochs <= 2}
    for number in range(len(FITS)):
        if number in ended:
            assert_equal_fits(run, queue, str(number), tolerance=1e-5)
        else:
            assert run[str(number)].status is FitStatus.FAILED
            assert "RESOURCE_EXHAUSTED" in run[str(number)].message


def test_members_may_go_on_from_different_epochs(program: Program, queue: Run) -> None:
    begun = [replace(FITS[1], training=replace(FITS[1].training, epochs=epochs)) for epochs in (1, 4)]
    parents = [train_together(program, [fit]).outcomes[0] for fit in begun]
    fits = [
        replace(FITS[1], trial_id=f"from {parent.epochs}", initial_epoch=parent.epochs, start=parent.state)
        for parent in parents
    ]
    run = train_together(program, fits)
    whole = queue["1"]
    assert whole.weights is not None
    for parent, fit in zip(parents, fits, strict=True):
        outcome = run[fit.trial_id]
        assert [record.epoch for record in run.records(fit.trial_id)] == list(range(parent.epochs + 1, 6))
        assert outcome.score == pytest.approx(whole.score, rel=1e-5)
        assert outcome.weights is not None
        for one, other in zip(outcome.weights, whole.weights, strict=True):
            np.testing.assert_allclose(one, other, rtol=0, atol=1e-5)


def test_sizes_are_compiled_once(program: Program) -> None:
    """Not one more, however many members later populations have."""
    train_together(program, FITS)
    compiled: list[Any] = []

    def listen(event: str, seconds: float, **details: Any) -> None:
        if event.endswith("backend_compile_duration"):
            compiled.append(details)

    jax.monitoring.register_event_duration_secs_listener(listen)
    try:
        for count in (1, 3, 5, 7, 8):
            train_together(program, FITS[:count])
    finally:
        jax.monitoring.unregister_event_duration_listener(listen)
    assert compiled == []


def test_max_members_bounds_a_population(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []

    def measured(fits: Sequence[Fitting], device: Any) -> Iterator[tuple[Fitting, FitOutcome]]:
        sizes.append(len(fits))
        yield from train_one_by_one(fits, device)

    monkeypatch.setattr("lstm_sweep.training.fused.runner.train_population", measured)
    run = run_fits(FusedRunner(vmapped=True, max_members=3), FITS)
    assert {outcome.status for outcome in run.outcomes} == {FitStatus.COMPLETED}
    assert sizes == [2, 2, 2, 2]
