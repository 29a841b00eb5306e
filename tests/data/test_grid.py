"""Which times without a bar are gaps, and what stands in them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.data.bars import Bars
from lstm_sweep.data.gaps import check_made_up
from lstm_sweep.data.grid import fill_forward, insert_gaps
from lstm_sweep.data.resample import resample
from lstm_sweep.data.series import Series
from lstm_sweep.data.spacing import spacing
from lstm_sweep.errors import UserError


def make_bars(times: pd.DatetimeIndex, step: pd.Timedelta | None = None, **columns: list[float]) -> Bars:
    table = pd.DataFrame({"close": np.arange(1.0, len(times) + 1), **columns}, index=times.as_unit("ns"))
    return Bars("bars", table, price="close", step=step)


def grid(start: str, periods: int, every: str) -> pd.DatetimeIndex:
    return pd.date_range(start, periods=periods, freq=every)


def complete(bars: Bars, *features: str) -> Series:
    return fill_forward(insert_gaps(bars), features)


def test_missing_bars_of_a_regular_grid_are_inserted_by_a_loop_too() -> None:
    present = np.random.default_rng(0).random(500) < 0.8
    present[[0, -1]] = True
    times = grid("2024-01-01", 500, "1min")
    series = complete(make_bars(times[present]))
    price, expected = 0.0, []
    for there in present:
        price += there
        expected.append(price)
    assert series.values.tolist() == expected
    assert series.filled.tolist() == (~present).tolist()
    assert np.array_equal(series.timestamps, times.to_numpy(dtype="datetime64[ns]"))


CLOSED = {
    "trading days": pd.bdate_range("2024-01-01", periods=300),
    "hours of an exchange, five days a week": pd.DatetimeIndex(
        [time for time in grid("2024-01-01", 24 * 60, "1h") if time.day_of_week < 5 and 9 <= time.hour < 17]
    ),
    "three days of minutes with nights between": pd.DatetimeIndex(
        [time for time in grid("2024-01-01", 3 * 1440, "1min") if 9 <= time.hour < 17]
    ),
    "months": grid("2020-01-01", 40, "MS"),
    "a grid that shifts": pd.DatetimeIndex(np.datetime64("2024-01-01T00") + np.array([0, 2, 4, 6, 7, 9, 11])),
    "trades at any time": pd.DatetimeIndex(["2024-01-01 00:00:00", "2024-01-01 00:00:07", "2024-01-01 00:00:11"]),
}


@pytest.mark.parametrize("times", CLOSED.values(), ids=CLOSED)
def test_times_at_which_a_market_is_closed_are_no_gaps(times: pd.DatetimeIndex) -> None:
    series = complete(make_bars(times))
    assert len(series) == len(times)
    assert not series.filled.any()
    assert "the times between were not filled" in series.notes[0]


def test_a_week_around_the_clock_with_gaps_is_filled_and_so_are_weekly_bars() -> None:
    hours = grid("2024-01-01", 24 * 7, "1h").delete([5, 6, 7, 100])
    assert complete(make_bars(hours)).filled.sum() == 4
    weeks = grid("2024-01-01", 50, "7D").delete([10])  # Mondays: a bar longer than a day knows no weekend
    assert complete(make_bars(weeks)).filled.sum() == 1


def test_a_known_length_of_bars_wins_over_the_most_common_distance() -> None:
    every_other = grid("2024-01-01", 10, "2D")
    assert len(complete(make_bars(every_other))) == 10
    series = complete(make_bars(every_other, step=pd.Timedelta(days=1)))
    assert len(series) == 19
    assert series.filled.sum() == 9


def test_one_bar_is_a_series() -> None:
    times = grid("2024-01-01", 1, "1D")
    assert len(complete(make_bars(times))) == 1
    assert spacing(make_bars(times, step=pd.Timedelta(hours=1))).step == pd.Timedelta(hours=1)


def test_in_an_empty_bar_flows_are_zero_and_edges_are_the_price() -> None:
    times = grid("2024-01-01", 4, "1D").delete([2])
    bars = make_bars(times, Open=[5, 6, 7], high=[8, 9, 10], Volume_USD=[1, 2, 3], rate=[0.1, 0.2, 0.3])
    series = complete(bars, "Open", "high", "Volume_USD", "rate")
    assert series.values.tolist() == [1, 2, 2, 3]
    assert {name: column.tolist() for name, column in series.covariates.items()} == {
        "Open": [5, 6, 2, 7],
        "high": [8, 9, 2, 10],
        "Volume_USD": [1, 2, 0, 3],
        "rate": [0.1, 0.2, 0.2, 0.3],
    }


def test_holes_of_a_covariate_are_filled_and_said_but_the_bar_is_scored() -> None:
    bars = make_bars(grid("2024-01-01", 4, "1D"), rate=[0.1, np.nan, 0.3, np.nan])
    series = complete(bars, "rate")
    assert series.covariates["rate"].tolist() == [0.1, 0.1, 0.3, 0.3]
    assert not series.filled.any()
    assert series.notes == ("2 of 4 values of 'rate' were empty: filled",)


def test_what_comes_before_all_is_known_is_left_out() -> None:
    bars = make_bars(grid("2024-01-01", 5, "1D"), close=[np.nan, 2, 3, np.nan, 5], rate=[1, np.nan, 3, 4, 5])
    without = complete(bars)
    assert without.values.tolist() == [2, 3, 3, 5]
    assert without.notes == (
        "1 of 5 bars were left out: at the start, the price or a feature is not known",
        "1 of 4 bars were empty: filled forward, never scored (1 with a row but no price, 2024-01-04)",
    )
    late = make_bars(grid("2024-01-01", 5, "1D"), rate=[np.nan, np.nan, 3, 4, 5])
    assert complete(late, "rate").values.tolist() == [3, 4, 5]


def test_a_feature_without_any_number_is_refused() -> None:
    bars = make_bars(grid("2024-01-01", 3, "1D"), rate=[np.nan] * 3)
    with pytest.raises(UserError, match="bars holds no number in its column 'rate': choose another"):
        complete(bars, "rate")


def with_row(times: pd.DatetimeIndex, *odd: str) -> pd.DatetimeIndex:
    return times.append(pd.DatetimeIndex(odd)).sort_values()


@pytest.mark.parametrize("odd", ["2024-03-10 08:37:12", "2024-01-17 12:00", "2023-12-31 23:59:59"])
def test_one_row_beside_a_grid_is_left_out_and_said_and_gaps_are_filled(odd: str) -> None:
    days = grid("2024-01-01", 70, "1D").delete([5, 6, 30])
    series = complete(make_bars(with_row(days, odd)))
    assert np.array_equal(series.timestamps, grid("2024-01-01", 70, "1D").to_numpy(dtype="datetime64[ns]"))
    assert series.notes == (
        f"the row of {pd.Timestamp(odd)} was left out: all others lie on a grid of 1D",
        "3 of 70 bars were empty: filled forward, never scored (3 without a row, 2024-01-06, 2024-01-07, 2024-01-31)",
    )


def test_one_row_in_a_hundred_may_lie_beside_a_grid_and_no_more() -> None:
    hours = grid("2024-01-01", 499, "1h")
    odd = [f"2024-01-{day:02d} 10:17" for day in range(2, 9)]
    few = complete(make_bars(with_row(hours, *odd[:5])))
    assert len(few) == 499
    assert few.notes == ("5 rows, first 2024-01-02 10:17:00, were left out: all others lie on a grid of 1h",)
    assert len(complete(make_bars(with_row(hours, *odd)))) == 506


def test_a_row_beside_the_grid_does_not_hide_that_a_market_keeps_hours() -> None:
    days = pd.bdate_range("2024-01-01", periods=300)
    for odd in ("2024-06-15 09:30", "2025-02-21 15:42"):  # a Saturday; after the last bar
        series = complete(make_bars(with_row(days, odd)))
        assert np.array_equal(series.timestamps, days.to_numpy(dtype="datetime64[ns]"))
        assert f"the row of {odd}:00 was left out" in series.notes[0]
    short_day = with_row(days, "2024-07-03 13:00")
    assert len(complete(make_bars(short_day))) == 301


def test_trading_days_stamped_at_their_end_have_no_gaps_at_weekends() -> None:
    ends = pd.bdate_range("2024-01-01", periods=300) + pd.Timedelta(days=1)
    assert len(complete(make_bars(ends))) > 300
    assert len(complete(replace(make_bars(ends), stamp="end"))) == 300


def test_more_bars_made_up_than_may_be_are_refused_with_ways_out_that_work() -> None:
    present = np.tile([True] * 12 + [False] * 8, 20)
    present[[3, -1]] = False, True
    bars = make_bars(grid("2024-01-01", 400, "5min")[present])
    with pytest.raises(UserError) as caught:
        check_made_up(insert_gaps(bars), 0.25)
    assert str(caught.value) == (
        "bars must have a row for at least 75% of its bars, but 40.0% of those 5min apart have none "
        "(first 1 bar, 2024-01-01 00:15:00; longest 8 bars, from 2024-01-01 01:00:00 on): correct the times, or set "
        "data.every=30min, of whose bars 19.7% are empty, or data.max_filled=0.4 to make them up."
    )
    check_made_up(insert_gaps(bars), 0.4)
    longer = fill_forward(resample(bars, "30min"), [])
    assert longer.filled.mean() <= 0.25


def test_rows_without_a_price_are_not_made_up_and_are_told_from_missing_ones() -> None:
    prices = [1, *[np.nan] * 8, 10]
    bars = insert_gaps(make_bars(grid("2024-01-01", 11, "1D").delete([4]), close=prices))
    check_made_up(bars, 0.1)
    assert fill_forward(bars, []).notes == (
        "9 of 11 bars were empty: filled forward, never scored "
        "(1 without a row, 2024-01-05; 8 with a row but no price, first 2024-01-02)",
    )


def test_shared_daily_bars_with_a_row_as_of_now(shared_data: Path) -> None:
    rows = pd.read_csv(shared_data / "reports2" / "d05.csv")
    times = pd.DatetimeIndex(pd.to_datetime(rows["snapped_at"], utc=True)).tz_localize(None).as_unit("ns")
    bars = Bars("d05.csv", rows[["price"]].set_axis(times), price="price")
    for made in (insert_gaps(bars), resample(bars, "1D")):
        series = fill_forward(made, [])
        assert len(series) == 260
        days = pd.DatetimeIndex(series.timestamps[series.filled])
        assert days.strftime("%m-%d").tolist() == ["02-12", "02-13", "05-03"]
        assert "2021-09-19 08:37:12" in series.notes[0]
