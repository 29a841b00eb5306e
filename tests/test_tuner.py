import math
import threading
import weakref
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import final

import numpy as np
import pytest

from src.fits import EpochRecord, FitOutcome, FitSpec, FitStatus, TrainingState, Trial, TrialResult, derive_seed
from src.search.oracles import Proposal, build_oracle
from src.search.space import build_space
from src.series.series import Series
from src.tracking.tracker import SweepEnd, SweepStart, Tracker
from src.tuner import Listeners, make_fits, tune
from tests.configs import compose_config
from tests.scripted_runner import Script, ScriptedRunner

KINDS = ("grid", "random", "bayesian", "hyperband")
DROPOUT = ("+experiment=dropout", "seeds=2")
HYPERBAND = (
    "tuner=hyperband",
    "training.epochs=9",
    "seeds=2",
    "search.training.learning_rate={low: 1e-4, high: 1, log: true}",
)
LAST_DAY = np.datetime64("2024-01-03", "ns")
SERIES = Series("prices", LAST_DAY - np.arange(3)[::-1] * np.timedelta64(1, "D"), np.ones(3), np.zeros(3, bool))


@final
class Heard(Tracker):
    """Writes down who was called about what, as tracker and as journal, and which training states are alive."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, int]] = []
        self.num_alive: list[int] = []
        self._states: list[weakref.ref[TrainingState]] = []
        self._lock = threading.Lock()

    def _hear(self, name: str, identity: str, number: int = 0) -> None:
        with self._lock:
            self.calls.append((name, identity, number))

    def write_epoch(self, record: EpochRecord) -> None:
        self._hear("write_epoch", f"{record.trial_id}/seed_{record.replicate}", record.epoch)

    def write_fit(self, outcome: FitOutcome) -> None:
        self._hear("write_fit", outcome.spec.fit_id)

    def start_sweep(self, start: SweepStart) -> None:
        raise AssertionError("the tuner starts no sweep")

    def start_trial(self, trial: Trial) -> None:
        self.num_alive.append(sum(state() is not None for state in self._states))
        self._hear("start_trial", trial.trial_id)

    def log_epoch(self, record: EpochRecord) -> None:
        self._hear("log_epoch", f"{record.trial_id}/seed_{record.replicate}", record.epoch)

    def end_fit(self, outcome: FitOutcome) -> None:
        self._hear("end_fit", outcome.spec.fit_id)
        if outcome.state is not None:
            self._states.append(weakref.ref(outcome.state))

    def end_trial(self, result: TrialResult) -> None:
        self._hear("end_trial", result.trial.trial_id)

    def log_scores(self, trial_id: str, scores: dict[str, float]) -> None:
        raise AssertionError("the tuner evaluates nothing")

    def end_sweep(self, end: SweepEnd) -> None:
        raise AssertionError("the tuner ends no sweep")

    def close(self, failed: bool) -> None:
        raise AssertionError("the tuner closes nothing")


class Sweep:
    """A sweep that was played: its results, the fits of each batch, and what was heard of it."""

    def __init__(self, folder: Path, script: Script, *overrides: str) -> None:
        self.config = compose_config(*overrides)
        tuner, epochs = self.config.tuner, self.config.training.epochs
        oracle = build_oracle(tuner, build_space(self.config), self.config.seed, epochs, folder / "oracle")
        runner, self.heard = ScriptedRunner(script), Heard()
        self.results = tune(self.config, SERIES, oracle, runner, Listeners(self.heard, [self.heard]))
        self.batches = runner.batches
        self.fits = [fit for batch in runner.batches for fit in batch]


def by_dropout(spec: FitSpec) -> float:
    """Least at a dropout of 0.2; the second seed is a little worse."""
    return abs(spec.model.dropout - 0.2) + 0.01 * spec.replicate


def by_rate(spec: FitSpec) -> float:
    """Least at a learning rate of 0.01."""
    return abs(math.log(spec.training.learning_rate / 0.01))


def diverges_above(limit: float) -> Script:
    return lambda spec: math.nan if spec.model.dropout > limit else by_dropout(spec)


def test_every_trial_of_a_grid_is_trained_once_per_seed_in_order(tmp_path: Path) -> None:
    sweep = Sweep(tmp_path, by_dropout, *DROPOUT)
    assert [(fit.trial_id, fit.replicate, fit.model.dropout) for fit in sweep.fits] == [
        (f"{number:04d}", replicate, number / 10) for number in range(6) for replicate in range(2)
    ]
    assert [result.trial.values for result in sweep.results] == [{"model.dropout": n / 10} for n in range(6)]
    scores = [by_dropout(fit) for fit in sweep.fits]
    for number, result in enumerate(sweep.results):
        assert result.score == pytest.approx((scores[2 * number] + scores[2 * number + 1]) / 2)
        assert [outcome.spec for outcome in result.outcomes] == sweep.fits[2 * number : 2 * number + 2]


@pytest.mark.parametrize("batch", [1, 4, 50])
def test_batches_are_as_large_as_asked(tmp_path: Path, batch: int) -> None:
    sweep = Sweep(tmp_path, by_dropout, *DROPOUT, f"tuner.batch={batch}")
    sizes = [len({fit.trial_id for fit in fits}) for fits in sweep.batches]
    assert sizes == {1: [1] * 6, 4: [4, 2], 50: [6]}[batch]


def test_seeds_are_the_same_for_every_trial_and_differ_between_replicates_and_sweeps(tmp_path: Path) -> None:
    seeds = defaultdict(set)
    for sweep_seed in (0, 1):
        for fit in Sweep(tmp_path / str(sweep_seed), by_dropout, *DROPOUT, f"seed={sweep_seed}").fits:
            seeds[sweep_seed, fit.replicate].add(fit.seed)
    assert seeds == {(seed, replicate): {derive_seed(seed, replicate, 0)} for seed in (0, 1) for replicate in (0, 1)}
    assert len(set.union(*seeds.values())) == 4


def test_fits_take_every_swept_setting_and_the_rest_from_the_config(tmp_path: Path) -> None:
    sweep = Sweep(
        tmp_path,
        lambda _: 0.0,
        "seeds=1",
        "data.features=[open]",
        "search.data.features=[[],[volume,high]]",
        "search.windows.lags=[3,4]",
        "search.training.epochs=[2,5]",
    )
    seen = [(fit.features, fit.windows.lags, fit.training.epochs) for fit in sweep.fits]
    assert seen == [(names, lags, epochs) for names in ((), ("volume", "high")) for lags in (3, 4) for epochs in (2, 5)]
    assert {(fit.model.units, fit.initial_epoch, fit.start) for fit in sweep.fits} == {(32, 0, None)}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("limit", [0.2, -1.0])
def test_diverged_trials_rank_last_and_do_not_end_the_sweep(tmp_path: Path, kind: str, limit: float) -> None:
    sweep = Sweep(tmp_path, diverges_above(limit), *DROPOUT, f"tuner={kind}")
    assert {result.trial.values["model.dropout"] for result in sweep.results} == {n / 10 for n in range(6)}
    for result in sweep.results:
        diverged = result.trial.values["model.dropout"] > limit
        assert result.status is (FitStatus.DIVERGED if diverged else FitStatus.COMPLETED)
        assert (result.score == math.inf) is diverged


def test_one_diverged_seed_of_a_trial_is_never_averaged_away(tmp_path: Path) -> None:
    sweep = Sweep(tmp_path, lambda spec: math.nan if spec.fit_id == "0002/seed_1" else 0.0, *DROPOUT)
    assert [result.score for result in sweep.results] == [0.0, 0.0, math.inf, 0.0, 0.0, 0.0]


@pytest.mark.parametrize("kind", KINDS)
def test_failed_fits_are_recorded_and_the_sweep_goes_on(tmp_path: Path, kind: str) -> None:
    def fails(spec: FitSpec) -> float:
        raise ZeroDivisionError(f"no {spec.fit_id}")

    sweep = Sweep(tmp_path, fails, *DROPOUT, f"tuner={kind}")
    assert len(sweep.results) >= 6
    assert {result.status for result in sweep.results} == {FitStatus.FAILED}
    assert sweep.results[1].outcomes[1].message == "no 0001/seed_1"


def test_hyperband_goes_on_from_the_same_seed_of_the_parent(tmp_path: Path) -> None:
    sweep = Sweep(tmp_path, by_rate, *HYPERBAND)
    first = [fit for fit in sweep.fits if fit.start is None]
    later = [fit for fit in sweep.fits if fit.start is not None]
    assert {(fit.initial_epoch, fit.training.epochs) for fit in first} == {(0, 1), (0, 3), (0, 9)}
    assert {(fit.initial_epoch, fit.training.epochs) for fit in later} == {(1, 3), (3, 9)}
    for fit in later:
        assert fit.start is not None
        assert fit.start.weights[0].tolist() == [fit.replicate, fit.initial_epoch]
        parents = [one for one in sweep.fits if one.training.learning_rate == fit.training.learning_rate]
        assert fit.initial_epoch in {one.training.epochs for one in parents}


def test_fit_goes_on_where_its_parent_stopped_early(tmp_path: Path) -> None:
    """Hyperband's rung says 3 epochs; what the parent has behind it says where to go on."""
    config = compose_config(*HYPERBAND)
    proposal = Proposal(Trial("0009", {"training.learning_rate": 0.01}), epochs=9, parent_id="0003")
    spec = make_fits(config, replace(proposal, epochs=2, parent_id=None), {})[0]
    (parent,) = ScriptedRunner(by_rate).run(SERIES, [spec], lambda _: None, lambda _: None)
    fits = make_fits(config, proposal, {"0003": [parent, parent]})
    assert [(fit.initial_epoch, fit.training.epochs, fit.start) for fit in fits] == [(2, 9, parent.state)] * 2


def test_weights_and_forecasts_are_kept_and_training_states_are_not(tmp_path: Path) -> None:
    for result in Sweep(tmp_path, by_rate, *HYPERBAND).results:
        for outcome in result.outcomes:
            assert outcome.state is None
            assert outcome.spec.start is None
            assert outcome.weights is not None
            assert outcome.validation_forecast is not None


def test_training_states_are_let_go_as_soon_as_no_rung_can_use_them(tmp_path: Path) -> None:
    grid = Sweep(tmp_path / "grid", by_dropout, *DROPOUT, "tuner.batch=2")
    assert grid.heard.num_alive == [0] * 6
    hyperband = Sweep(tmp_path / "hyperband", by_rate, *HYPERBAND, "tuner.batch=1")
    rungs = [(batch[0].initial_epoch, batch[0].training.epochs) for batch in hyperband.batches]
    # A trial is asked for while the one before trains, so a new bracket starts while a rung is being decided.
    middle = [(0, 3), (3, 9), *[(0, 3)] * 4, (0, 9), (3, 9)]
    assert rungs == [(0, 1)] * 9 + [(1, 3)] * 3 + middle + [(0, 9)] * 2
    # Those that were gone on from stay alive here, for the runner keeps its batches. Until the third of the first
    # rung goes on, nobody can be let go; in the end only the five that went on are left.
    num_trials = [*range(11), 5, 6, 5, 5, 6, 7, 8, 9, 5, 5, 5]
    assert hyperband.heard.num_alive == [2 * number for number in num_trials]


@pytest.mark.parametrize("kind", KINDS)
def test_journal_hears_everything_before_the_trackers_and_all_hear_it_in_order(tmp_path: Path, kind: str) -> None:
    sweep = Sweep(tmp_path, diverges_above(0.3), *DROPOUT, f"tuner={kind}", "training.epochs=3")
    for fit in sweep.fits:
        num_epochs = fit.training.epochs - fit.initial_epoch if fit.model.dropout <= 0.3 else 1
        epochs = range(fit.initial_epoch + 1, fit.initial_epoch + num_epochs + 1)
        calls = [call for call in sweep.heard.calls if call[1] == fit.fit_id]
        expected = [(name, fit.fit_id, epoch) for epoch in epochs for name in ("write_epoch", "log_epoch")]
        assert calls == [*expected, ("write_fit", fit.fit_id, 0), ("end_fit", fit.fit_id, 0)]


def test_trials_start_before_they_are_trained_and_end_when_all_their_fits_have(tmp_path: Path) -> None:
    sweep = Sweep(tmp_path, by_dropout, *DROPOUT, "tuner.batch=4")
    calls = [(name, identity) for name, identity, _ in sweep.heard.calls]
    starts = [calls.index(("start_trial", f"{number:04d}")) for number in range(6)]
    ends = [calls.index(("end_trial", f"{number:04d}")) for number in range(6)]
    assert starts == sorted(starts)
    assert ends == sorted(ends)
    for number in range(6):
        of_fits = [at for at, (_, identity) in enumerate(calls) if identity.startswith(f"{number:04d}/")]
        assert starts[number] < min(of_fits)
        assert max(of_fits) < ends[number]


@pytest.mark.parametrize("kind", KINDS)
def test_equal_sweeps_train_equal_fits(tmp_path: Path, kind: str) -> None:
    first, second = (Sweep(tmp_path / name, by_dropout, *DROPOUT, f"tuner={kind}") for name in ("a", "b"))
    assert first.fits == second.fits
    assert [result.trial for result in first.results] == [result.trial for result in second.results]


@pytest.mark.parametrize("kind", KINDS)
def test_sweep_costs_no_more_trials_than_the_budget(tmp_path: Path, kind: str) -> None:
    sweep = Sweep(tmp_path, by_dropout, *DROPOUT, f"tuner={kind}", "tuner.max_trials=4", "tuner.batch=3")
    assert 1 < len(sweep.results) <= 4
    assert len(sweep.fits) == 2 * len(sweep.results)
