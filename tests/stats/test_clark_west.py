"""The test for signal, against an author who knows only loops, and against its own promises."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_sweep.metrics import relative_loss
from lstm_sweep.stats.clark_west import clark_west, repeats_price
from lstm_sweep.stats.diebold_mariano import diebold_mariano, num_lags
from tests.stats.test_hac import standard_error_by_loop

Arrays = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]


def example(num_windows: int, horizon: int, share: float, noise: float, seed: int = 0) -> Arrays:
    """A forecast of a share of what can be known (a tenth of the variance) with errors of its own."""
    generator = np.random.default_rng(seed)
    last_price = 100 * np.exp(generator.normal(0, 0.5, num_windows))
    signal, luck = generator.normal(0, 0.02 * np.sqrt([[[0.1]], [[0.9]]]), (2, num_windows, horizon))
    actual = last_price[:, None] * (1 + signal + luck)
    wrong = generator.normal(0, 0.02 * noise, (num_windows, horizon))
    forecast = last_price[:, None] * (1 + share * signal + wrong)
    scored = generator.random((num_windows, horizon)) < 0.8
    scored[:, 0] = True
    return forecast, actual, last_price, scored


def clark_west_by_loop(
    forecast: NDArray[np.float64],
    actual: NDArray[np.float64],
    last_price: NDArray[np.float64],
    scored: NDArray[np.bool_],
) -> tuple[float, float]:
    gains = []
    for window in range(len(forecast)):
        terms = []
        for step in range(forecast.shape[1]):
            if scored[window, step]:
                price = last_price[window]
                error_naive = (actual[window, step] - price) / price
                error_model = (actual[window, step] - forecast[window, step]) / price
                moved = (price - forecast[window, step]) / price
                terms.append(error_naive**2 - (error_model**2 - moved**2))
        gains.append(float(sum(terms) / len(terms)))
    lags = num_lags(len(gains), forecast.shape[1])
    statistic = sum(gains) / len(gains) / standard_error_by_loop(gains, lags)
    return statistic, 0.5 * math.erfc(statistic / math.sqrt(2))


@pytest.mark.parametrize(("num_windows", "horizon"), [(100, 1), (750, 1), (300, 5)])
@pytest.mark.parametrize("share", [-1.0, 0.0, 1.0])
def test_statistic_and_p_equal_a_plain_loop(num_windows: int, horizon: int, share: float) -> None:
    arrays = example(num_windows, horizon, share, noise=0.3)
    assert clark_west(*arrays) == pytest.approx(clark_west_by_loop(*arrays), rel=1e-8, abs=1e-10)


def test_signal_is_found_where_accuracy_is_no_better() -> None:
    forecast, actual, last_price, scored = example(750, 1, share=1.0, noise=0.32)
    naive = np.repeat(last_price[:, None], 1, axis=1)
    losses = [relative_loss(each, actual, last_price, scored) for each in (forecast, naive)]
    assert diebold_mariano(losses[0], losses[1], 1)[1] > 0.05
    assert clark_west(forecast, actual, last_price, scored)[1] < 0.001


def test_noise_is_called_signal_about_as_often_as_alpha_says() -> None:
    p_values = [clark_west(*example(300, 1, share=0.0, noise=0.3, seed=seed))[1] for seed in range(400)]
    assert 6 <= sum(p < 0.05 for p in p_values) <= 42


def test_reversed_signal_is_none() -> None:
    assert clark_west(*example(750, 1, share=-1.0, noise=0.1))[1] > 0.999


def test_mean_over_seeds_is_the_test_of_the_mean_forecast() -> None:
    forecast, *rest = example(300, 2, share=0.5, noise=0.3)
    other, *_ = example(300, 2, share=0.5, noise=0.3)
    assert clark_west(0.5 * (forecast + other), *rest)[0] == pytest.approx(clark_west(forecast, *rest)[0], rel=1e-12)


@pytest.mark.parametrize("factor", [1.0, 1 + 1e-15, 1 - 1e-13])
def test_naive_itself_has_no_signal(factor: float) -> None:
    _, actual, last_price, scored = example(300, 2, share=0.0, noise=0.3)
    naive = np.repeat(factor * last_price[:, None], 2, axis=1)
    assert clark_west(naive, actual, last_price, scored) == (0.0, 1.0)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e300])
def test_forecast_that_ran_away_has_no_signal(bad: float) -> None:
    forecast, *rest = example(300, 2, share=1.0, noise=0.0)
    forecast[7, 0] = bad
    assert clark_west(forecast, *rest) == (-math.inf, 1.0)


def test_price_that_never_moves_has_no_signal() -> None:
    forecast, actual, last_price, scored = example(300, 2, share=1.0, noise=0.0)
    still = np.repeat(last_price[:, None], 2, axis=1)
    assert clark_west(forecast, still, last_price, scored) == (0.0, 1.0)


def test_targets_that_are_no_real_bars_do_not_count() -> None:
    forecast, actual, last_price, scored = example(300, 2, share=1.0, noise=0.0)
    changed = np.where(scored, actual, 10 * actual)
    assert clark_west(forecast, changed, last_price, scored) == clark_west(forecast, actual, last_price, scored)


def test_shapes_that_do_not_fit_are_refused() -> None:
    forecast, actual, last_price, scored = example(300, 2, share=1.0, noise=0.0)
    for wrong in [(forecast[:, :1], actual, last_price, scored), (forecast, actual, last_price[1:], scored)]:
        with pytest.raises(ValueError, match=r"\(window, horizon\)"):
            clark_west(*wrong)


def test_changes_of_a_signed_series_are_absolute() -> None:
    """The loop's prices are 1, so that its shares are differences."""
    forecast, actual, last_price, scored = example(300, 2, share=1.0, noise=0.3)
    shift = last_price[:, None] - 1.0
    expected = clark_west_by_loop(forecast - shift, actual - shift, np.ones_like(last_price), scored)
    around_zero = [prices - 100.0 for prices in (forecast, actual, last_price)]
    assert (around_zero[2] < 0).any()
    assert clark_west(*around_zero, scored, signed=True) == pytest.approx(expected, rel=1e-8)


def test_a_copy_of_a_signed_series_is_exact_also_where_that_is_zero() -> None:
    last_price = np.array([-3.0, 0.0, 5.0, 1.0])
    assert repeats_price(last_price[:, None] + 1e-12, last_price)
    assert not repeats_price(last_price[:, None] + 1e-6, last_price)
