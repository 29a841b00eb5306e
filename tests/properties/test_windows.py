"""Windows of any series under any settings, against loops over rows."""

from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lstm_sweep.config import SCALES, TRANSFORMS, WindowsConfig
from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError
from lstm_sweep.windows.spans import Span
from lstm_sweep.windows.windows import Windows, build_windows
from tests.properties.attempt import attempt
from tests.windows.by_hand import ByHand

FRACTIONS = st.tuples(st.floats(0.2, 0.7), st.floats(0.05, 0.3), st.floats(0.05, 0.3)).filter(lambda f: sum(f) <= 1)
DAY = np.timedelta64(1, "D")
FIRST_DAY = np.datetime64("2020-01-01", "ns")


def make_series(num_bars: int, seed: int, num_filled: int, size: float) -> Series:
    """Prices around `size`, some of them filled, with the covariates 'a' (steps) and 'b' (constant)."""
    generator = np.random.default_rng(seed)
    values = size * np.exp(np.cumsum(generator.normal(0, 0.05, num_bars)))
    filled = np.isin(np.arange(num_bars), generator.integers(1, num_bars, num_filled))
    for row in np.flatnonzero(filled):
        values[row] = values[row - 1]
    covariates = {"a": generator.integers(-3, 3, num_bars) * size, "b": np.full(num_bars, 0.1)}
    return Series("drawn", FIRST_DAY + np.arange(num_bars) * DAY, values, filled, covariates)


SERIES = st.builds(
    make_series, st.integers(4, 60), st.integers(0, 99), st.integers(0, 12), st.sampled_from([1e-8, 1.0, 1e5])
)
SETTINGS = st.fixed_dictionaries(
    {
        "lags": st.integers(1, 12),
        "horizon": st.integers(1, 4),
        "transform": st.sampled_from(TRANSFORMS),
        "scale": st.sampled_from(SCALES),
    }
)
FEATURES = st.sampled_from([(), ("a",), ("b", "a")])


def by_days(series: Series, cuts: list[int]) -> list[list[str]]:
    days = [str(time)[:10] for time in series.timestamps]
    return [[days[first], days[last]] for first, last in zip(cuts[::2], cuts[1::2], strict=True)]


@st.composite
def drawn(draw: Any) -> tuple[Series, Windows]:
    """A series with its windows; spans are fractions, or days with holes between them."""
    series, features = draw(SERIES), draw(FEATURES)
    if draw(st.booleans()):
        spans = draw(FRACTIONS)
    else:
        row = st.integers(0, len(series) - 1)
        cuts = sorted(draw(st.lists(row, min_size=6, max_size=6)))
        assume(cuts[1] < cuts[2])
        assume(cuts[3] < cuts[4])
        spans = by_days(series, cuts)
    config = WindowsConfig(**draw(SETTINGS), **dict(zip(WindowsConfig.SPANS, spans, strict=True)))
    windows = attempt(lambda: build_windows(series, config, features), "drawn")
    assume(windows is not None)
    return series, cast(Windows, windows)


def usable(windows: Windows, span: Span) -> list[tuple[int, range]]:
    """Origins with a whole past, each with its targets, all of them in the span; a loop over rows."""
    first = 1 if windows.config.transform in ("difference", "log_return") else 0
    found = []
    for origin in range(len(windows.columns)):
        targets = range(origin + 1, origin + 1 + windows.config.horizon)
        if origin - windows.config.lags + 1 >= first and span.start <= targets[0] and targets[-1] < span.stop:
            found.append((origin, targets))
    return found


@given(drawn())
def test_spans_hold_the_windows_that_a_loop_counts(pair: tuple[Series, Windows]) -> None:
    series, windows = pair
    spans = windows.spans
    real = [not filled for filled in series.filled]
    training = [origin for origin, targets in usable(windows, spans.train) if all(real[row] for row in targets)]
    assert windows.training_origins().tolist() == training
    for span in (spans.train, spans.validation, spans.test):
        origins = windows.scored_origins(span)
        expected = [each for each in usable(windows, span) if any(real[row] for row in each[1])]
        assert origins.tolist() == [origin for origin, _ in expected]
        assert windows.actual(origins).tolist() == [[series.values[row] for row in rows] for _, rows in expected]
        assert windows.scored(origins).tolist() == [[real[row] for row in rows] for _, rows in expected]
        assert windows.last_price(origins).tolist() == [series.values[origin] for origin, _ in expected]


@given(drawn())
def test_no_training_window_reaches_beyond_its_span_and_no_target_is_in_two(pair: tuple[Series, Windows]) -> None:
    windows = pair[1]
    spans, steps = windows.spans, np.arange(1, windows.config.horizon + 1)
    training = windows.training_origins()
    assert training[-1] + windows.config.horizon < spans.train.stop <= spans.validation.start
    assert training[0] - windows.config.lags + 1 >= 0
    targets = [windows.scored_origins(span)[:, None] + steps for span in (spans.train, spans.validation, spans.test)]
    sets = [set(rows.ravel().tolist()) for rows in targets]
    assert sum(map(len, sets)) == len(set.union(*sets))


@given(drawn())
def test_prices_come_back_from_targets(pair: tuple[Series, Windows]) -> None:
    series, windows = pair
    for span in (windows.spans.train, windows.spans.validation, windows.spans.test):
        origins = windows.scored_origins(span)
        back = windows.to_prices(windows.targets(origins), origins)
        np.testing.assert_allclose(back, windows.actual(origins), rtol=1e-5, atol=1e-5 * series.values.max())


@given(drawn())
def test_every_step_is_what_a_loop_makes_of_it(pair: tuple[Series, Windows]) -> None:
    series, windows = pair
    features: tuple[str, ...] = {1: (), 2: ("a",), 3: ("b", "a")}[windows.num_features]
    by_hand = ByHand(series, windows.config, features, windows.spans.train.stop)
    origins = windows.scored_origins(windows.spans.test)[:3]
    for origin, inputs, targets in zip(
        origins.tolist(), windows.inputs(origins), windows.targets(origins), strict=True
    ):
        past, future = (np.array(part) for part in by_hand.window(origin))
        np.testing.assert_allclose(inputs, windows.scaler.scale(past), rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(targets, windows.scaler.scale(future)[:, 0], rtol=1e-5, atol=1e-5)
    if windows.spans.train.start == 0:
        scaler = by_hand.scaler()
        scaled = scaler.transform(np.array(by_hand.window(int(origins[0]))[0]))
        moving = windows.scaler.factor != 1.0  # scikit-learn puts what is constant elsewhere
        np.testing.assert_allclose(windows.inputs(origins[:1])[0][:, moving], scaled[:, moving], rtol=1e-4, atol=1e-4)


@given(drawn(), st.integers(0, 99), st.floats(1e-3, 1e3))
def test_nothing_after_training_changes_what_training_reads(
    pair: tuple[Series, Windows], seed: int, factor: float
) -> None:
    series, before = pair
    stop = before.spans.train.stop
    other = make_series(len(series), seed, 5, factor)

    def later(own: Any, others: Any) -> Any:
        return np.concatenate([own[:stop], others[stop:]])

    changed = replace(
        series,
        values=later(series.values, other.values),
        filled=later(series.filled, other.filled),
        covariates={name: later(series.covariates[name], other.covariates[name]) for name in ("a", "b")},
    )
    features = {1: (), 2: ("a",), 3: ("b", "a")}[before.num_features]
    after = attempt(lambda: build_windows(changed, before.config, features))
    assume(after is not None)  # every bar of a later span may be filled now
    after = cast(Windows, after)
    assert before.scaler.offset.tobytes() == after.scaler.offset.tobytes()
    assert before.scaler.factor.tobytes() == after.scaler.factor.tobytes()
    origins = before.training_origins()
    assert origins.tolist() == after.training_origins().tolist()
    assert before.inputs(origins).tobytes() == after.inputs(origins).tobytes()
    assert before.targets(origins).tobytes() == after.targets(origins).tobytes()


EXTREMES = (5e-324, 1e-300, 1e-30, 1.0, 1.5, 1e30, 1e39, 1e300, 1.7e308)


@given(
    st.lists(st.tuples(st.sampled_from(EXTREMES), st.sampled_from([0.0, *EXTREMES, -1e300])), min_size=12, max_size=16),
    SETTINGS,
)
def test_extreme_numbers_give_finite_windows_or_one_sentence(
    rows: list[tuple[float, float]], settings: dict[str, Any]
) -> None:
    values, covariate = (np.array(column) for column in zip(*rows, strict=True))
    times = FIRST_DAY + np.arange(len(rows)) * DAY
    series = Series("extreme", times, values, np.zeros(len(rows), bool), {"a": covariate})
    config = WindowsConfig(**settings | {"lags": 1, "horizon": 1}, train=0.5, validation=0.25, test=0.25)
    windows = attempt(lambda: build_windows(series, config, ("a",)), "extreme must hold numbers that fit into 32 bits")
    if windows is None:
        return
    for span in (windows.spans.train, windows.spans.validation, windows.spans.test):
        origins = windows.scored_origins(span)
        assert np.isfinite(windows.inputs(origins)).all()
        assert np.isfinite(windows.targets(origins)).all()


@pytest.mark.parametrize("lags", [10**6, 2**63, 10**30])
def test_more_lags_than_bars_end_in_one_sentence(lags: int) -> None:
    with pytest.raises(UserError, match="every span needs at least one window"):
        build_windows(make_series(50, 0, 0, 1.0), WindowsConfig(lags, 1, "none", "none", 0.6, 0.2, 0.2), ())


TIMES = st.sampled_from(
    [
        "2020-01-01",
        "2020-01-20",
        "2020-02-01T00",
        "2020-02-10",
        "9999-12-31",
        "0001-01-01",
        "9999-01-01T00",
        "now",
        "NaT",
    ]
) | st.text("0123456789-T: ", max_size=12)
SPANS = st.lists(TIMES | st.integers() | st.none(), max_size=3) | st.floats() | st.integers() | st.text(max_size=3)


@given(
    st.lists(SPANS, min_size=3, max_size=3) | st.lists(st.lists(TIMES, min_size=2, max_size=2), min_size=3, max_size=3)
)
@example([["now", "now"], ["2020-01-20", "2020-01-21"], ["2020-02-01", "2020-02-10"]])
@example([["2020-01-01", "NaT"], ["2020-01-20", "2020-01-21"], ["2020-02-01", "2020-02-10"]])
@example([["2020-01-01", "2020-01-09"], ["2020-01-20", "2020-01-21"], ["2020-02-01", "9999-01-01T00"]])
@example([["2020-01-01", "2020-01-09"], ["2020-01-20", "2020-01-21"], ["2020-02-01T00", "9999-12-31"]])
def test_any_spans_are_spans_of_the_series_or_refused(spans: list[Any]) -> None:
    config = attempt(lambda: WindowsConfig(2, 1, "none", "none", *spans))
    if config is None:
        return
    assert not any(word in str(spans) for word in ("now", "NaT"))
    windows = attempt(lambda: build_windows(make_series(60, 0, 0, 1.0), config, ()))
    assert windows is None or 0 <= windows.spans.train.start < windows.spans.test.stop <= 60
