"""The test that decides, against an author who knows only loops, and against its own promises."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_sweep.stats.diebold_mariano import diebold_mariano, num_lags


def student_t_cdf(statistic: float, degrees: int) -> float:
    """Simpson's rule over the density, from 0 to the statistic."""
    log_scale = math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2) - 0.5 * math.log(degrees * math.pi)
    x = np.linspace(0.0, statistic, 20_001)
    density = np.exp(log_scale - (degrees + 1) / 2 * np.log1p(x**2 / degrees))
    weights = np.ones(x.size)
    weights[1:-1:2], weights[2:-1:2] = 4, 2
    return 0.5 + float(weights @ density) * (x[1] - x[0]) / 3


def diebold_mariano_by_loop(loss: NDArray[np.float64], other: NDArray[np.float64], horizon: int) -> tuple[float, float]:
    difference = [float(a - b) for a, b in zip(loss, other, strict=True)]
    count = len(difference)
    mean = sum(difference) / count
    lags = math.ceil(round(count ** (1 / 3), 9))
    if horizon > 1:
        lags = max(lags, math.ceil(1.5 * horizon))
    long_run = sum((d - mean) ** 2 for d in difference) / count
    for lag in range(1, lags + 1):
        covariance = sum((difference[t] - mean) * (difference[t - lag] - mean) for t in range(lag, count)) / count
        long_run += 2 * (1 - lag / (lags + 1)) * covariance
    statistic = mean / math.sqrt(long_run / count)
    correction = (count + 1 - 2 * horizon + horizon * (horizon - 1) / count) / count
    statistic *= math.sqrt(correction)
    return statistic, student_t_cdf(statistic, count - 1)


def moving_average(rng: np.random.Generator, num_windows: int, horizon: int) -> NDArray[np.float64]:
    """Losses of overlapping windows: each is a mean of `horizon` shocks, and shares all but one with the next."""
    shocks = rng.exponential(size=num_windows + horizon - 1)
    return np.convolve(shocks, np.ones(horizon) / horizon, "valid")


@pytest.mark.parametrize(("num_windows", "horizon"), [(100, 1), (127, 1), (512, 1), (750, 1), (400, 3), (1200, 12)])
@pytest.mark.parametrize("advantage", [-0.1, 0.0, 0.1])
def test_statistic_and_p_equal_a_plain_loop(num_windows: int, horizon: int, advantage: float) -> None:
    rng = np.random.default_rng(num_windows + horizon)
    loss = moving_average(rng, num_windows, horizon) - advantage
    other = moving_average(rng, num_windows, horizon)
    assert diebold_mariano(loss, other, horizon) == pytest.approx(
        diebold_mariano_by_loop(loss, other, horizon), rel=1e-8, abs=1e-10
    )


@pytest.mark.parametrize(
    ("num_windows", "horizon", "lags"),
    [(100, 1, 5), (125, 1, 5), (126, 1, 6), (750, 1, 10), (750, 7, 11), (750, 2, 10)],
)
def test_lags_cover_the_overlap_and_grow_with_the_cube_root(num_windows: int, horizon: int, lags: int) -> None:
    assert num_lags(num_windows, horizon) == lags


def test_test_is_one_sided() -> None:
    rng = np.random.default_rng(1)
    loss = rng.exponential(size=300)
    _, p_better = diebold_mariano(loss - 0.2 * rng.random(300), loss, 1)
    _, p_worse = diebold_mariano(loss + 0.2 * rng.random(300), loss, 1)
    assert p_better < 1e-6
    assert p_worse > 1 - 1e-6


def test_swapping_the_losses_swaps_the_tails() -> None:
    one, other = np.random.default_rng(2).exponential(size=(2, 300))
    assert diebold_mariano(one, other, 1)[1] == pytest.approx(1 - diebold_mariano(other, one, 1)[1], rel=1e-12)


def test_identical_losses_are_no_evidence() -> None:
    loss = np.random.default_rng(3).exponential(size=200)
    assert diebold_mariano(loss, loss.copy(), 1) == (0.0, 1.0)
    assert diebold_mariano(np.zeros(200), np.zeros(200), 1) == (0.0, 1.0)


def test_rounding_errors_are_no_evidence() -> None:
    loss = np.r_[0.0, np.random.default_rng(3).exponential(size=199)]
    assert diebold_mariano(loss * (1 - 1e-15), loss, 1) == (0.0, 1.0)
    assert diebold_mariano(loss + 1e-20, loss, 1) == (0.0, 1.0)
    assert diebold_mariano(loss * (1 - 1e-6), loss, 1)[1] < 0.001


@pytest.mark.parametrize("bad", [math.inf, math.nan])
def test_loss_that_is_not_finite_is_worse(bad: float) -> None:
    loss = np.random.default_rng(3).exponential(size=200)
    assert diebold_mariano(np.r_[loss[:-1], bad], loss, 1) == (math.inf, 1.0)


@pytest.mark.parametrize(("shape", "other"), [((200, 1), (200,)), ((200,), (199,)), ((200, 1), (200, 1))])
def test_shapes_that_do_not_fit_are_refused(shape: tuple[int, ...], other: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"\(window,\)"):
        diebold_mariano(np.ones(shape), np.zeros(other), 1)


@pytest.mark.parametrize("horizon", [1, 5])
def test_equally_good_forecasts_are_told_apart_about_as_often_as_alpha_says(horizon: int) -> None:
    rng = np.random.default_rng(4)
    p_values = [
        diebold_mariano(moving_average(rng, 500, horizon), moving_average(rng, 500, horizon), horizon)[1]
        for _ in range(400)
    ]
    assert 6 <= sum(p < 0.05 for p in p_values) <= 42  # 20 expected; five standard deviations are 22
    assert 0.4 < np.mean(p_values) < 0.6


def test_better_forecast_is_found() -> None:
    rng = np.random.default_rng(5)
    found = 0
    for _ in range(50):
        signal, noise = rng.normal(0, math.sqrt(0.2), 750), rng.normal(0, math.sqrt(0.8), 750)
        found += diebold_mariano(noise**2, (signal + noise) ** 2, 1)[1] < 0.05
    assert found >= 49  # a forecast that knows 20 % of the variance
