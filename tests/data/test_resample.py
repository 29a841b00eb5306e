"""Longer bars against a loop over the shorter ones."""

import math
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.data.bars import Bars, bar_length, spell
from lstm_sweep.data.grid import fill_forward
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
