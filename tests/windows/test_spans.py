"""Spans: what they hold, and that none of them overlaps, is empty or lies outside of the data."""

from typing import Any

import numpy as np
import pytest

from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError
from lstm_sweep.windows.spans import Span, split
from tests.examples import make_series, make_windows


def spans_of(series: Series, train: Any, validation: Any, test: Any) -> list[Span]:
    spans = split(series, make_windows(train=train, validation=validation, test=test))
    return [spans.train, spans.validation, spans.test]


def hours(count: int) -> Series:
    """Bars of one hour from 2020-01-01."""
    times = np.datetime64("2020-01-01", "ns") + np.arange(count) * np.timedelta64(1, "h")
    return Series("hours", times, np.ones(count), np.zeros(count, bool))


def test_fractions_cut_the_rows_in_their_order() -> None:
    assert spans_of(make_series(200), 0.7, 0.15, 0.15) == [Span(0, 140), Span(140, 170), Span(170, 200)]
    assert spans_of(make_series(200), 0.5, 0.2, 0.1) == [Span(0, 100), Span(100, 140), Span(140, 160)]


@pytest.mark.parametrize("fractions", [(0.7, 0.15, 0.15), (0.1, 0.2, 0.7), (0.6, 0.3, 0.1)])
@pytest.mark.parametrize("num_bars", [20, 33, 90, 300, 301, 999])
def test_fractions_that_add_up_to_one_leave_no_row_out(fractions: tuple[float, ...], num_bars: int) -> None:
    train, validation, test = spans_of(make_series(num_bars), *fractions)
    assert (train.start, train.stop, validation.stop, test.stop) == (0, validation.start, test.start, num_bars)
    for span, fraction in zip((train, validation, test), fractions, strict=True):
        assert abs(span.stop - span.start - fraction * num_bars) <= 1


def test_days_hold_their_first_and_their_last_bar() -> None:
    series = hours(24 * 10)
    days = ["2020-01-01", "2020-01-04"], ["2020-01-05", "2020-01-05"], ["2020-01-07", "2020-01-08"]
    for span, (first, last) in zip(spans_of(series, *map(list, days)), days, strict=True):
        inside = [str(time)[:10] for time in series.timestamps[span.start : span.stop]]
        outside = [str(series.timestamps[row])[:10] for row in (span.start - 1, span.stop) if row >= 0]
        assert set(inside) == set(map(str, np.arange(first, np.datetime64(last) + 1, dtype="datetime64[D]")))
        assert len(inside) == 24 * len(set(inside))
        assert not set(outside) & set(inside)


def test_days_may_reach_beyond_the_data_and_may_be_written_in_any_iso_way() -> None:
    plain = spans_of(
        make_series(300), ["2020-01-01", "2020-06-30"], ["2020-07-01", "2020-07-31"], ["2020-08-01", "2020-10-26"]
    )
    assert plain == [Span(0, 182), Span(182, 213), Span(213, 300)]
    terse = spans_of(
        make_series(300), ["1066-10-14", "20200630"], ["2020-W27-3", "20200731"], ["20200801", "9999-12-31"]
    )
    assert terse == plain


@pytest.mark.parametrize(
    ("train", "validation", "test", "sentence"),
    [
        (0.98, 0.01, 0.01, r"windows.validation must hold bars of example, but 0.01 holds none of its 50 \(2020-01-01"),
        (
            ["2020-01-01", "2020-01-20"],
            ["2020-01-21", "2020-01-31"],
            ["2021-01-01", "2021-12-31"],
            r"windows.test must hold bars of example, but \['2021-01-01', '2021-12-31'\] holds none",
        ),
        (
            ["1999-01-01", "1999-12-31"],
            ["2020-01-21", "2020-01-31"],
            ["2020-02-01", "2020-02-10"],
            r"windows.train must hold bars of example, but \['1999-01-01', '1999-12-31'\] holds none",
        ),
        (
            ["2020-01-01", "2020-01-20"],
            ["2020-01-20", "2020-01-31"],
            ["2020-02-01", "2020-02-10"],
            r"windows.validation must start after windows.train ends, but \['2020-01-20', '2020-01-31'\] does not",
        ),
        (
            ["2020-01-01", "2020-01-20"],
            ["2020-02-01", "2020-02-10"],
            ["2020-01-21", "2020-01-31"],
            r"windows.test must start after windows.validation ends, but \['2020-01-21', '2020-01-31'\] does not",
        ),
    ],
)
def test_spans_that_are_empty_outside_or_overlapping_are_refused_by_name(
    train: Any, validation: Any, test: Any, sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        spans_of(make_series(50), train, validation, test)


@pytest.mark.parametrize("fractions", [(0.8, 0.2, 0.2), (0.5, 0.5, 0.0), (0.7, 0.15, ["2020-01-01", "2020-01-02"])])
def test_settings_that_cannot_be_spans_are_refused_before_there_are_data(fractions: tuple[Any, ...]) -> None:
    with pytest.raises(UserError, match=r"windows\.(train|validation|test)"):
        make_windows(**dict(zip(("train", "validation", "test"), fractions, strict=True)))


@pytest.mark.parametrize(
    ("spans", "test"),
    [
        ((0.7, 0.2), 0.1),
        ((0.5, 0.2), 0.3),
        ((["2020-01-01", "2020-05-01"], ["2020-05-02", "2020-06-01"]), ["2020-06-02"] * 2),
    ],
)
def test_a_test_span_that_nobody_asks_for_is_empty_and_lies_where_validation_ends(
    spans: tuple[Any, Any], test: Any
) -> None:
    train, validation, nothing = spans_of(make_series(200), *spans, None)
    assert [train, validation] == spans_of(make_series(200), *spans, test)[:2]
    assert nothing == Span(validation.stop, validation.stop)
