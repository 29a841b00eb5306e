"""Windows against a slower author, and what they must never depend on."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_sweep.config import SCALES, TRANSFORMS
from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError
from lstm_sweep.windows.windows import Windows, build_windows
from tests.examples import make_series, make_windows
from tests.windows.by_hand import ByHand

FEATURES = ("volume", "mood")
FILLED = (40, 41, 100, 179, 180, 200, 201, 202, 239, 240, 299)
EVERY_WAY = [(transform, scale) for transform in TRANSFORMS for scale in SCALES]


def build(series: Series, features: tuple[str, ...] = FEATURES, **changes: Any) -> Windows:
    return build_windows(series, make_windows(**changes), features)


@pytest.mark.parametrize(("transform", "scale"), EVERY_WAY)
@pytest.mark.parametrize("horizon", [1, 3])
def test_windows_equal_those_made_by_hand(transform: str, scale: str, horizon: int) -> None:
    series = make_series(filled=FILLED)
    windows = build(series, transform=transform, scale=scale, horizon=horizon)
    by_hand = ByHand(series, windows.config, FEATURES, train_stop=180)
    training = windows.training_origins()
    assert training.tolist() == by_hand.training_origins()
    scaler = by_hand.scaler()
    origins = np.concatenate([training[[0, 1, 40, -1]], windows.scored_origins(windows.spans.test)[[0, 7, -1]]])
    inputs, targets = windows.inputs(origins), windows.targets(origins)
    for number, origin in enumerate(origins.tolist()):
        past, future = map(scaler.transform, map(np.array, by_hand.window(origin)))
        np.testing.assert_allclose(inputs[number], past, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(targets[number], future[:, 0], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("transform", "scale"), EVERY_WAY)
@pytest.mark.parametrize("horizon", [1, 3])
def test_prices_come_back_from_targets(transform: str, scale: str, horizon: int) -> None:
    series = make_series()
    windows = build(series, transform=transform, scale=scale, horizon=horizon)
    origins = windows.scored_origins(windows.spans.validation)
    rows = origins[:, None] + np.arange(1, horizon + 1)
    np.testing.assert_allclose(windows.to_prices(windows.targets(origins), origins), series.values[rows], rtol=1e-6)
    by_hand = ByHand(series, windows.config, FEATURES, train_stop=180)
    scaler = by_hand.scaler()
    exact = np.array([scaler.transform(np.array(by_hand.window(origin)[1]))[:, 0] for origin in origins.tolist()])
    np.testing.assert_allclose(windows.to_prices(exact, origins), series.values[rows], rtol=1e-9)


def test_first_target_of_a_span_is_forecast_from_what_lies_before_it() -> None:
    series = make_series()
    windows = build(series, horizon=3)
    for span in (windows.spans.validation, windows.spans.test):
        origins = windows.scored_origins(span)
        assert origins[0] == span.start - 1
        assert windows.actual(origins)[0].tolist() == series.values[span.start : span.start + 3].tolist()
        assert windows.actual(origins)[-1].tolist() == series.values[span.stop - 3 : span.stop].tolist()
        assert windows.last_price(origins).tolist() == series.values[origins].tolist()


def test_no_target_belongs_to_two_spans() -> None:
    windows = build(make_series(), horizon=3)
    steps = np.arange(1, 4)
    training = set((windows.training_origins()[:, None] + steps).ravel())
    validation = set((windows.scored_origins(windows.spans.validation)[:, None] + steps).ravel())
    test = set((windows.scored_origins(windows.spans.test)[:, None] + steps).ravel())
    assert max(training) < min(validation)
    assert max(validation) < min(test)


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("horizon", [1, 3])
def test_lags_never_change_what_is_scored(transform: str, horizon: int) -> None:
    series = make_series(filled=FILLED)
    few, many = (build(series, lags=lags, transform=transform, horizon=horizon) for lags in (5, 90))
    for name in ("validation", "test"):
        origins = few.scored_origins(getattr(few.spans, name))
        assert np.array_equal(origins, many.scored_origins(getattr(many.spans, name)))
        assert np.array_equal(few.actual(origins), many.actual(origins))
        assert np.array_equal(few.scored(origins), many.scored(origins))


@pytest.mark.parametrize("horizon", [1, 3])
def test_every_real_bar_of_a_span_is_scored_and_no_filled_one(horizon: int) -> None:
    series = make_series(filled=FILLED)
    windows = build(series, horizon=horizon)
    for span in (windows.spans.validation, windows.spans.test):
        origins = windows.scored_origins(span)
        targets = (origins[:, None] + np.arange(1, horizon + 1))[windows.scored(origins)]
        real = [row for row in range(span.start, span.stop) if row not in FILLED]
        assert sorted(set(targets.tolist())) == real
        if horizon == 1:
            assert targets.tolist() == real


def test_window_with_a_filled_bar_among_its_targets_is_scored_on_the_others_and_not_trained_on() -> None:
    windows = build(make_series(filled=FILLED), horizon=3)
    scored = {int(origin): windows.scored(np.array([origin]))[0].tolist() for origin in (197, 198, 199, 200)}
    assert scored == {
        197: [True, True, False],
        198: [True, False, False],
        199: [False, False, False],
        200: [False, False, True],
    }
    origins = windows.scored_origins(windows.spans.validation).tolist()
    assert [origin in origins for origin in scored] == [True, True, False, True]
    assert set(range(37, 41)) & set(windows.training_origins().tolist()) == set()
    assert {36, 41} <= set(windows.training_origins().tolist())


def times_ten(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    return 10.0 * numbers


def shuffled(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.random.default_rng(7).permutation(numbers)


def drawn_anew(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.random.default_rng(7).lognormal(3.0, 2.0, len(numbers))


def changed_from(series: Series, row: int, change: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Series:
    """The same series but for what lies in rows from `row` on: prices, covariates, and which bars are filled."""

    def changed(column: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.concatenate([column[:row], change(column[row:])])

    filled = np.concatenate([series.filled[:row], np.arange(len(series) - row) % 3 == 0])
    covariates = {name: changed(column) for name, column in series.covariates.items()}
    return replace(series, values=changed(series.values), filled=filled, covariates=covariates)


@pytest.mark.parametrize(("transform", "scale"), EVERY_WAY)
@pytest.mark.parametrize("change", [times_ten, shuffled, drawn_anew])
def test_training_never_sees_what_comes_after_it(transform: str, scale: str, change: Any) -> None:
    series = make_series(filled=(40, 41, 100))
    later = changed_from(series, 180, change)
    before, after = (build(each, transform=transform, scale=scale, horizon=3) for each in (series, later))
    assert not np.array_equal(before.columns, after.columns)
    assert np.array_equal(before.scaler.offset, after.scaler.offset)
    assert np.array_equal(before.scaler.factor, after.scaler.factor)
    origins = before.training_origins()
    assert np.array_equal(origins, after.training_origins())
    assert np.array_equal(before.inputs(origins), after.inputs(origins))
    assert np.array_equal(before.targets(origins), after.targets(origins))


@pytest.mark.parametrize(("transform", "scale"), EVERY_WAY)
@pytest.mark.parametrize("change", [times_ten, shuffled, drawn_anew])
def test_validation_never_sees_the_test_span(transform: str, scale: str, change: Any) -> None:
    series = make_series(filled=(200, 201))
    later = changed_from(series, 240, change)
    before, after = (build(each, transform=transform, scale=scale, horizon=3) for each in (series, later))
    origins = before.scored_origins(before.spans.validation)
    assert np.array_equal(origins, after.scored_origins(after.spans.validation))
    for read in (Windows.inputs, Windows.targets, Windows.actual, Windows.last_price, Windows.scored):
        assert np.array_equal(read(before, origins), read(after, origins))


def test_an_input_never_sees_its_own_target() -> None:
    series = make_series()
    origins = np.array([200])
    for transform in TRANSFORMS:
        before, after = (build(each, transform=transform) for each in (series, changed_from(series, 201, times_ten)))
        assert np.array_equal(before.inputs(origins), after.inputs(origins))
        assert not np.array_equal(before.targets(origins), after.targets(origins))


def test_later_data_change_nothing_in_spans_named_by_days() -> None:
    series = make_series(500)
    days = {
        "train": ["2020-01-01", "2020-06-30"],
        "validation": ["2020-07-01", "2020-08-31"],
        "test": ["2020-09-01", "2020-10-26"],
    }
    earlier = Series("example", series.timestamps[:300], series.values[:300], series.filled[:300])
    short, long = (build_windows(each, make_windows(**days), ()) for each in (earlier, series))
    assert short.spans == long.spans
    assert short.scaler == long.scaler
    origins = short.scored_origins(short.spans.test)
    assert np.array_equal(short.inputs(origins), long.inputs(origins))


@pytest.mark.parametrize(
    ("num_bars", "changes", "sentence"),
    [
        (300, {"lags": 180}, "180 lags .* windows.train=0.6 leaves none in the 300 bars of example: bring more data"),
        (300, {"horizon": 61}, r"61 steps of horizon, but windows.validation=0.2 leaves none"),
        (10, {"lags": 30}, "30 lags .* windows.train=0.6 leaves none in the 10 bars"),
        (
            20,
            {"lags": 5, "horizon": 2, "train": 0.8, "validation": 0.05, "test": 0.1},
            "windows.validation=0.05 leaves",
        ),
        (20, {"lags": 5, "horizon": 2, "train": 0.7, "validation": 0.2, "test": 0.05}, "windows.test=0.05 leaves none"),
    ],
)
def test_a_span_without_a_window_is_refused_by_name(num_bars: int, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        build(make_series(num_bars), **changes)


@pytest.mark.parametrize("lags", [2**63, 10**30])
def test_lags_beyond_any_series_are_refused_by_name(lags: int) -> None:
    with pytest.raises(UserError, match=f"{lags} lags .* windows.train=0.6 leaves none"):
        build(make_series(), lags=lags)


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_numbers_without_a_value_in_32_bits_are_refused_by_column(transform: str) -> None:
    series = make_series()
    series.values[250] = 1e300
    series.covariates["mood"][10] = -1e300
    if transform != "log_return":
        with pytest.raises(UserError, match=f"example must hold .* its price does not with .*={transform} and"):
            build(series, (), transform=transform)
    if transform in ("none", "difference"):
        series.values[250] = 100.0
        with pytest.raises(UserError, match="its mood does not with .*: correct its outliers, or choose others"):
            build(series, ("volume", "mood"), transform=transform)


def test_a_span_of_filled_bars_only_is_refused_by_name() -> None:
    with pytest.raises(UserError, match="windows.test=0.2 leaves none"):
        build(make_series(filled=range(240, 300)))
    with pytest.raises(UserError, match="windows.train=0.6 leaves none"):
        build(make_series(filled=range(1, 180)))


def test_fewest_rows_that_make_a_window_in_every_span_are_enough() -> None:
    windows = build(make_series(7), features=(), lags=2, transform="none", train=3 / 7, validation=2 / 7, test=2 / 7)
    assert windows.training_origins().tolist() == [1]
    assert windows.scored_origins(windows.spans.test).tolist() == [4, 5]


@pytest.mark.parametrize("num_streams", [1, 2, 7, 64, 1000])
def test_stream_length_is_that_of_the_longest_stream(num_streams: int) -> None:
    windows = build(make_series(filled=FILLED))
    origins = windows.training_origins()
    streams = np.array_split(np.arange(origins[0], origins[-1] + 1), num_streams)
    assert windows.stream_length(num_streams) == max(map(len, streams))


def test_stateful_model_reads_its_warmup_as_far_as_there_is_one() -> None:
    windows = build(make_series())
    assert windows.rows_to_read(np.array([200, 203]), warmup=4).tolist() == [197, 198, 199, 200, 201, 202, 203]
    assert windows.rows_to_read(np.array([3, 4]), warmup=100).tolist() == [1, 2, 3, 4]
    assert build(make_series(), transform="none").rows_to_read(np.array([3]), warmup=100).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("transform", ["log_return", "relative"])
def test_a_logarithm_or_a_ratio_of_a_value_at_zero_is_refused_by_its_place(transform: str) -> None:
    series = make_series()
    values = series.values.copy()
    values[7] = 0.0
    with pytest.raises(
        UserError, match=rf"above 0 with windows.transform={transform}, but is 0 at 2020-01-08T00:00:00 \(bar 7\)"
    ) as caught:
        build_windows(replace(series, values=values), make_windows(transform=transform), ())
    assert "difference" not in str(caught.value), "a single zero is a slip"


@pytest.mark.parametrize("transform", ["difference", "none"])
def test_windows_of_values_at_or_below_zero_are_those_of_the_same_values_moved_up(transform: str) -> None:
    series = make_series()
    windows, moved = (
        build_windows(replace(series, values=series.values - shift), make_windows(transform=transform), ())
        for shift in (100.0, 0.0)
    )
    assert (windows.is_signed, moved.is_signed) == (True, False)
    origins = windows.scored_origins(windows.spans.test)
    np.testing.assert_allclose(windows.inputs(origins), moved.inputs(origins), rtol=1e-4, atol=1e-5)
    outputs = windows.targets(origins)
    np.testing.assert_allclose(windows.to_prices(outputs, origins), windows.actual(origins), atol=1e-4)
