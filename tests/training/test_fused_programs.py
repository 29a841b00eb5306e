"""What shares a compiled program, and what is trained together."""

import math
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import fields
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lstm_sweep.training.fused.compiled import Compiled
from lstm_sweep.training.fused.fitting import Fitting
from lstm_sweep.training.fused.groups import group_fits
from lstm_sweep.training.fused.memory import bytes_per_member, members_that_fit
from lstm_sweep.training.fused.prepared import prepare, windows_key
from lstm_sweep.training.fused.program import Program, program_key
from lstm_sweep.training.fused.runner import FusedRunner
from lstm_sweep.training.fused.shared import Shared
from lstm_sweep.training.fused.work import Work
from lstm_sweep.training.listening import Listening
from lstm_sweep.training.progress import Progress
from lstm_sweep.trials.outcome import FitStatus
from tests.contracts.runner_contract import SERIES, run_fits, windows_of
from tests.examples import make_fit
from tests.listeners import Recorder

FUSIBLE: dict[str, Any] = {
    "scale": "minmax",
    "train": 0.5,
    "validation": 0.1,
    "test": 0.1,
    "dropout": 0.4,
    "l2": 0.1,
    "epochs": 3,
    "learning_rate": 1e-4,
    "clipnorm": 0.1,
    "patience": 1,
    "init": "sweeps/another/model",
    "scaler": {"offset": [0.1], "factor": [2.0]},
}
FUSIBLE_ABOVE_ZERO = "recurrent_dropout"
SECTIONS = ("windows", "model", "training")
NOT_FUSIBLE = sorted(
    {item.name for section in SECTIONS for item in fields(getattr(make_fit(), section))}
    - {*FUSIBLE, FUSIBLE_ABOVE_ZERO}
)
"""A setting is not, unless it is said to be."""


@contextmanager
def counting() -> Iterator[dict[str, int]]:
    """How often an epoch is traced, and how often compiled or taken from the persistent cache, meanwhile."""
    counts = {"jaxpr_trace_duration": 0, "backend_compile_duration": 0}

    def listen(event: str, seconds: float, **details: Any) -> None:
        stage = event.split("/")[-1]
        if stage in counts and "epoch" in details.get("fun_name", ""):
            counts[stage] += 1

    jax.monitoring.register_event_duration_secs_listener(listen)
    try:
        yield counts
    finally:
        jax.monitoring.unregister_event_duration_listener(listen)


def test_settings_that_are_declared_fusible_are_those_that_are_tested() -> None:
    settings = [item for section in SECTIONS for item in fields(getattr(make_fit(), section))]
    assert {item.name for item in settings if item.metadata.get("fusible")} == {*FUSIBLE, FUSIBLE_ABOVE_ZERO}


@pytest.mark.parametrize("setting", FUSIBLE)
def test_fits_that_differ_in_a_fusible_setting_share_a_program(setting: str) -> None:
    assert program_key(make_fit(**{setting: FUSIBLE[setting]})) == program_key(make_fit())


@pytest.mark.parametrize("setting", NOT_FUSIBLE)
def test_fits_that_differ_in_any_other_setting_do_not(setting: str) -> None:
    changed = make_fit()
    (section,) = (each for each in (changed.windows, changed.model, changed.training) if hasattr(each, setting))
    setattr(section, setting, "another value")
    assert program_key(changed) != program_key(make_fit())


def test_recurrent_dropout_is_fusible_above_zero() -> None:
    assert program_key(make_fit(recurrent_dropout=0.1)) == program_key(make_fit(recurrent_dropout=0.2))


def test_features_make_another_program_by_their_number() -> None:
    assert program_key(make_fit(features=("mood",))) == program_key(make_fit(features=("volume",)))
    assert program_key(make_fit(features=("mood",))) != program_key(make_fit(features=("mood", "volume")))


def test_fusible_settings_share_one_compilation() -> None:
    names = ("dropout", "l2", "epochs", "learning_rate", "clipnorm", "scale")
    changes: dict[str, Any] = {"base": {}, "seed": {"seed": 6}, **{name: {name: FUSIBLE[name]} for name in names}}
    fits = [make_fit(units=3, trial_id=name, **change) for name, change in changes.items()]
    with counting() as counts:
        run = run_fits(FusedRunner(vmapped=False), fits)
    assert len({outcome.score for outcome in run.outcomes}) == len(fits), "every one of them makes a difference"
    assert {outcome.status for outcome in run.outcomes} == {FitStatus.COMPLETED}
    assert counts["jaxpr_trace_duration"] == 1
    assert counts["backend_compile_duration"] == 1


def test_another_program_is_compiled_for_what_is_not_fusible() -> None:
    fits = [make_fit(units=3, epochs=1), make_fit(units=3, epochs=1, recurrent_dropout=0.1)]
    with counting() as counts:
        run_fits(FusedRunner(vmapped=False), fits)
    assert counts == {"jaxpr_trace_duration": 2, "backend_compile_duration": 2}


def mixture() -> list[Any]:
    """Sixty fits of six programs and twelve kinds of windows, one after another."""
    return [
        make_fit(
            seed=number, units=(3, 4)[number % 2], lags=(5, 6, 7)[number % 3], scale=("none", "minmax")[number % 4 // 2]
        )
        for number in range(60)
    ]


@pytest.mark.parametrize(("capacity", "num_devices"), [(1, 1), (4, 1), (5, 1), (64, 1), (64, 2), (64, 7), (2, 2)])
def test_groups_hold_every_fit_once_alike_and_no_more_than_fit(capacity: int, num_devices: int) -> None:
    fits = mixture()
    groups = group_fits(fits, lambda spec: capacity, num_devices)
    assert sorted(number for group in groups for number in group) == list(range(len(fits)))
    assert max(map(len, groups)) <= capacity
    for group in groups:
        assert len({(program_key(fits[number]), windows_key(fits[number])) for number in group}) == 1
    size = min(1 << (capacity.bit_length() - 1), -(-5 // num_devices))
    assert len(groups) == 12 * -(-5 // size)


def test_streams_are_prepared_for_a_batch_size_and_windows_are_not() -> None:
    assert windows_key(make_fit(batch_size=2)) == windows_key(make_fit(batch_size=3))
    assert windows_key(make_fit(batch_size=2, stateful=True)) != windows_key(make_fit(batch_size=3, stateful=True))


def test_a_thread_goes_on_with_its_program_then_begins_another_then_helps_with_the_longest() -> None:
    work = Work([(key, [number]) for number, key in enumerate("aaabbbcccc")])
    first, second = work.take(0), work.take(1)
    assert [next(first), next(second)] == [[6], [0]]
    assert [next(first) for _ in range(3)] == [[7], [8], [9]]
    assert [next(first) for _ in range(2)] == [[3], [4]]
    assert [next(second), next(second)] == [[1], [2]]
    assert next(second) == [5]
    assert [list(first), list(second)] == [[], []]


def test_work_hands_out_every_group_once_to_many_threads() -> None:
    work = Work([(number % 7, [number]) for number in range(2000)])
    taken: list[int] = []

    def serve(thread: int) -> None:
        taken.extend(number for group in work.take(thread) for number in group)

    threads = [threading.Thread(target=serve, args=(thread,)) for thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(2000))


@pytest.mark.parametrize(
    "changes",
    [
        {"units": 32, "lags": 60, "batch_size": 32},
        pytest.param({"units": 8, "layers": 2, "stateful": True}, marks=pytest.mark.slow),
    ],
)
def test_memory_of_a_member_is_estimated_on_the_safe_side(changes: dict[str, Any]) -> None:
    spec, num_members, device = make_fit(**changes), 4, jax.local_devices()[0]
    prepared = prepare(windows_of(spec), spec, device)
    fitting = Fitting(Program(spec), prepared, Progress(spec, Listening(Recorder(), math.inf)))
    member = (fitting.initial_state(), fitting.settings, fitting.next_steps())
    state, settings, steps = jax.tree.map(lambda leaf: np.stack([leaf] * num_members), member)
    population = jax.jit(jax.vmap(fitting.program.epoch, in_axes=(0, 0, None, 0)))
    memory = population.lower(state, settings, prepared.data, steps).compile().memory_analysis()
    needed = memory.temp_size_in_bytes + memory.output_size_in_bytes + memory.argument_size_in_bytes
    assert needed < num_members * bytes_per_member(spec, len(SERIES)) < 5 * needed


def test_members_fill_the_memory_that_is_free() -> None:
    spec = make_fit()
    of_one = bytes_per_member(spec, len(SERIES))
    device = SimpleNamespace(memory_stats=lambda: {"bytes_limit": 12 * of_one, "bytes_in_use": 2 * of_one})
    assert members_that_fit(spec, len(SERIES), device) == 10
    full = SimpleNamespace(memory_stats=lambda: {"bytes_limit": of_one, "bytes_in_use": of_one})
    assert members_that_fit(spec, len(SERIES), full) == 1
    silent = SimpleNamespace(memory_stats=lambda: None)
    assert members_that_fit(spec, len(SERIES), silent) == 64


def test_function_is_compiled_once_for_each_size_however_many_threads_call_it() -> None:
    traced = []

    def epoch_of(numbers: Any) -> Any:
        traced.append(numbers.shape)
        return numbers + 1

    compiled = Compiled(epoch_of, threading.Lock())
    with counting() as counts, ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(compiled, [jnp.zeros(2 + number % 2) for number in range(40)]))
    assert [answer.tolist() for answer in answers[:2]] == [[1.0] * 2, [1.0] * 3]
    assert sorted(traced) == [(2,), (3,)]
    assert counts["backend_compile_duration"] == 2


def test_what_could_not_be_made_is_tried_again_and_what_was_made_is_kept() -> None:
    shared: Shared[int] = Shared()
    with pytest.raises(ZeroDivisionError):
        shared.get("key", lambda: 1 // 0)
    assert shared.get("key", lambda: 7) == 7
    assert shared.get("key", lambda: 8) == 7


def test_programs_that_threads_build_at_once_are_those_built_one_after_another() -> None:
    specs = [
        make_fit(units=units, stateful=stateful, dropout=0.1) for units in (3, 4) for stateful in (False, True)
    ] * 3
    alone = [Program(spec) for spec in specs]
    turn = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as threads:
            together = list(threads.map(Program, specs))
    finally:
        sys.setswitchinterval(turn)
    for spec, mine, yours in zip(specs, together, alone, strict=True):
        for one, other in zip(
            *map(jax.tree.leaves, (mine.initial_state(spec), yours.initial_state(spec))), strict=True
        ):
            # Of Keras' own random state, which nothing reads, every model has another.
            assert one.shape == other.shape
            assert one.dtype == np.uint32 or np.array_equal(one, other)


def test_function_that_cannot_be_traced_keeps_no_lock() -> None:
    def broken(numbers: Any) -> Any:
        raise ArithmeticError(f"no numbers like {numbers.shape}")

    tracing = threading.Lock()
    with pytest.raises(ArithmeticError, match=r"\(3,\)"):
        Compiled(broken, tracing)(jnp.zeros(3))
    assert not tracing.locked()
