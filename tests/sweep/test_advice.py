"""What a sweep advises when it has ended: commands that compose to what the words promise."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lstm_sweep.cli.composition.compose import compose_settings
from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.evaluation.selection import Selection
from lstm_sweep.evaluation.verdict import Conclusion
from lstm_sweep.sweep.advice import advice
from lstm_sweep.sweep.conclusion import Concluded
from tests.small_search import FILLED, conclude_whole
from tests.sweep.judged import judged, overrides_of, search_in


def test_what_is_not_shown_may_be_tried_with_more_seeds_and_the_test_span_unseen(
    whole: Concluded, search: EndedSearch, tmp_path: Path
) -> None:
    for arguments, budget, seeds in (((), None, 4), (("seeds=2", "budget.fits=6", "name=mine"), 6, 4)):
        limits = replace(search.config.budget, fits=budget)
        mine = search_in(tmp_path / "mine", search, "+experiment=dropout", *arguments, budget=limits)
        config = compose_settings(overrides_of(advice(mine, judged(whole))[1]))
        assert (config.seeds, config.evaluation.test) == (seeds, False)
        assert config.budget.fits == (None if budget is None else 2 * budget)
        assert config.search.model.dropout == compose_settings(["+experiment=dropout"]).search.model.dropout


def test_one_configuration_is_told_to_sweep_something(whole: Concluded, search: EndedSearch, tmp_path: Path) -> None:
    mine = replace(search_in(tmp_path / "mine", search, "name=mine"), swept=())
    config = compose_settings(overrides_of(advice(mine, judged(whole))[1]))
    units = search.config.model.units
    assert config.search.model.units == [units, 2 * units, 4 * units]
    assert not config.evaluation.test


@pytest.mark.parametrize("limits", [{"seconds": 1.0}, {"usd": 0.01, "usd_per_hour": 3.6}])
def test_a_budget_that_ended_before_any_trial_is_to_be_larger(
    limits: dict[str, float], search: EndedSearch, tmp_path: Path
) -> None:
    nothing = replace(search, results=(), stopped="the budget was spent (1 seconds) after 0 of 2 trials")
    concluded = conclude_whole(tmp_path / "sweep", nothing)
    budget = replace(search.config.budget, **limits)
    spent = [f"budget.{name}={value}" for name, value in limits.items()]
    words, command = advice(
        search_in(tmp_path / "mine", nothing, "+experiment=dropout", *spent, budget=budget), concluded
    )
    assert words == "the budget ended before any trial did; give it more, or no limit:"
    config = compose_settings(overrides_of(command))
    assert config.budget.most_seconds == math.inf


def test_what_diverged_within_a_budget_is_told_how_not_to(search: EndedSearch, tmp_path: Path) -> None:
    diverged = replace(search, results=search.results[2:], stopped="the budget was spent after 1 of 2 trials")
    concluded = conclude_whole(tmp_path / "sweep", diverged)
    budget = replace(search.config.budget, seconds=1.0)
    words, command = advice(search_in(tmp_path / "mine", diverged, budget=budget), concluded)
    assert words.endswith("helps against divergence.")
    assert command == ""


def test_too_few_windows_lead_to_a_split_with_just_enough(
    whole: Concluded, search: EndedSearch, tmp_path: Path
) -> None:
    few = judged(whole, conclusion=Conclusion.TOO_FEW_WINDOWS, num_windows=57)
    spans = ("windows.train=0.6", "windows.validation=0.2", "windows.test=0.2", "windows.horizon=2")
    words, command = advice(search_in(tmp_path / "mine", search, "+experiment=dropout", *spans), few)
    assert words.startswith("a verdict takes 100 windows of the test span, which has 57; this has enough")
    config = compose_settings(overrides_of(command))
    assert config.evaluation.test, "or there would be no verdict"
    assert math.isclose(config.windows.train + config.windows.test, 0.8)

    def num_windows(test: float) -> int:
        """Windows of two steps with a real bar among 300."""
        first = 300 - round(300 * test)
        return sum(not {target, target + 1} <= set(FILLED) for target in range(first, 299))

    assert num_windows(config.windows.test) >= 100 > num_windows(config.windows.test - 0.01)


def test_too_few_windows_of_too_few_bars_need_more_data_and_no_command(
    whole: Concluded, search: EndedSearch, tmp_path: Path
) -> None:
    few = judged(whole, conclusion=Conclusion.TOO_FEW_WINDOWS, num_windows=57, horizon=2)
    mine = search_in(tmp_path / "mine", search, "+experiment=dropout")
    needs = "a verdict takes 200 windows of the test span, which has 57: bring more data"
    assert advice(mine, few) == (f"{needs}.", "")
    days = [["2020-01-01", "2020-06-01"], ["2020-06-02", "2020-08-01"], ["2020-08-02", "2020-10-26"]]
    windows = replace(search.config.windows, train=days[0], validation=days[1], test=days[2])
    by_dates = replace(mine, config=replace(mine.config, windows=windows))
    assert advice(by_dates, few) == (f"{needs} or a longer windows.test.", "")


def test_what_is_far_worse_than_naive_is_told_to_learn_slower(
    whole: Concluded, search: EndedSearch, tmp_path: Path
) -> None:
    far = judged(whole, conclusion=Conclusion.WORSE, skill=-1.01)
    assert whole.selection.winner is not None
    rate = whole.selection.winner.outcomes[0].spec.training.learning_rate
    mine = search_in(tmp_path / "mine", search, "+experiment=dropout", f"training.learning_rate={rate}")
    config = compose_settings(overrides_of(advice(mine, far)[1]))
    assert config.training.learning_rate == pytest.approx(rate / 10)
    assert not config.evaluation.test
    swept = replace(mine, swept=("training.learning_rate",))
    config = compose_settings(overrides_of(advice(swept, far)[1]))
    assert config.search.training.learning_rate == pytest.approx([rate / 10, rate / 100])
    assert "more seeds" in advice(mine, judged(whole, conclusion=Conclusion.WORSE, skill=-0.99))[0]


def test_what_is_far_worse_on_validation_is_told_so_too(search: EndedSearch, whole: Concluded, tmp_path: Path) -> None:
    unseen = replace(search.config.evaluation, test=False)
    mine = search_in(tmp_path / "mine", search, evaluation=unseen)
    winner = search.results[0]
    worse = replace(winner, outcomes=tuple(replace(each, score=float(np.log(2.1))) for each in winner.outcomes))
    words, _ = advice(mine, replace(whole, verdict=None, selection=Selection(worse)))
    assert words.startswith("its error is more than twice naive's")
