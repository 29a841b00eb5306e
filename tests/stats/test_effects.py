"""Effects of swept values: means and bands that a loop can follow."""

import math
import statistics

import numpy as np
import pytest
from scipy import stats

from lstm_sweep.stats.effects import find_effects

SETTINGS = {
    "model.dropout": [0.0, 0.2, 0.0, 0.2, 0.0, 0.2],
    "windows.lags": [5, 5, 10, 10, 20, 20],
}
SCORES = np.random.default_rng(0).normal(size=(6, 4))


def test_means_and_bands_equal_a_plain_loop() -> None:
    effects = find_effects(SETTINGS, SCORES, alpha=0.05)
    for path, values in SETTINGS.items():
        tables = {}
        for value in values:
            rows = [SCORES[trial] for trial in range(6) if values[trial] == value]
            tables[value] = [statistics.fmean(row[seed] for row in rows) for seed in range(4)]
        pooled = statistics.fmean(statistics.variance(by_seed) for by_seed in tables.values())
        width = stats.t.isf(0.05, 3 * len(tables)) * math.sqrt(pooled / 4)
        assert [effect.value for effect in effects[path]] == list(tables)
        for effect in effects[path]:
            assert effect.mean == pytest.approx(statistics.fmean(tables[effect.value]), rel=1e-8)
            assert effect.half_width == pytest.approx(width, rel=1e-8)
            assert effect.num_trials == values.count(effect.value)


def test_luck_that_all_trials_share_counts_once() -> None:
    """Ten trials of the same seeds know no more about the seeds than one does."""
    luck = np.array([[0.3, -0.2, 0.1]])
    many = find_effects({"units": [8] * 10}, np.repeat(luck, 10, axis=0), alpha=0.05)["units"][0]
    one = find_effects({"units": [8]}, luck, alpha=0.05)["units"][0]
    assert many.half_width == pytest.approx(one.half_width, rel=1e-12)


def test_bands_hold_the_mean_as_often_as_they_say() -> None:
    generator = np.random.default_rng(1)
    missed = 0
    for _ in range(400):
        effects = find_effects({"units": [8, 16]}, generator.normal(size=(2, 3)), alpha=0.05)["units"]
        missed += sum(abs(effect.mean) > effect.half_width for effect in effects)
    assert 50 <= missed <= 115  # 80 of 800 expected


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_trial_that_diverged_is_left_out(bad: float) -> None:
    scores = SCORES.copy()
    scores[0, 1] = bad
    kept = {path: values[1:] for path, values in SETTINGS.items()}
    effects, expected = find_effects(SETTINGS, scores, alpha=0.05), find_effects(kept, SCORES[1:], alpha=0.05)
    for path in SETTINGS:
        assert sorted(map(repr, effects[path])) == sorted(map(repr, expected[path]))


def test_nothing_completed_has_no_effects() -> None:
    assert find_effects(SETTINGS, SCORES * np.nan, alpha=0.05) == {"model.dropout": [], "windows.lags": []}


def test_one_seed_has_means_without_bands() -> None:
    effects = find_effects(SETTINGS, SCORES[:, :1], alpha=0.05)["windows.lags"]
    assert [math.isnan(effect.half_width) for effect in effects] == [True] * 3
    assert effects[0].mean == pytest.approx(SCORES[:2, 0].mean())


def test_values_of_any_kind_keep_apart() -> None:
    values = [True, 1, None, "tanh", ["volume"], 1]
    effects = find_effects({"any": values}, SCORES, alpha=0.05)["any"]
    assert [(effect.value, effect.num_trials) for effect in effects] == [
        (True, 1),
        (1, 2),
        (None, 1),
        ("tanh", 1),
        (["volume"], 1),
    ]


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(trial, seed\)"):
        find_effects(SETTINGS, SCORES[:5], alpha=0.05)
