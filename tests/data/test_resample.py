"""Longer bars against a loop over the shorter ones."""

import math
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.data.bars import Bars, bar_length, spell
from lstm_sweep.data.grid import fill_forward, insert_gaps
from lstm_sweep.data.resample import resample
from lstm_sweep.errors import UserError


def make_bars(times: pd.DatetimeIndex, seed: int = 0) -> Bars:
    """Random bars, a third of them empty."""
    generator = np.random.default_rng(seed)
    names = ["open", "High", "low", "close", "quote_volume", "rate"]
    table = pd.DataFrame(generator.uniform(1, 2, (len(times), len(names))), times.as_unit("ns"), names)
    table.loc[generator.random(len(times)) < 1 / 3] = np.nan
    return Bars("bars", table, price="close")


def by_hand(bars: Bars, minutes: int) -> dict[pd.Timestamp, dict[str, float]]:
    """Every longer bar that has shorter ones, by a loop over them; nan where all are empty."""
    midnight = bars.table.index[0].normalize()
    groups: dict[pd.Timestamp, list[dict[str, float]]] = defaultdict(list)
    for time, row in bars.table.iterrows():
        start = midnight + (time - midnight) // pd.Timedelta(minutes=minutes) * pd.Timedelta(minutes=minutes)
        groups[start] += [] if math.isnan(row["close"]) else [row.to_dict()]
    longer = {}
    for start, rows in groups.items():
        longer[start] = {
            "open": rows[0]["open"] if rows else math.nan,
            "High": max((row["High"] for row in rows), default=math.nan),
            "low": min((row["low"] for row in rows), default=math.nan),
            "close": rows[-1]["close"] if rows else math.nan,
            "quote_volume": sum(row["quote_volume"] for row in rows),
            "rate": rows[-1]["rate"] if rows else math.nan,
        }
    return longer


@pytest.mark.parametrize("minutes", [2, 15, 60, 240, 1440, 2880])
def test_longer_bars_agree_with_a_loop(minutes: int) -> None:
    bars = make_bars(pd.date_range("2024-01-01 00:07", "2024-01-08 23:59", freq="1min"))
    longer = resample(bars, f"{minutes}min").table
    expected = pd.DataFrame.from_dict(by_hand(bars, minutes), orient="index")
    pd.testing.assert_frame_equal(longer, expected[longer.columns], check_freq=False, check_index_type=False)


def test_the_price_is_the_last_whatever_its_column_is_called() -> None:
    bars = make_bars(pd.date_range("2024-01-01", periods=4, freq="1min")).table
    opened = Bars("bars", bars.assign(open=[1.0, 2.0, 3.0, 4.0]), price="open")
    assert resample(opened, "2min").table["open"].tolist() == [2, 4]


def test_gaps_of_the_shorter_bars_become_empty_longer_ones() -> None:
    times = pd.date_range("2024-01-01", periods=600, freq="1min")
    bars = make_bars(times.delete(range(200, 320)))
    longer = fill_forward(resample(bars, "60min"), ["quote_volume"])
    assert len(longer) == 10
    assert longer.filled.tolist() == [False] * 4 + [True] + [False] * 5
    assert longer.covariates["quote_volume"][4] == 0
    assert longer.values[4] == longer.values[3]


def test_a_last_bar_that_ends_after_the_data_is_left_out_and_said() -> None:
    bars = make_bars(pd.date_range("2024-01-01", periods=59, freq="1min"))
    longer = resample(bars, "20min")
    assert longer.table.index.tolist() == [pd.Timestamp("2024-01-01 00:00"), pd.Timestamp("2024-01-01 00:20")]
    assert longer.notes == ("the last bar was left out: the data end before it does",)
    whole = resample(make_bars(pd.date_range("2024-01-01", periods=60, freq="1min")), "20min")
    assert len(whole.table) == 3
    assert whole.notes == ()


def test_closed_markets_have_no_longer_bars_either() -> None:
    times = pd.DatetimeIndex(
        [time for time in pd.date_range("2024-01-01", periods=24 * 30, freq="1h") if time.day_of_week < 5]
    )
    longer = resample(make_bars(times), "1D")
    assert (longer.table.index.day_of_week < 5).all()
    assert len(longer.table) == 22


@pytest.mark.parametrize("every", ["1h", "90min", "5h", "1min"])
def test_lengths_that_the_bars_do_not_fit_are_refused(every: str) -> None:
    bars = make_bars(pd.date_range("2024-01-01", periods=50, freq="2h"))
    with pytest.raises(UserError, match=f"multiple of the bars of bars, which are 2h long, but is '{every}': set a"):
        resample(bars, every)


def test_a_length_beyond_the_data_is_refused() -> None:
    with pytest.raises(UserError, match="data.every=7D is longer than all bars holds: set a shorter one"):
        resample(make_bars(pd.date_range("2024-01-01", periods=6, freq="1D")), "7D")


def test_lengths_are_those_of_pandas() -> None:
    for text in ("10min", "1D", "7D", "4h", "30s", "1W"):
        assert bar_length("data.every", text) == pd.Timedelta(text)
        assert bar_length("data.every", spell(pd.Timedelta(text))) == pd.Timedelta(text)
    assert bar_length("data.every", "D") == pd.Timedelta(days=1)
    assert bar_length("data.timeframe", "1m") == pd.Timedelta(minutes=1)


@pytest.mark.parametrize("text", ["", "ten", "0D", "-1D", "1M", "1.5h", "1x", "10", "MS", "999999999D"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="data.every must be a length such as 10min, 4h, 1D or 7D, but is"):
        bar_length("data.every", text)


def test_bars_decades_apart_make_no_bars_between_them() -> None:
    times = pd.DatetimeIndex(
        ["2001-09-09 01:46:40", "2001-09-09 01:46:41", "2033-05-18 03:33:20"], dtype="datetime64[ns]"
    )
    longer = resample(Bars("bars", pd.DataFrame({"close": [1.0, 2.0, 3.0]}, times), price="close"), "1s")
    assert longer.table.index.equals(times)
    assert longer.table["close"].tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("every", ["3min", "15min", "2h", "8h", "1D"])
def test_bars_stamped_at_their_end_agree_with_pandas(every: str) -> None:
    bars = replace(make_bars(pd.date_range("2024-01-01 00:07", "2024-01-05 13:00", freq="1min")), stamp="end")
    longer = resample(bars, every).table
    expected = bars.table["close"].resample(every, closed="right", label="right").last()
    assert longer["close"].equals(expected[expected.index <= bars.table.index[-1]].rename_axis(None))
    assert longer["quote_volume"].equals(
        bars.table["quote_volume"].resample(every, closed="right", label="right").sum()[: len(longer)]
    )


@pytest.mark.parametrize("every", ["3min", "7h", "1D", "2D"])
def test_the_same_bars_stamped_at_start_and_at_end_become_the_same_longer_bars(every: str) -> None:
    bars = make_bars(pd.date_range("2024-01-01", "2024-01-07 01:30", freq="1min"))
    shifted = replace(bars, table=bars.table.set_axis(bars.table.index + pd.Timedelta("1min")), stamp="end")
    by_start, by_end = resample(bars, every), resample(shifted, every)
    assert by_end.table.index.equals(by_start.table.index + pd.Timedelta(every))
    assert np.array_equal(by_end.table, by_start.table, equal_nan=True)
    assert by_end.notes == by_start.notes


def test_trades_of_one_time_keep_their_order_and_the_last_bar() -> None:
    generator = np.random.default_rng(3)
    seconds = np.sort(generator.integers(20, 1190, 400))
    times = pd.DatetimeIndex(np.datetime64("2024-01-01T10:00:00", "ns") + seconds * np.timedelta64(1, "s"))
    assert not times.is_unique
    trades = pd.DataFrame({"price": generator.uniform(1, 2, 400), "amount": generator.uniform(0, 1, 400)}, times)
    longer = resample(Bars("trades", trades, price="price"), "1min")
    prices: dict[int, float] = {}
    amounts: dict[int, float] = defaultdict(float)
    for second, price, amount in zip(seconds, trades["price"], trades["amount"], strict=True):
        prices[second // 60] = price
        amounts[second // 60] += amount
    assert longer.table["price"].tolist() == list(prices.values())
    assert longer.table["amount"].tolist() == pytest.approx(list(amounts.values()))
    assert longer.notes == ("the last bar, 2024-01-01 10:19:00, ends after the last row: its price is that of the row",)


def test_shared_trades_become_bars_of_a_minute(shared_data: Path) -> None:
    rows = pd.read_csv(shared_data / "reports2" / "d19.csv")
    times = pd.DatetimeIndex(pd.to_datetime(rows.pop("timestamp"), unit="s")).as_unit("ns")
    longer = resample(Bars("d19.csv", rows.set_axis(times), price="price"), "1min").table
    assert longer.index.equals(pd.date_range("2023-11-14 22:13", "2023-11-14 22:53", freq="1min", unit="ns"))
    assert longer["price"].iloc[[0, -1]].tolist() == [92.7896, 36.7501]
    assert longer["amount"].iloc[0] == pytest.approx(5.23)


def test_guesses_are_said_and_the_setting_that_is_said_decides_them() -> None:
    times = pd.date_range("2024-01-01", periods=6, freq="1h").as_unit("ns")
    table = pd.DataFrame({"close": 1.0, "Umsatz (EUR)": [1.0, 2, 4, 8, 16, 32], "vwap": 2.0, "volume": 1.0}, times)
    bars = Bars("bars", table, price="close")
    guessed = resample(bars, "2h")
    assert guessed.table["Umsatz (EUR)"].tolist() == [2, 8, 32]
    (note,) = guessed.notes
    assert note == (
        "longer bars hold the last of 'Umsatz (EUR)', the mean of 'vwap', guessed: "
        "'data.aggregate={Umsatz \\(EUR\\): sum, vwap: sum}' sums them"
    )
    decided = resample(replace(bars, aggregate={"Umsatz (EUR)": "sum", "vwap": "mean"}), "2h")
    assert decided.table["Umsatz (EUR)"].tolist() == [3, 12, 48]
    assert decided.notes == ()
    empty = replace(bars, table=table.drop(times[2]), aggregate={"Umsatz (EUR)": "sum"})
    assert fill_forward(insert_gaps(empty), ["Umsatz (EUR)"]).covariates["Umsatz (EUR)"].tolist() == [
        1,
        2,
        0,
        8,
        16,
        32,
    ]


def test_a_row_as_of_now_is_left_out_of_longer_bars_too() -> None:
    times = pd.date_range("2024-01-01", periods=40, freq="6h")
    bars = make_bars(times.append(pd.DatetimeIndex([times[-1] + pd.Timedelta("37min")])))
    longer = resample(bars, "1D")
    assert longer.table.equals(resample(replace(bars, table=bars.table[:-1]), "1D").table)
    assert longer.notes == ("the row of 2024-01-10 18:37:00 was left out: all others lie on a grid of 6h",)
