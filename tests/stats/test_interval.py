"""The interval of skill, against a loop over the same draws, and against its own promises."""

import math

import numpy as np
import pytest
from arch.bootstrap import StationaryBootstrap

from lstm_sweep.metrics import relative_skill
from lstm_sweep.stats.interval import skill_interval
from lstm_sweep.stats.resampling import MOST_WINDOWS, block_length
from tests.stats.losses import losses_of, overlapping


def interval_by_loop(
    loss: list[float], naive_loss: list[float], length: int, coverage: float, seed: int, draws: int
) -> tuple[float, float]:
    """Percentiles of the skills of the same draws, with linear interpolation between them."""
    count = len(loss)
    skills = []
    for (drawn,), _ in StationaryBootstrap(length, np.arange(count), seed=seed).bootstrap(draws):
        ratio = sum(loss[window] for window in drawn) / sum(naive_loss[window] for window in drawn)
        skills.append(1 - math.sqrt(ratio))
    skills.sort()
    ends = []
    for level in ((1 - coverage) / 2, (1 + coverage) / 2):
        place = level * (draws - 1)
        below = min(int(place), draws - 2)
        ends.append(skills[below] + (place - below) * (skills[below + 1] - skills[below]))
    return ends[0], ends[1]


@pytest.mark.parametrize("horizon", [1, 6])
@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_interval_equals_a_plain_loop_on_the_same_draws(horizon: int, alpha: float) -> None:
    loss, naive_loss = overlapping(np.random.default_rng(horizon), 400, 2, horizon)
    length = block_length((naive_loss - loss)[:, None], horizon)
    expected = interval_by_loop(loss.tolist(), naive_loss.tolist(), length, 1 - 2 * alpha, seed=7, draws=300)
    interval = skill_interval(loss, naive_loss, horizon=horizon, alpha=alpha, seed=7, draws=300)
    assert interval == pytest.approx(expected, rel=1e-8)


def interval_of(skill: float, num_windows: int = 750) -> tuple[tuple[float, float], float]:
    losses, naive_loss = losses_of([skill], num_windows)
    loss = losses[0].mean(axis=0)
    return skill_interval(loss, naive_loss, horizon=1, alpha=0.05, seed=0), relative_skill(loss, naive_loss)


def test_interval_lies_around_the_skill() -> None:
    (low, high), skill = interval_of(1.0)
    assert low < skill < high
    assert 0 < low < 0.05 < high < 0.1


def test_more_windows_make_it_narrower_however_many() -> None:
    widths = [high - low for (low, high), _ in map(interval_of, [1.0] * 2, [200, 2 * MOST_WINDOWS + 1])]
    assert widths[1] < 0.3 * widths[0]


def test_interval_is_the_same_for_a_seed_and_no_other() -> None:
    losses, naive_loss = losses_of([1.0], 300)
    one, same, other = (
        skill_interval(losses[0, 0], naive_loss, horizon=1, alpha=0.05, seed=seed, draws=100) for seed in (1, 1, 2)
    )
    assert one == same != other


def test_naive_itself_has_no_skill_in_any_draw() -> None:
    naive_loss = np.random.default_rng(0).exponential(size=300)
    assert skill_interval(naive_loss, naive_loss, horizon=1, alpha=0.05, seed=0, draws=50) == (0.0, 0.0)


@pytest.mark.parametrize("bad", [math.nan, math.inf, 1e160])
def test_losses_that_are_no_numbers_have_no_interval(bad: float) -> None:
    losses, naive_loss = losses_of([1.0], 300)
    losses[0, 0, 3] = bad
    assert np.isnan(skill_interval(losses[0, 0], naive_loss, horizon=1, alpha=0.05, seed=0)).all()


@pytest.mark.parametrize("moves", [0, 1])
def test_price_that_hardly_ever_moves_has_no_interval(moves: int) -> None:
    naive_loss = np.zeros(300)
    naive_loss[:moves] = 1.0
    assert np.isnan(skill_interval(np.ones(300), naive_loss, horizon=1, alpha=0.05, seed=0)).all()


@pytest.mark.parametrize("num_windows", [1, 3, 21])
def test_few_windows_have_an_interval_all_the_same(num_windows: int) -> None:
    loss, naive_loss = np.random.default_rng(0).exponential(size=(2, num_windows))
    low, high = skill_interval(loss, naive_loss, horizon=1, alpha=0.05, seed=0, draws=100)
    assert low <= high


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(window,\)"):
        skill_interval(np.ones(10), np.ones(11), horizon=1, alpha=0.05, seed=0)
