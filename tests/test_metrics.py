"""Every metric against a plain Python loop, naive against itself, and shapes that do not fit."""

import dataclasses
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_sweep import metrics
from lstm_sweep.metrics import Scores, score_forecast

Windows = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]


@pytest.fixture(params=[1, 4], ids=["horizon 1", "horizon 4"])
def windows(request: pytest.FixtureRequest) -> Windows:
    """Forecast, actual, last price and scored targets of 37 windows; some targets unscored, some unmoved."""
    rng = np.random.default_rng(5)
    shape = (37, request.param)
    last_price = np.exp(rng.normal(5, 1, shape[0]))
    actual = last_price[:, None] * np.exp(rng.normal(0, 0.05, shape))
    actual[::6] = last_price[::6, None]
    forecast = last_price[:, None] * np.exp(rng.normal(0, 0.02, shape))
    scored = np.ones(shape, bool)
    if shape[1] > 1:
        scored = rng.random(shape) < 0.7
        scored[:, 2] = True
    return forecast, actual, last_price, scored


def sign(number: float) -> int:
    return (number > 0) - (number < 0)


def scores_by_loop(windows: Windows, replace_by_naive: bool = False) -> dict[str, float]:
    forecast, actual, last_price, scored = windows
    squares, absolutes, percentages, hits, signs, naive_squares, naive_absolutes = [], [], [], [], [], [], []
    losses, naive_losses = [], []
    for w in range(len(last_price)):
        loss, naive_loss = [], []
        for h in range(forecast.shape[1]):
            if not scored[w, h]:
                continue
            price, last = float(actual[w, h]), float(last_price[w])
            guess = last if replace_by_naive else float(forecast[w, h])
            squares.append((guess - price) ** 2)
            absolutes.append(abs(guess - price))
            percentages.append(100 * abs(guess - price) / price)
            hits.append(sign(guess - last) == sign(price - last))
            signs.append(sign(price - last))
            naive_squares.append((last - price) ** 2)
            naive_absolutes.append(abs(last - price))
            loss.append(((guess - price) / last) ** 2)
            naive_loss.append(((last - price) / last) ** 2)
        losses.append(sum(loss) / len(loss))
        naive_losses.append(sum(naive_loss) / len(naive_loss))
    count = len(squares)
    return {
        "mse": sum(squares) / count,
        "rmse": math.sqrt(sum(squares) / count),
        "mape": sum(percentages) / count,
        "mae": sum(absolutes) / count,
        "mae_ratio": sum(absolutes) / sum(naive_absolutes),
        "direction_accuracy": sum(hits) / count,
        "direction_base_rate": max(signs.count(-1), signs.count(0), signs.count(1)) / count,
        "skill": 1 - math.sqrt(sum(losses) / sum(naive_losses)),
        "price_skill": 1 - math.sqrt(sum(squares) / sum(naive_squares)),
    }


def naive_of(windows: Windows) -> NDArray[np.float64]:
    return np.repeat(windows[2][:, None], windows[1].shape[1], axis=1)


def test_every_score_equals_a_plain_loop(windows: Windows) -> None:
    assert dataclasses.asdict(score_forecast(*windows)) == pytest.approx(scores_by_loop(windows), rel=1e-12)


def test_scores_of_naive_equal_a_plain_loop(windows: Windows) -> None:
    scores = score_forecast(naive_of(windows), *windows[1:])
    assert dataclasses.asdict(scores) == pytest.approx(scores_by_loop(windows, replace_by_naive=True), rel=1e-12)


def test_skill_of_naive_against_itself_is_exactly_zero(windows: Windows) -> None:
    scores = score_forecast(naive_of(windows), *windows[1:])
    assert (scores.skill, scores.price_skill, scores.mae_ratio) == (0.0, 0.0, 1.0)
    loss = metrics.relative_loss(naive_of(windows), *windows[1:])
    assert metrics.relative_skill(loss, loss) == 0.0
    assert metrics.log_rmse_ratio(loss, loss) == 0.0


def test_relative_loss_equals_a_plain_loop(windows: Windows) -> None:
    forecast, actual, last_price, scored = windows
    expected = []
    for w in range(len(last_price)):
        steps = [h for h in range(forecast.shape[1]) if scored[w, h]]
        expected.append(sum(((forecast[w, h] - actual[w, h]) / last_price[w]) ** 2 for h in steps) / len(steps))
    loss = metrics.relative_loss(*windows)
    assert loss.dtype == np.float64
    np.testing.assert_allclose(loss, expected, rtol=1e-12)


def test_relative_loss_does_not_read_unscored_targets(windows: Windows) -> None:
    forecast, actual, last_price, scored = windows
    spoiled = np.where(scored, forecast, np.nan)
    np.testing.assert_array_equal(metrics.relative_loss(spoiled, *windows[1:]), metrics.relative_loss(*windows))
    assert score_forecast(spoiled, *windows[1:]) == score_forecast(*windows)


def test_relative_loss_and_skill_do_not_depend_on_the_currency(windows: Windows) -> None:
    forecast, actual, last_price, scored = windows
    in_cents = metrics.relative_loss(100 * forecast, 100 * actual, 100 * last_price, scored)
    np.testing.assert_allclose(in_cents, metrics.relative_loss(*windows), rtol=1e-9)


def test_relative_loss_is_float64_for_float32_forecasts() -> None:
    forecast = np.array([[100.1]], np.float32)
    loss = metrics.relative_loss(forecast, np.array([[100.0]]), np.array([100.0]), np.array([[True]]))  # type: ignore[arg-type]
    assert loss.dtype == np.float64
    assert loss[0] == ((float(forecast[0, 0]) - 100.0) / 100.0) ** 2


def test_log_rmse_ratio_equals_its_definition() -> None:
    loss, naive_loss = np.array([1.0, 4.0, 4.0]), np.array([9.0, 9.0, 18.0])
    assert metrics.log_rmse_ratio(loss, naive_loss) == pytest.approx(math.log(math.sqrt(3.0) / math.sqrt(12.0)))
    assert metrics.relative_skill(loss, naive_loss) == pytest.approx(0.5)


def test_log_rmse_ratio_and_skill_order_forecasts_alike() -> None:
    rng = np.random.default_rng(2)
    naive_loss = rng.exponential(size=50)
    losses = [naive_loss * factor for factor in rng.uniform(0.5, 2.0, 20)]
    by_ratio = sorted(range(20), key=lambda i: metrics.log_rmse_ratio(losses[i], naive_loss))
    by_skill = sorted(range(20), key=lambda i: -metrics.relative_skill(losses[i], naive_loss))
    assert by_ratio == by_skill


def test_perfect_forecast_has_skill_one(windows: Windows) -> None:
    forecast, actual, last_price, scored = windows
    scores = score_forecast(actual, actual, last_price, scored)
    assert (scores.rmse, scores.mape, scores.mae_ratio, scores.skill, scores.direction_accuracy) == (0, 0, 0, 1, 1)
    loss = metrics.relative_loss(actual, actual, last_price, scored)
    assert metrics.log_rmse_ratio(loss, loss + 1.0) == -math.inf


def test_price_that_never_moves_gives_no_skill_and_no_crash() -> None:
    constant = np.full((5, 1), 7.0)
    scored = np.ones((5, 1), bool)
    for forecast in (constant, constant + 1):
        scores = score_forecast(forecast, constant, constant[:, 0], scored)
        assert math.isnan(scores.skill)
        assert math.isnan(scores.price_skill)
        assert math.isnan(scores.mae_ratio)
    assert math.isnan(metrics.log_rmse_ratio(np.ones(5), np.zeros(5)))
    assert scores.rmse == 1.0


@pytest.mark.parametrize("runaway", [1e200, math.inf])
def test_forecast_that_ran_away_is_infinitely_wrong(runaway: float) -> None:
    actual = np.array([[1.0], [2.0]])
    scores = score_forecast(np.full((2, 1), runaway), actual, np.array([2.0, 1.0]), np.ones((2, 1), bool))
    assert (scores.mse, scores.rmse, scores.skill) == (math.inf, math.inf, -math.inf)


def test_skill_in_price_units_may_have_the_other_sign() -> None:
    last_price, actual = np.array([1.0, 1000.0]), np.array([[1.5], [1010.0]])
    scores = score_forecast(np.array([[1.5], [999.0]]), actual, last_price, np.ones((2, 1), bool))
    assert scores.skill > 0 > scores.price_skill


@pytest.mark.parametrize(("lowest", "refused"), [(0.0, True), (0.099, True), (0.101, False)])
def test_mape_is_refused_where_the_lowest_price_is_under_a_thousandth_of_the_median(
    lowest: float, refused: bool
) -> None:
    actual = np.array([lowest, 100.0, 100.0, 100.0])
    assert math.isnan(metrics.mape(actual + 1, actual)) is refused


def test_direction_is_right_only_for_the_sign_that_came() -> None:
    last_price = np.array([10.0, 10.0, 10.0, 10.0, 10.0])
    actual = np.array([11.0, 12.0, 9.0, 10.0, 11.0])
    forecast = np.array([10.5, 9.0, 8.0, 10.0, 10.0])
    assert metrics.direction_accuracy(forecast, actual, last_price) == pytest.approx(3 / 5)
    assert metrics.direction_base_rate(actual, last_price) == pytest.approx(3 / 5)
    assert metrics.direction_base_rate(np.array([10.0, 10.0, 11.0, 9.0, 10.0]), last_price) == pytest.approx(3 / 5)


COLUMN, ROW = np.ones((3, 1)), np.ones(3)


@pytest.mark.parametrize("metric", [metrics.mse, metrics.rmse, metrics.mae, metrics.mape, metrics.relative_skill])
@pytest.mark.parametrize(("one", "other"), [(COLUMN, ROW), (ROW, COLUMN), (ROW, np.ones(4)), (ROW[:0], ROW[:0])])
def test_metrics_refuse_shapes_that_numpy_would_broadcast(metric, one, other) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=r"arrays must .* \(\d*,"):
        metric(one, other)


def test_direction_refuses_shapes_that_numpy_would_broadcast() -> None:
    with pytest.raises(ValueError, match="same shape"):
        metrics.direction_accuracy(COLUMN, COLUMN, ROW)
    with pytest.raises(ValueError, match="same shape"):
        metrics.direction_base_rate(COLUMN, ROW)


BROKEN = {
    "forecast flat": {"forecast": ROW},
    "forecast of another length": {"forecast": np.ones((4, 1))},
    "actual flat": {"actual": ROW},
    "all flat": {"forecast": ROW, "actual": ROW, "scored": np.ones(3, bool)},
    "last price not flat": {"last_price": COLUMN},
    "last price of another length": {"last_price": np.ones(4)},
    "scored flat": {"scored": np.ones(3, bool)},
    "no window": {
        "forecast": COLUMN[:0],
        "actual": COLUMN[:0],
        "last_price": ROW[:0],
        "scored": np.ones((0, 1), bool),
    },
    "window without a scored step": {"scored": np.array([[True], [False], [True]])},
}


@pytest.mark.parametrize("function", [score_forecast, metrics.relative_loss])
@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_windows_that_do_not_fit_are_refused(function, broken) -> None:  # type: ignore[no-untyped-def]
    fitting = {"forecast": COLUMN, "actual": COLUMN, "last_price": ROW, "scored": np.ones((3, 1), bool)}
    function(**fitting)
    with pytest.raises(ValueError, match=r"arrays must|actual must|every window needs"):
        function(**(fitting | broken))


def test_scores_are_values() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        score_forecast(COLUMN, COLUMN, ROW, np.ones((3, 1), bool)).mse = 0.0  # type: ignore[misc]
    assert len(dataclasses.fields(Scores)) == 9
