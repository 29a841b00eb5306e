"""Importance: of a grid against statsmodels, of a forest where it is allowed to speak."""

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from lstm_sweep.stats.importance import TRIALS_NEEDED, Importance, Method, encode, find_importance, grow
from lstm_sweep.stats.variance import INTERACTIONS, is_full_grid, omega_squared

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
    found = find_importance(settings, scores, seed=0)
    assert found.method is Method.ANOVA
    assert found.shares is not None
    together = table.loc[[":" in name for name in table.index]].sum()
    rows = {name: table.loc[f"C({name})"] for name in settings} | {INTERACTIONS: together}
    for name, row in rows.items():
        expected = max(0.0, (row["sum_sq"] - row["df"] * within) / (total + within))
        assert found.shares[name] == pytest.approx(expected, rel=1e-8, abs=1e-10)


def test_shares_of_a_grid_are_ordered_and_right_in_size() -> None:
    found = find_importance(*grid(noise=0.3), seed=0)
    assert found.shares is not None
    assert list(found.shares)[0] == "units"
    assert found.shares["dropout"] < 0.02
    assert found.shares[INTERACTIONS] > 0.03


def test_noise_on_a_grid_has_next_to_no_importance() -> None:
    settings, scores = grid()
    found = find_importance(settings, np.random.default_rng(3).normal(size=scores.shape), seed=0)
    assert found.shares is not None
    assert sum(found.shares.values()) < 0.2


def test_grid_of_one_setting_has_no_interactions() -> None:
    found = find_importance({"units": [8, 16], "lags": [5, 5]}, np.array([[1.0, 1.1], [2.0, 2.1]]), seed=0)
    assert found.shares is not None
    assert list(found.shares) == ["units"]
    assert found.shares["units"] > 0.9


@pytest.mark.parametrize("seeds", [1, 3])
def test_small_sweep_off_the_grid_has_no_importance(seeds: int) -> None:
    settings, scores = grid(seeds)
    if seeds > 1:
        scores[4, 1] = math.inf
    found = find_importance(settings, scores, seed=0)
    assert (found.shares, found.method) == (None, None)
    assert f"{TRIALS_NEEDED} trials; {24 if seeds == 1 else 23} completed" in found.reason


def random_search(num_trials: int, noise: float) -> tuple[Settings, NDArray[np.float64]]:
    generator = np.random.default_rng(1)
    settings: Settings = {f"setting_{number}": generator.random(num_trials).tolist() for number in range(7)}
    settings["optimizer"] = generator.choice(["adam", "sgd"], num_trials).tolist()
    settings["patience"] = [None if each < 0.5 else int(10 * each) for each in generator.random(num_trials)]
    signal = np.array(settings["setting_0"]) * 2 + (np.array(settings["optimizer"]) == "sgd")
    return settings, signal[:, None] + noise * generator.normal(size=(num_trials, 2))


def test_forest_finds_what_matters() -> None:
    found = find_importance(*random_search(80, noise=0.2), seed=0)
    assert found.method is Method.FOREST
    assert found.shares is not None
    assert list(found.shares)[:2] in (["setting_0", "optimizer"], ["optimizer", "setting_0"])
    assert sum(found.shares.values()) == pytest.approx(1.0)
    assert sum(found.shares[name] for name in ("setting_0", "optimizer")) > 0.8


def test_forest_says_nothing_about_noise() -> None:
    settings, scores = random_search(80, noise=0.2)
    found = find_importance(settings, np.random.default_rng(0).normal(size=scores.shape), seed=0)
    assert found.shares is None
    assert "too little" in found.reason
    assert "R2 -" in found.reason


def test_forest_needs_sixty_trials() -> None:
    settings, scores = random_search(TRIALS_NEEDED, noise=0.1)
    assert find_importance(settings, scores, seed=0).shares is not None
    fewer = {path: values[1:] for path, values in settings.items()}
    assert find_importance(fewer, scores[1:], seed=0).shares is None


def test_out_of_bag_r2_is_of_trials_that_a_tree_has_not_seen() -> None:
    settings, scores = random_search(80, noise=0.2)
    table = np.column_stack([encode(values) for values in settings.values()])
    noise = np.random.default_rng(0).normal(size=80)
    forest = grow(table, noise, seed=0)
    assert forest.oob_score_ < 0.2 < forest.score(table, noise)  # it knows by heart what it cannot predict


def test_importance_is_the_same_for_a_seed() -> None:
    settings, scores = random_search(80, noise=0.2)
    one, same = (find_importance(settings, scores, seed=3) for _ in range(2))
    assert one == same


@pytest.mark.parametrize("score", [0.0, 0.1])
def test_equal_scores_have_no_importance(score: float) -> None:
    settings, scores = grid()
    found = find_importance(settings, np.full(scores.shape, score), seed=0)
    assert found == Importance(None, None, "All completed trials have the same score.")


def test_nothing_swept_or_nothing_completed_is_said() -> None:
    settings, scores = grid()
    for each, of in ((settings, scores * np.nan), ({"units": [8] * 24}, scores), ({}, scores)):
        found = find_importance(each, of, seed=0)
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
    expected = omega_squared(table, scores, list(settings))
    assert omega_squared(table[order], scores[order], list(settings)) == pytest.approx(expected, rel=1e-10)


def test_values_keep_their_order_as_numbers() -> None:
    assert encode([32, None, 8]).tolist() == [32.0, 7.0, 8.0]
    assert encode([True, False, True]).tolist() == [1.0, 0.0, 1.0]
    assert encode(["tanh", "relu", "elu", "tanh"]).tolist() == [2.0, 1.0, 0.0, 2.0]
    assert len(set(encode(["tanh", None, "relu", ["volume"]]))) == 4
    assert encode([None, None]).tolist() == [-1.0, -1.0]


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(trial, seed\)"):
        find_importance({"units": [8, 16]}, np.ones((3, 2)), seed=0)
