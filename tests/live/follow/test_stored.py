"""A stored series that is replayed."""

import math
import threading
import time
from itertools import pairwise

import numpy as np
import pytest

from lstm_sweep.data.series import Series
from lstm_sweep.live.follow.source import Source
from lstm_sweep.live.follow.stored import StoredSource

LENGTH = 12


class HandClock:
    """A clock that is set by hand."""

    def __init__(self, now: float = 1_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def series() -> Series:
    days = np.datetime64("2024-01-01", "ns") + np.arange(LENGTH) * np.timedelta64(1, "D")
    prices = np.arange(1.0, LENGTH + 1)
    return Series(
        "days", days, prices, np.arange(LENGTH) % 5 == 4, {"volume": prices * 2}, notes=("bars: 1D apart, .. (12)",)
    )


def test_bars_before_the_first_are_there_at_once_and_each_further_one_comes_by_the_clock(series: Series) -> None:
    clock = HandClock()
    source: Source = StoredSource(series, 5, 10.0, clock)
    source.wait(0.0)
    for tenths in range(0, 900):
        clock.now = 1_000.0 + tenths / 10
        found = source.look()
        expected = min(5 + tenths // 100, LENGTH)  # bar 5 is closed after 10 s, bar 6 after 20 s
        assert len(found.series) == expected
        assert found.next_close == (1_000 + 10 * (expected - 4) if expected < LENGTH else math.inf)
        assert source.ended == (expected == LENGTH)


def test_what_is_shown_is_the_start_of_the_series_and_nothing_of_its_end(series: Series) -> None:
    found = StoredSource(series, 7, 10.0).look().series
    assert found.timestamps.tolist() == series.timestamps[:7].tolist()
    assert found.values.tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert found.filled.tolist() == [False, False, False, False, True, False, False]
    assert found.covariates["volume"].tolist() == [2, 4, 6, 8, 10, 12, 14]
    assert found.notes == ()


def test_at_no_speed_every_look_after_a_wait_shows_one_more(series: Series) -> None:
    source = StoredSource(series, 3, 0.0)
    assert [len(source.look().series) for _ in range(3)] == [3, 3, 3]
    lengths = []
    while not source.ended:
        assert source.wait(60.0)
        assert source.wait(60.0)  # a second wait without a look brings no second bar
        lengths.append(len(source.look().series))
    assert lengths == list(range(4, LENGTH + 1))
    assert not source.wait(60.0)
    assert len(source.look().series) == LENGTH


def test_a_clock_that_is_set_back_takes_no_bar_away(series: Series) -> None:
    clock = HandClock()
    source = StoredSource(series, 0, 1.0, clock)
    source.wait(0.0)
    clock.now += 4
    assert len(source.look().series) == 4
    clock.now -= 100
    assert len(source.look().series) == 4


def test_waiting_ends_when_the_next_bar_comes_and_not_before(series: Series) -> None:
    begun = time.time()
    source = StoredSource(series, 9, 0.1)
    came: list[float] = []
    while not source.ended:
        assert source.wait(60.0)
        assert len(source.look().series) == 10 + len(came)
        came.append(time.time() - begun)
    assert all(at >= 0.1 * number for number, at in enumerate(came, 1))
    assert came[-1] < 5
    assert all(one < other for one, other in pairwise(came))


def test_waiting_ends_after_the_time_that_was_given(series: Series) -> None:
    source = StoredSource(series, 3, 3600.0)
    begun = time.monotonic()
    assert not source.wait(0.05)
    assert 0.05 <= time.monotonic() - begun < 5


def test_close_wakes_whoever_waits_at_once(series: Series) -> None:
    source = StoredSource(series, 3, 3600.0)
    answers: list[bool] = []
    waiting = threading.Thread(target=lambda: answers.append(source.wait(600.0)))
    waiting.start()
    source.close()
    waiting.join(timeout=10)
    assert answers == [False]
    assert not source.wait(600.0)


@pytest.mark.parametrize("first", [-1, LENGTH + 1])
def test_a_first_row_that_the_series_does_not_have_is_refused(series: Series, first: int) -> None:
    with pytest.raises(ValueError, match=f"first must be a row from 0 to {LENGTH}, but is {first}"):
        StoredSource(series, first, 1.0)
