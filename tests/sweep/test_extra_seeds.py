"""More seeds for tied trials, with the real journal, files and comparison, and fits that are invented."""

import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from lstm_sweep.evaluation.selection import find_winner
from lstm_sweep.storage.history import History
from lstm_sweep.sweep.extra_seeds import add_seeds
from lstm_sweep.trials.identity import derive_seed
from lstm_sweep.trials.outcome import FitStatus, TrialResult
from lstm_sweep.trials.spec import FitSpec
from tests.configs import compose_config
from tests.examples import make_series
from tests.invented import SPANS, UNITS, Invention, Inventor, Known

SERIES = make_series()
SEEDS = 2


def by_trial(*shares: float) -> Known:
    return lambda spec: shares[int(spec.trial_id)]


class Grown:
    """A search, and what became of it with extra seeds."""

    def __init__(
        self,
        folder: Path,
        known: Known,
        *overrides: str,
        num_trials: int = 3,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self.config = compose_config(*SPANS, f"seeds={SEEDS}", "evaluation.extra_seeds=true", *overrides)
        self.runner = Inventor(known)
        values = [{UNITS: units} for units in range(1, num_trials + 1)]
        self.search = Invention(folder, self.config, SERIES, self.runner, values, stop)
        self.num_batches = len(self.runner.batches)
        self.results = add_seeds(self.search.ended(), self.search.training).results

    @property
    def extra(self) -> list[FitSpec]:
        """What was trained beyond the search."""
        return [fit for batch in self.runner.batches[self.num_batches :] for fit in batch]

    @property
    def num_seeds(self) -> dict[str, int]:
        """By trial."""
        return {result.trial.trial_id: len(result.seed_scores) for result in self.results}


def replicates(result: TrialResult) -> list[int]:
    return [fit.spec.replicate for fit in result.outcomes]


def test_only_tied_trials_get_more_seeds_and_at_most_four_times_as_many(tmp_path: Path) -> None:
    grown = Grown(tmp_path / "sweep", by_trial(0.5, 0.5, -1.0))
    assert grown.num_seeds == {"0000": 4 * SEEDS, "0001": 4 * SEEDS, "0002": SEEDS}
    assert [result.trial.trial_id for result in grown.results] == ["0000", "0001", "0002"]
    assert grown.results[2] is grown.search.results[2]
    for result in grown.results[:2]:
        assert replicates(result) == list(range(4 * SEEDS))
        assert result.status is FitStatus.COMPLETED
    assert Counter(fit.fit_id for fit in grown.extra).most_common(1)[0][1] == 1


def test_winner_that_stands_alone_gets_none(tmp_path: Path) -> None:
    grown = Grown(tmp_path / "sweep", by_trial(0.9, 0.0, -1.0))
    assert grown.extra == []
    assert grown.results == grown.search.results


def test_trials_that_are_told_apart_at_the_second_look_get_no_third_helping(tmp_path: Path) -> None:
    """Their seeds differ so much that two of each are too few, and four are enough."""
    shares = {"0000": 0.65, "0001": 0.35, "0002": -1.0}
    grown = Grown(tmp_path / "sweep", lambda spec: shares[spec.trial_id] + 0.05 * (-1) ** spec.replicate)
    assert grown.search.select().tied == {"0000", "0001"}
    assert grown.search.select(results=grown.results).tied == {"0000"}
    assert grown.num_seeds == {"0000": 2 * SEEDS, "0001": 2 * SEEDS, "0002": SEEDS}


@pytest.mark.parametrize("folds", [1, 3])
def test_extra_fits_are_made_as_all_others(folds: int, tmp_path: Path) -> None:
    grown = Grown(tmp_path / "sweep", by_trial(0.5, 0.5, -1.0), f"evaluation.folds={folds}", "seed=7")
    first, own = grown.search.results[0].outcomes[0], [fit for fit in grown.extra if fit.trial_id == "0000"]
    places = [(replicate, fold) for replicate in range(SEEDS, 4 * SEEDS) for fold in range(folds)]
    assert [(fit.replicate, fit.fold or 0) for fit in own] == places
    assert [fit.seed for fit in own] == [derive_seed(7, replicate, fold) for replicate, fold in places]
    for fit in own:
        before = next(each.spec for each in grown.search.results[0].outcomes if each.spec.fold == fit.fold)
        assert (fit.windows, fit.model, fit.training) == (before.windows, before.model, before.training)
        assert (fit.fold is None) is (folds == 1)
        assert (fit.initial_epoch, fit.parent_id, fit.start) == (0, None, None)
    assert first.spec.model.units == own[0].model.units == 1
    assert len(grown.results[0].outcomes) == 4 * SEEDS * folds


def test_fits_are_journalled_and_found_again_when_the_sweep_goes_on(tmp_path: Path) -> None:
    folder, known = tmp_path / "sweep", by_trial(0.5, 0.5, -1.0)
    first = Grown(folder, known)
    assert len(History.read(folder).fits) == SEEDS + 2 * 4 * SEEDS
    again = Grown(folder, known)
    assert [fit for batch in again.runner.batches for fit in batch] == []
    assert [result.seed_scores for result in again.results] == [result.seed_scores for result in first.results]


@pytest.mark.parametrize("num_fits", [0, 1, 4, 7])
def test_it_stops_when_told_and_goes_on_where_it_was(num_fits: int, tmp_path: Path) -> None:
    folder, known = tmp_path / "sweep", by_trial(0.5, 0.5, -1.0)
    whole = Grown(tmp_path / "whole", known)
    asked = []

    def stop() -> bool:
        asked.append(True)
        return len(asked) > 3 * SEEDS + num_fits

    stopped = Grown(folder, known, stop=stop)
    grown_once = num_fits >= 2 * SEEDS
    assert stopped.num_seeds == {
        "0000": SEEDS * (1 + grown_once),
        "0001": SEEDS * (1 + grown_once),
        "0002": SEEDS,
    }, "a look that was not finished leaves the trials as they were"
    resumed = Grown(folder, known)
    assert len(resumed.extra) == 2 * 3 * SEEDS - num_fits
    assert [result.seed_scores for result in resumed.results] == [result.seed_scores for result in whole.results]


@pytest.mark.parametrize(("fits", "looks"), [(9, 0), (10, 1), (17, 1), (18, 2)])
def test_looks_that_the_budget_has_no_room_for_are_not_begun(fits: int, looks: int, tmp_path: Path) -> None:
    grown = Grown(tmp_path / "sweep", by_trial(0.5, 0.5, -1.0), f"budget.fits={fits}")
    assert len(grown.extra) == (0, 4, 4 + 8)[looks]
    assert grown.num_seeds["0000"] == SEEDS * 2**looks


def test_trial_of_which_an_extra_seed_diverged_ranks_last(tmp_path: Path) -> None:
    def known(spec: FitSpec) -> float:
        if spec.trial_id == "0000" and spec.replicate == SEEDS + 1:
            return math.nan
        return {"0000": 0.55, "0001": 0.5, "0002": -1.0}[spec.trial_id]

    grown = Grown(tmp_path / "sweep", known)
    before = find_winner(grown.search.results)
    assert before is not None
    assert before.trial.trial_id == "0000"
    assert (grown.results[0].status, grown.results[0].score) == (FitStatus.DIVERGED, math.inf)
    assert grown.num_seeds["0001"] == 2 * SEEDS
    winner = find_winner(grown.results)
    assert winner is grown.results[1]
    assert not [fit for fit in grown.extra if fit.trial_id == "0000" and fit.replicate >= 2 * SEEDS]


def test_next_seeds_are_those_after_the_last_where_all_that_had_more_diverged(tmp_path: Path) -> None:
    """Then trials are compared that were ruled out at the first look, with as many seeds as the search gave them."""

    def known(spec: FitSpec) -> float:
        is_good = spec.trial_id in ("0000", "0001")
        return math.nan if is_good and spec.replicate >= SEEDS else 0.9 if is_good else 0.2

    grown = Grown(tmp_path / "sweep", known, num_trials=4)
    assert grown.search.select().tied == {"0000", "0001"}
    assert [result.status for result in grown.results[:2]] == [FitStatus.DIVERGED] * 2
    assert [replicates(result) for result in grown.results[2:]] == [list(range(2 * SEEDS))] * 2


def test_one_seed_supports_no_comparison_and_so_no_extra_seeds(tmp_path: Path) -> None:
    grown = Grown(tmp_path / "sweep", by_trial(0.5, 0.5, 0.5), "seeds=1")
    assert grown.extra == []
