"""The loop between oracle, runner, journal and trackers."""

import math
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lstm_sweep.search.oracles import Proposal
from lstm_sweep.storage.fit_files import FitFiles
from lstm_sweep.storage.history import History
from lstm_sweep.sweep.trial_fits import make_fits
from lstm_sweep.trials.identity import derive_seed
from lstm_sweep.trials.outcome import FitOutcome, FitStatus
from lstm_sweep.trials.spec import FitSpec, Trial
from tests.configs import compose_config
from tests.listeners import Recorder
from tests.scripted_runner import ScriptedRunner
from tests.sweep.played import DROPOUT, HYPERBAND, KINDS, SERIES, Played, by_dropout, by_rate, diverges_above


def test_every_trial_of_a_grid_is_trained_once_per_seed_in_order(tmp_path: Path) -> None:
    sweep = Played(tmp_path / "sweep", by_dropout, *DROPOUT)
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
    sweep = Played(tmp_path / "sweep", by_dropout, *DROPOUT, f"tuner.batch={batch}")
    sizes = [len({fit.trial_id for fit in fits}) for fits in sweep.batches]
    assert sizes == {1: [1] * 6, 4: [4, 2], 50: [6]}[batch]


def test_seeds_are_the_same_for_every_trial_and_differ_between_replicates_and_sweeps(tmp_path: Path) -> None:
    seeds = defaultdict(set)
    for sweep_seed in (0, 1):
        for fit in Played(tmp_path / str(sweep_seed), by_dropout, *DROPOUT, f"seed={sweep_seed}").fits:
            seeds[sweep_seed, fit.replicate].add(fit.seed)
    assert seeds == {(seed, replicate): {derive_seed(seed, replicate, 0)} for seed in (0, 1) for replicate in (0, 1)}
    assert len(set.union(*seeds.values())) == 4


def test_fits_take_every_swept_setting_and_the_rest_from_the_config(tmp_path: Path) -> None:
    sweep = Played(
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
    sweep = Played(tmp_path / "sweep", diverges_above(limit), *DROPOUT, f"tuner={kind}")
    assert {result.trial.values["model.dropout"] for result in sweep.results} == {n / 10 for n in range(6)}
    for result in sweep.results:
        diverged = result.trial.values["model.dropout"] > limit
        assert result.status is (FitStatus.DIVERGED if diverged else FitStatus.COMPLETED)
        assert (result.score == math.inf) is diverged


def test_one_diverged_seed_of_a_trial_is_never_averaged_away(tmp_path: Path) -> None:
    sweep = Played(tmp_path / "sweep", lambda spec: math.nan if spec.fit_id == "0002/seed_1" else 0.0, *DROPOUT)
    assert [result.score for result in sweep.results] == [0.0, 0.0, math.inf, 0.0, 0.0, 0.0]


@pytest.mark.parametrize("kind", KINDS)
def test_failed_fits_are_recorded_and_the_sweep_goes_on(tmp_path: Path, kind: str) -> None:
    def fails(spec: FitSpec) -> float:
        raise ZeroDivisionError(f"no {spec.fit_id}")

    sweep = Played(tmp_path / "sweep", fails, *DROPOUT, f"tuner={kind}")
    assert len(sweep.results) >= 6
    assert {result.status for result in sweep.results} == {FitStatus.FAILED}
    assert sweep.results[1].outcomes[1].message == "no 0001/seed_1"


def test_hyperband_goes_on_from_the_same_seed_of_the_parent(tmp_path: Path) -> None:
    sweep = Played(tmp_path / "sweep", by_rate, *HYPERBAND)
    first = [fit for fit in sweep.fits if fit.start is None]
    later = [fit for fit in sweep.fits if fit.start is not None]
    assert {(fit.initial_epoch, fit.training.epochs) for fit in first} == {(0, 1), (0, 3), (0, 9)}
    assert {(fit.initial_epoch, fit.training.epochs) for fit in later} == {(1, 3), (3, 9)}
    for fit in later:
        assert fit.start is not None
        assert fit.start.weights[0].tolist() == [fit.replicate, fit.initial_epoch]
        parents = [one for one in sweep.fits if one.training.learning_rate == fit.training.learning_rate]
        assert fit.initial_epoch in {one.training.epochs for one in parents}


def test_trials_start_before_they_are_trained_and_end_when_all_their_fits_have(tmp_path: Path) -> None:
    sweep = Played(tmp_path / "sweep", by_dropout, *DROPOUT, "tuner.batch=4")
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
    first, second = (
        Played(tmp_path / name, by_dropout, *DROPOUT, f"tuner={kind}", "cache=false") for name in ("a", "b")
    )
    assert first.fits == second.fits
    assert [result.trial for result in first.results] == [result.trial for result in second.results]


@pytest.mark.parametrize("kind", KINDS)
def test_sweep_costs_no_more_trials_than_the_budget(tmp_path: Path, kind: str) -> None:
    sweep = Played(tmp_path / "sweep", by_dropout, *DROPOUT, f"tuner={kind}", "tuner.max_trials=4", "tuner.batch=3")
    assert 1 < len(sweep.results) <= 4
    assert len(sweep.fits) == 2 * len(sweep.results)


def test_fit_goes_on_where_its_parent_stopped_early() -> None:
    """Hyperband's rung says 3 epochs; what the parent has behind it says where to go on."""
    config = compose_config(*HYPERBAND)
    proposal = Proposal(Trial("0009", {"training.learning_rate": 0.01}), epochs=9, parent_id="0003")
    parents = make_fits(
        config, SERIES, replace(proposal, epochs=2, parent_id=None, trial=Trial("0003", {})), {}, range(2)
    )
    outcomes = {each.spec.fit_id: each for each in ScriptedRunner(lambda _: 0.0).run(SERIES, parents, Recorder())}
    fits = make_fits(config, SERIES, proposal, outcomes, range(2))
    assert [(fit.initial_epoch, fit.training.epochs, fit.parent_id) for fit in fits] == [(2, 9, "0003")] * 2


def test_folds_are_fits_of_every_replicate_with_seeds_and_spans_of_their_own(tmp_path: Path) -> None:
    sweep = Played(tmp_path / "folds", by_dropout, *DROPOUT, "evaluation.folds=3")
    first = sweep.fits[:6]
    assert [fit.fit_id for fit in first] == [f"0000/fold_{fold}/seed_{seed}" for seed in (0, 1) for fold in range(3)]
    assert [fit.seed for fit in first] == [derive_seed(0, seed, fold) for seed in (0, 1) for fold in range(3)]
    assert len({str(fit.windows) for fit in first}) == 3
    assert first[0].windows == first[3].windows
    scores = [by_dropout(fit) for fit in first]
    assert sweep.results[0].score == pytest.approx(np.mean(scores))
    assert sweep.results[0].score_std == pytest.approx(np.std([np.mean(scores[:3]), np.mean(scores[3:])], ddof=1))


def test_arrays_are_on_the_disk_and_not_in_the_results(tmp_path: Path) -> None:
    sweep = Played(tmp_path / "sweep", by_rate, *HYPERBAND)
    for result in sweep.results:
        for outcome in result.outcomes:
            assert (outcome.state, outcome.spec.start, outcome.weights, outcome.validation_forecast) == (None,) * 4
            stored = FitFiles(sweep.folder).load(outcome.spec.fit_id)
            assert stored.weights[0].tolist() == [outcome.spec.replicate, outcome.epochs]


def test_training_states_are_removed_as_soon_as_no_rung_can_use_them(tmp_path: Path) -> None:
    def num_states(sweep: Played) -> int:
        return len(list((sweep.folder / "states").rglob("*.npz")))

    counts: list[int] = []

    def count(sweep: Played) -> bool:
        if len(counts) < len(sweep.runner.batches):
            counts.append(num_states(sweep))
        return False

    grid = Played(tmp_path / "grid", by_dropout, *DROPOUT, asked_to_stop=count)
    assert num_states(grid) == 0
    counts.clear()
    hyperband = Played(tmp_path / "hyperband", by_rate, *HYPERBAND, "tuner.batch=1", asked_to_stop=count)
    assert num_states(hyperband) == 0, "in the end none is left"
    assert max(counts) == 2 * 9, "of two seeds: the nine of the first rung"
    assert counts[0] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_journal_has_everything_before_the_trackers_and_they_hear_it_once_in_order(tmp_path: Path, kind: str) -> None:
    sweep = Played(tmp_path / "sweep", diverges_above(0.3), *DROPOUT, f"tuner={kind}", "training.epochs=3")
    assert sweep.heard.too_early == []
    for fit in sweep.fits:
        num_epochs = fit.training.epochs - fit.initial_epoch if fit.model.dropout <= 0.3 else 1
        epochs = range(fit.initial_epoch + 1, fit.initial_epoch + num_epochs + 1)
        calls = [call for call in sweep.heard.calls if call[1] == fit.fit_id]
        assert calls == [*(("log_epoch", fit.fit_id, epoch) for epoch in epochs), ("end_fit", fit.fit_id, 0)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("num_before", [0, 1, 7, 11])
def test_sweep_that_stopped_goes_on_to_the_same_end_and_repeats_nothing(
    tmp_path: Path, kind: str, num_before: int
) -> None:
    """Stopped once after so many fits, gone on with: as if nothing had been."""
    options = (*(HYPERBAND if kind == "hyperband" else DROPOUT), f"tuner={kind}", "tuner.batch=4", "cache=false")
    script = by_rate if kind == "hyperband" else by_dropout
    whole = Played(tmp_path / "whole" / "sweep", script, *options)
    folder = tmp_path / "parts" / "sweep"
    first = Played(folder, script, *options, asked_to_stop=lambda sweep: len(sweep.recorder.outcomes) >= num_before)
    assert len(first.results) < len(whole.results)
    second = Played(folder, script, *options)
    assert second.scores == whole.scores
    assert [result.trial for result in second.results] == [result.trial for result in whole.results]
    ended = [call[1] for sweep in (first, second) for call in sweep.heard.calls if call[0] == "end_fit"]
    assert sorted(ended) == sorted(fit.fit_id for fit in whole.fits)
    heard = [call for sweep in (first, second) for call in sweep.heard.calls]
    assert len(heard) == len(set(heard)), "nobody hears of anything twice"
    assert sorted(heard) == sorted(whole.heard.calls)
    assert not any((folder / "checkpoints").rglob("*.npz"))


def test_fit_that_was_running_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    options = ("seeds=1", "search.training.epochs=[9]", "tracking.uri=null")
    first = Played(
        tmp_path / "sweep", lambda _: 0.0, *options, asked_to_stop=lambda sweep: sweep.heard.calls[-1][2] >= 4
    )
    assert first.results == []
    second = Played(tmp_path / "sweep", lambda _: 0.0, *options)
    (fit,) = second.fits
    assert fit.checkpoint is not None
    assert len(fit.checkpoint.val_losses) == 4
    assert [call[2] for call in second.heard.calls if call[0] == "log_epoch"] == [5, 6, 7, 8, 9]


def test_sweep_that_has_searched_to_its_end_trains_nothing_more(tmp_path: Path) -> None:
    for kind in ("whole", "again"):
        sweep = Played(tmp_path / "sweep", by_dropout, *DROPOUT)
        assert len(sweep.results) == 6
        assert len(sweep.fits) == (12 if kind == "whole" else 0)
        assert (sweep.heard.calls == []) is (kind == "again")


def test_budget_of_fits_is_spent_in_whole_trials(tmp_path: Path) -> None:
    for most, expected in ((2, 1), (3, 1), (7, 3), (100, 6)):
        sweep = Played(tmp_path / str(most) / "sweep", by_dropout, *DROPOUT, f"budget.fits={most}", "tuner.batch=2")
        assert (len(sweep.results), len(sweep.fits)) == (expected, 2 * expected)


def test_equal_fits_of_another_sweep_are_taken_from_there_with_their_curves(tmp_path: Path) -> None:
    first = Played(tmp_path / "first", by_dropout, *DROPOUT, "search.model.dropout=[0.1,0.2]")
    second = Played(tmp_path / "second", by_dropout, *DROPOUT, "search.model.dropout=[0.2,0.3]")
    assert {fit.model.dropout for fit in second.fits} == {0.3}
    assert second.scores[0][1] == first.scores[1][1]
    origins = {name: line.origin for name, line in History.read(second.folder).fits.items()}
    assert origins == {
        "0000/seed_0": "first/0001/seed_0",
        "0000/seed_1": "first/0001/seed_1",
        "0001/seed_0": None,
        "0001/seed_1": None,
    }
    epochs = [call[2] for call in second.heard.calls if call[:2] == ("log_epoch", "0000/seed_0")]
    assert epochs == list(range(1, second.config.training.epochs + 1))
    assert FitFiles(second.folder).load("0000/seed_1").weights[0][0] == 1


def test_hyperband_takes_whole_brackets_from_the_cache(tmp_path: Path) -> None:
    """A parent's state is gone once its sweep ends: such a fit is trained again, what goes on from it is not."""
    first = Played(tmp_path / "first", by_rate, *HYPERBAND)
    second = Played(tmp_path / "second", by_rate, *HYPERBAND)
    assert second.scores == first.scores
    assert [result.trial for result in second.results] == [result.trial for result in first.results]


@pytest.mark.parametrize("change", ["seed=1", "training.epochs=4", "windows.lags=9", "cache=false"])
def test_anything_that_numbers_follow_from_misses_the_cache(tmp_path: Path, change: str) -> None:
    Played(tmp_path / "first", by_dropout, *DROPOUT)
    assert len(Played(tmp_path / "second", by_dropout, *DROPOUT, change).fits) == 12


def test_cache_that_points_nowhere_is_no_error(tmp_path: Path) -> None:
    first = Played(tmp_path / "first", by_dropout, *DROPOUT)
    first.folder.rename(tmp_path / "moved")
    assert len(Played(tmp_path / "second", by_dropout, *DROPOUT).fits) == 12


def test_failed_fits_are_never_taken_from_another_sweep(tmp_path: Path) -> None:
    def fails(spec: FitSpec) -> float:
        raise ZeroDivisionError("no")

    Played(tmp_path / "first", fails, *DROPOUT)
    second = Played(tmp_path / "second", by_dropout, *DROPOUT)
    assert len(second.fits) == 12
    outcomes: list[FitOutcome] = [outcome for result in second.results for outcome in result.outcomes]
    assert {outcome.status for outcome in outcomes} == {FitStatus.COMPLETED}
