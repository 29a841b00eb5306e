"""Times of the next bars, against pandas' calendars."""

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.live.coming_bars import coming_bars


def test_bars_on_a_grid_go_on_on_it() -> None:
    index = pd.date_range("2024-01-01", periods=50, freq="4h")
    coming = coming_bars(index.to_numpy(), 3)
    assert list(coming.times) == list(pd.date_range(index[-1], periods=4, freq="4h")[1:].to_numpy())
    assert coming.note == "bars are 4h apart"


@pytest.mark.parametrize("last", ["2024-03-27", "2024-03-28", "2024-03-29"])
def test_days_of_a_market_skip_weekends(last: str) -> None:
    index = pd.bdate_range("2023-01-02", last).drop(pd.Timestamp("2024-02-19"))  # a holiday
    coming = coming_bars(index.to_numpy(), 12)
    assert list(coming.times) == list(pd.bdate_range(index[-1], periods=13)[1:].to_numpy())
    assert "holidays are not known" in coming.note


def test_hours_of_a_market_end_in_the_evening_and_begin_in_the_morning() -> None:
    days = pd.bdate_range("2024-01-02", "2024-03-28")
    index = pd.DatetimeIndex([day + pd.Timedelta(hours=hour) for day in days for hour in range(9, 17)])
    times = pd.DatetimeIndex(coming_bars(index.to_numpy(), 10).times)
    expected = [
        day + pd.Timedelta(hours=hour) for day in pd.bdate_range("2024-03-29", periods=2) for hour in range(9, 17)
    ]
    assert list(times) == expected[:10]


@pytest.mark.parametrize("frequency", ["MS", "ME", "QS", "YS"])
def test_months_follow_the_calendar(frequency: str) -> None:
    index = pd.date_range("2000-01-31", periods=40, freq=frequency)
    times = coming_bars(index[:30].to_numpy(), 10).times
    assert list(times) == list(index[30:].to_numpy())


@pytest.mark.parametrize("frequency", ["BME", "BMS"])
def test_business_months_end_and_begin_on_business_days(frequency: str) -> None:
    index = pd.date_range("2019-01-31", periods=40, freq=frequency)
    coming = coming_bars(index[:30].to_numpy(), 10)
    assert list(coming.times) == list(index[30:].to_numpy())


@pytest.mark.parametrize("last", ["2024-03-12", "2024-03-15", "2024-03-28", "2024-11-08", "2024-11-29"])
@pytest.mark.parametrize("zone", ["America/New_York", None])
def test_a_market_opens_at_its_own_clock_after_a_change_of_it(last: str, zone: str | None) -> None:
    """The clock changed on 10 March and on 3 November."""
    days = pd.bdate_range("2024-01-02", "2024-12-06")
    clock = [day + pd.Timedelta(hours=hour, minutes=30) for day in days for hour in range(9, 16)]
    local = pd.DatetimeIndex(clock).tz_localize("America/New_York")
    index = local.tz_convert("UTC").tz_localize(None).as_unit("ns")
    now = int(np.flatnonzero(local < pd.Timestamp(last, tz="America/New_York") + pd.Timedelta(days=1))[-1])
    coming = coming_bars(index[: now + 1].to_numpy(), 14, zone)
    expected = list(index[now + 1 : now + 15].to_numpy())
    if zone or last in ("2024-03-28", "2024-11-29"):  # without a zone a week must have gone by
        assert list(coming.times) == expected
    assert ("changes of the clock" in coming.note) == (zone is None)


def test_a_week_with_a_holiday_is_not_taken_for_the_rule() -> None:
    index = pd.bdate_range("2024-01-02", "2024-04-01").drop([pd.Timestamp("2024-03-29")])
    assert list(coming_bars(index.to_numpy(), 6).times) == list(pd.bdate_range("2024-04-02", periods=6).to_numpy())


def test_a_market_that_was_away_for_long_goes_on_bar_by_bar() -> None:
    seen = pd.date_range("2026-11-28 22:10:00", periods=20, freq="10s")
    index = pd.date_range("2023-11-15", periods=500, freq="10s").append(seen)
    coming = coming_bars(index.to_numpy(), 3)
    assert list(coming.times) == list(pd.date_range(seen[-1], periods=4, freq="10s")[1:].to_numpy())
    assert coming.note == "bars are mostly 10s apart, and so are these"


def test_two_bars_are_enough_and_what_has_no_rhythm_is_said_to_be_about() -> None:
    assert coming_bars(np.array(["2024-01-01", "2024-01-04"], "datetime64[ns]"), 1).times[0] == np.datetime64(
        "2024-01-07"
    )
    rng = np.random.default_rng(0)
    odd = np.datetime64("2024-01-01", "ns") + np.cumsum(rng.integers(1, 10**6, 100)).astype("timedelta64[s]")
    coming = coming_bars(odd, 2)
    assert (np.diff(coming.times) > np.timedelta64(0)).all()
    assert "mostly" in coming.note
