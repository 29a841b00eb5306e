"""Importance: shares against statsmodels and a loop, intervals against a bisection and against many worlds."""

import itertools
import time
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from lstm_sweep.stats.importance import Importance, Method, encode, find_importance, in_groups
from lstm_sweep.stats.variance import INTERACTIONS, is_full_grid, share_alone, shares_of_grid

Settings = dict[str, list[Any]]


def grid(seeds: int = 3, noise: float = 1.0) -> tuple[Settings, NDArray[np.float64]]:
    """Units matter most, lags a little, activation only together with units, dropout not at all."""
    trials = list(itertools.product([8, 16, 32], [5, 10], ["tanh", "relu"], [0.0, 0.5]))
    names = ("units", "lags", "activation", "dropout")
    generator = np.random.default_rng(0)
    signal = [
        3 * units / 32 + lags / 10 + (activation == "relu") * (units - 56 / 3) / 16
        for units, lags, activation, _ in trials
    ]
    scores = np.array(signal)[:, None] + noise * generator.normal(size=(len(trials), seeds))
    return {name: [trial[number] for trial in trials] for number, name in enumerate(names)}, scores


def test_shares_of_a_grid_equal_an_analysis_of_variance_by_statsmodels() -> None:
    settings, scores = grid(noise=0.3)
    frame = pd.DataFrame(settings).loc[np.repeat(np.arange(len(scores)), 3)].assign(score=scores.ravel())
    table = anova_lm(ols("score ~ C(units) * C(lags) * C(activation) * C(dropout)", frame).fit())
    within = table.loc["Residual", "sum_sq"] / table.loc["Residual", "df"]
    total = table["sum_sq"].sum()
    found = find_importance(settings, scores, alpha=0.05)
    assert found.method is Method.ANOVA
    assert found.shares is not None
    together = table.loc[[":" in name for name in table.index]].sum()
    rows = {name: table.loc[f"C({name})"] for name in settings} | {INTERACTIONS: together}
    for name, row in rows.items():
        expected = max(0.0, (row["sum_sq"] - row["df"] * within) / (total + within))
        assert found.shares[name] == pytest.approx(expected, rel=1e-8, abs=1e-10)


def test_shares_of_a_grid_are_ordered_and_right_in_size() -> None:
    found = find_importance(*grid(noise=0.3), alpha=0.05)
    assert found.shares is not None
    assert list(found.shares)[0] == "units"
    assert found.shares["dropout"] < 0.02
    assert found.shares[INTERACTIONS] > 0.03


def test_noise_on_a_grid_has_next_to_no_importance() -> None:
    settings, scores = grid()
    found = find_importance(settings, np.random.default_rng(3).normal(size=scores.shape), alpha=0.05)
    assert found.shares is not None
    assert sum(found.shares.values()) < 0.2


def test_grid_of_one_setting_has_no_interactions() -> None:
    found = find_importance({"units": [8, 16], "lags": [5, 5]}, np.array([[1.0, 1.1], [2.0, 2.1]]), alpha=0.05)
    assert found.shares is not None
    assert list(found.shares) == ["units"]
    assert found.shares["units"] > 0.9


def random_search(num_trials: int, noise: float) -> tuple[Settings, NDArray[np.float64]]:
    generator = np.random.default_rng(1)
    settings: Settings = {f"setting_{number}": generator.random(num_trials).tolist() for number in range(7)}
    settings["optimizer"] = generator.choice(["adam", "sgd"], num_trials).tolist()
    settings["patience"] = [None if each < 0.5 else int(10 * each) for each in generator.random(num_trials)]
    signal = np.array(settings["setting_0"]) * 2 + (np.array(settings["optimizer"]) == "sgd")
    return settings, signal[:, None] + noise * generator.normal(size=(num_trials, 2))


@pytest.mark.parametrize("num_trials", [24, 80])
def test_drawn_trials_tell_what_matters_few_or_many(num_trials: int) -> None:
    found = find_importance(*random_search(num_trials, noise=0.1), alpha=0.05)
    assert found.method is Method.ALONE
    assert found.shares is not None
    assert set(list(found.shares)[:2]) == {"setting_0", "optimizer"}
    assert {path for path, low in found.low.items() if low > 0} >= {"setting_0", "optimizer"}
    for path, share in found.shares.items():
        assert 0.0 <= found.low[path] <= share <= found.high[path] <= 1.0


def test_share_of_a_drawn_setting_is_that_of_a_one_way_analysis_by_statsmodels() -> None:
    settings, scores = random_search(40, noise=0.2)
    found = find_importance(settings, scores, alpha=0.05)
    frame = pd.DataFrame({"optimizer": settings["optimizer"], "score": scores.mean(axis=1)})
    table = anova_lm(ols("score ~ C(optimizer)", frame).fit())
    noise = table.loc["Residual", "mean_sq"]
    expected = (table.loc["C(optimizer)", "sum_sq"] - noise) / (table["sum_sq"].sum() + noise)
    assert found.shares is not None
    assert found.shares["optimizer"] == pytest.approx(expected, rel=1e-8)


def test_interval_inverts_the_noncentral_f_distribution() -> None:
    """Bisected: noncentralities under which a statistic as large, or as small, as this is seen 1 time in 20."""
    generator = np.random.default_rng(5)
    column = np.arange(30) % 3.0
    scores = column + generator.normal(size=30)
    found = share_alone(column, scores, alpha=0.05)
    groups = [scores[column == value] for value in range(3)]
    statistic = stats.f_oneway(*groups).statistic
    for share, p in ((found.low, 0.95), (found.high, 0.05)) if found else ():
        low, high = 0.0, 1e4
        for _ in range(100):
            middle = (low + high) / 2
            low, high = (middle, high) if stats.ncf.cdf(statistic, 2, 27, middle) > p else (low, middle)
        assert share == pytest.approx(low / (low + 30), rel=1e-3)


@pytest.mark.parametrize("num_trials", [12, 24])
def test_intervals_hold_the_share_and_noise_is_seldom_shown_to_matter(num_trials: int) -> None:
    generator = np.random.default_rng(0)
    held = shown = 0
    for _ in range(300):
        acts = generator.permutation(np.arange(num_trials) % 3)
        scores = (acts - 1.0) + generator.normal(size=num_trials)  # its share is 2/3 / (2/3 + 1)
        settings = {"acts": acts.tolist(), "idle": generator.random(num_trials).tolist()}
        found = find_importance(settings, scores[:, None], alpha=0.05)
        held += found.low["acts"] <= 0.4 <= found.high["acts"]
        shown += found.low["idle"] > 0
    assert 250 <= held <= 290  # 270 expected
    assert shown <= 27  # 15 expected


def test_intervals_of_a_grid_hold_the_share_with_three_seeds() -> None:
    generator = np.random.default_rng(0)
    table = np.array(list(itertools.product([0.0, 1.0, 2.0], [0.0, 1.0])))
    held = 0
    for _ in range(300):
        scores = (table[:, :1] - 1.0) + generator.normal(size=(6, 3))
        shares = shares_of_grid(table, scores, ["acts", "idle"], alpha=0.05)
        assert shares is not None
        held += shares["acts"].low <= 0.4 <= shares["acts"].high
    assert 250 <= held <= 290  # 270 expected


def test_grid_with_one_seed_is_compared_with_what_settings_do_together() -> None:
    settings, scores = grid(seeds=1, noise=0.05)
    frame = pd.DataFrame(settings).assign(score=scores[:, 0])
    table = anova_lm(ols("score ~ C(units) + C(lags) + C(activation) + C(dropout)", frame).fit())
    noise = table.loc["Residual", "mean_sq"]
    found = find_importance(settings, scores, alpha=0.05)
    assert found.shares is not None
    assert INTERACTIONS not in found.shares
    for name in settings:
        row = table.loc[f"C({name})"]
        expected = max(0.0, (row["sum_sq"] - row["df"] * noise) / (table["sum_sq"].sum() + noise))
        assert found.shares[name] == pytest.approx(expected, rel=1e-8, abs=1e-10)


def test_one_seed_and_one_trial_a_value_tell_nothing_of_noise() -> None:
    found = find_importance({"units": [8, 16, 32]}, np.array([[1.0], [2.0], [1.5]]), alpha=0.05)
    assert (found.shares, found.method) == (None, None)
    assert "seeds=2" in found.reason


def test_two_thousand_trials_take_less_than_two_seconds() -> None:
    settings, scores = random_search(2000, noise=0.2)
    start = time.perf_counter()
    assert find_importance(settings, scores, alpha=0.05).shares is not None
    assert time.perf_counter() - start < 2.0


def test_effects_beyond_all_noise_have_shares_near_one() -> None:
    for noise in (0.0, 1e-9, 1e-3):
        table = np.arange(4.0)[:, None]
        scores = table + noise * np.random.default_rng(0).normal(size=(4, 3))
        shares = shares_of_grid(table, scores, ["units"], alpha=0.05)
        assert shares is not None
        assert 0.999 < shares["units"].low <= shares["units"].value <= shares["units"].high <= 1.0


def test_numbers_of_a_range_are_put_together_and_equal_ones_stay_so() -> None:
    assert np.unique(in_groups(np.random.default_rng(0).random(60)), return_counts=True)[1].tolist() == [12] * 5
    assert in_groups(np.array([1.0, 2.0, 2.0, 1.0])).tolist() == [1.0, 2.0, 2.0, 1.0]
    mixed = np.array([0.0] * 20 + list(range(1, 41)), dtype=float)
    assert np.unique(in_groups(mixed)[:20]).size == 1
    few = in_groups(np.array([0.3, 0.1, 0.2, 0.4, 0.5]))
    assert few.tolist() == [1.0, 0.0, 0.0, 1.0, 1.0]


@pytest.mark.parametrize("score", [0.0, 0.1])
def test_equal_scores_have_no_importance(score: float) -> None:
    settings, scores = grid()
    found = find_importance(settings, np.full(scores.shape, score), alpha=0.05)
    assert found == Importance(None, None, "All completed trials have the same score.")


def test_nothing_swept_or_nothing_completed_is_said() -> None:
    settings, scores = grid()
    for each, of in ((settings, scores * np.nan), ({"units": [8] * 24}, scores), ({}, scores)):
        found = find_importance(each, of, alpha=0.05)
        assert found.shares is None
        assert found.reason


def test_full_grid_has_every_combination_once() -> None:
    full = np.array(list(itertools.product([1.0, 2.0], [5.0, 6.0, 7.0])))
    assert is_full_grid(full)
    assert is_full_grid(full[::-1])
    assert not is_full_grid(full[1:])
    assert not is_full_grid(np.concatenate([full[1:], full[1:2]]))
    assert not is_full_grid(np.concatenate([full, full]))


def test_permuted_trials_have_the_same_shares() -> None:
    settings, scores = grid(noise=0.3)
    order = np.random.default_rng(0).permutation(len(scores))
    table = np.column_stack([encode(values) for values in settings.values()])
    expected, found = (
        shares_of_grid(table[rows], scores[rows], list(settings), alpha=0.05)
        for rows in (np.arange(len(scores)), order)
    )
    assert expected is not None
    assert found is not None
    assert {path: each.value for path, each in found.items()} == pytest.approx(
        {path: each.value for path, each in expected.items()}, rel=1e-10
    )


def test_values_keep_their_order_as_numbers() -> None:
    assert encode([32, None, 8]).tolist() == [32.0, 7.0, 8.0]
    assert encode([True, False, True]).tolist() == [1.0, 0.0, 1.0]
    assert encode(["tanh", "relu", "elu", "tanh"]).tolist() == [2.0, 1.0, 0.0, 2.0]
    assert len(set(encode(["tanh", None, "relu", ["volume"]]))) == 4
    assert encode([None, None]).tolist() == [-1.0, -1.0]


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(trial, seed\)"):
        find_importance({"units": [8, 16]}, np.ones((3, 2)), alpha=0.05)
