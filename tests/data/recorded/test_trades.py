"""Bars of single trades: those that an exchange's own candles hold, whatever the form of the dump."""

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.data.load import load_series
from lstm_sweep.data.recorded.trades import read_trades
from lstm_sweep.errors import UserError
from tests.configs import compose_config
from tests.data.recorded.stores import stored
from tests.orderbook.recordings import SPOT, stamped_lines

NAMES = ["high", "low", "volume", "signed_volume", "trades"]
TIMES = 1_723_161_600_000
"""2024-08-09, in milliseconds."""


def dump(path: Path, header: str, rows: list[str]) -> str:
    path.write_text("\n".join([*([header] if header else []), *rows]) + "\n")
    return f"data.path={path}"


def bars(*settings: str, features: list[str] = NAMES) -> pd.DataFrame:
    return read_trades(compose_config("data=trades", *settings).data, features).table


def test_minutes_of_a_dump_are_those_that_another_program_made_of_it(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "trades"
    rows = json.loads(gzip.decompress((folder / "freqtrade_XRP_ETH-trades.json.gz").read_bytes()))
    lines = [f"{row[0]},{row[3]},{row[4]!r},{row[5]!r}" for row in rows]
    found = bars(dump(tmp_path / "trades.csv", "timestamp,side,price,amount", lines), "data.every=1min")
    candles = pd.read_feather(folder / "freqtrade_XRP_ETH-1m.feather").set_index("date").tz_localize(None)
    traded = found[found["trades"] > 0]
    candles = candles[candles["volume"] > 0]
    both = traded.index.intersection(candles.index)
    assert len(both) == len(candles.loc[candles.index <= found.index[-1]])
    for ours, theirs in (("last", "close"), ("high", "high"), ("low", "low"), ("volume", "volume")):
        np.testing.assert_allclose(traded.loc[both, ours], candles.loc[both, theirs], rtol=1e-9)


SIDES = [("buy", "sell"), ("BUY", "SELL"), ("b", "s"), ("Bid", "Ask")]


@pytest.mark.parametrize("words", SIDES)
def test_whoever_came_second_is_read_from_words(tmp_path: Path, words: tuple[str, str]) -> None:
    rows = [f"{TIMES + 1000 * number},100.5,{number + 1},{words[number % 2]}" for number in range(10)]
    found = bars(dump(tmp_path / "t.csv", "time,price,size,side", rows), "data.every=10s", "data.until=2024-08-09")
    assert found["signed_volume"].iloc[0] == sum(1 + number if number % 2 == 0 else -1 - number for number in range(10))
    assert (found["volume"].iloc[0], found["trades"].iloc[0]) == (55, 10)


def test_binance_s_dump_without_a_header_is_known(tmp_path: Path) -> None:
    rows = [
        f"{number},{price},0.5,{price / 2},{TIMES + 500 * number},{number < 3},True"
        for number, price in enumerate(np.arange(61_000.25, 61_060).tolist())
    ]
    found = bars(dump(tmp_path / "BTCUSDT-trades.csv", "", rows), "data.every=10s")
    assert found["last"].tolist() == [61_019.25, 61_039.25]
    assert found["signed_volume"].tolist() == [0.5 * (17 - 3), 10.0]


def test_bars_by_volume_end_with_the_trade_that_fills_them(tmp_path: Path) -> None:
    sizes = np.random.default_rng(1).integers(1, 40, 500) / 10
    rows = [f"{TIMES + 700 * number},{100 + number % 7},{size},buy" for number, size in enumerate(sizes)]
    settings = ("data.bars=volume", "data.size=20", "data.every=null")
    found = bars(dump(tmp_path / "t.csv", "time,price,amount,side", rows), *settings)
    ends, counts, total, count = [], [], 0, 0
    for number, size in enumerate(sizes):
        total, count = total + round(size * 10), count + 1
        if total >= 200:
            ends.append((TIMES + 700 * number) * 1_000_000)
            counts.append(count)
            total = count = 0
    assert found.index.as_unit("ns").asi8.tolist() == ends
    assert found["trades"].tolist() == counts


def test_a_bar_without_a_trade_has_no_price_of_its_own(tmp_path: Path) -> None:
    rows = [f"{TIMES + 1000 * second},{100 + second},1,buy" for second in (0, 1, 2, 31, 32, 45)]
    config = compose_config("data=trades", dump(tmp_path / "t.csv", "time,price,amount,side", rows), "data.every=10s")
    series = load_series(config.data, ["volume"])
    assert series.values.tolist() == [102, 102, 102, 132]
    assert series.filled.tolist() == [False, True, True, False]
    assert series.covariates["volume"].tolist() == [3, 0, 0, 2]


def test_trades_of_a_store_are_those_of_its_book(shared_data: Path, tmp_path: Path) -> None:
    stored(tmp_path, stamped_lines(shared_data, SPOT))
    found = bars(f"data.store={tmp_path}", "data.every=10s", features=["signed_volume"])
    of_book = compose_config("data=book", f"data.store={tmp_path}", "data.price=last").data
    series = load_series(of_book, ["signed_volume"])
    np.testing.assert_array_equal(found["last"].to_numpy(), series.values)
    np.testing.assert_array_equal(found["signed_volume"].to_numpy(), series.covariates["signed_volume"])


@pytest.mark.parametrize(
    ("header", "row", "settings", "said"),
    [
        ("time,price,amount,side", f"{TIMES},100,1,maybe", (), "must be buy or sell, but is 'maybe'"),
        ("time,price,amount,side", f"{TIMES},100,-1,buy", (), "how much was traded"),
        ("time,price", f"{TIMES},100", ("data.bars=volume", "data.size=1", "data.every=null"), "needs the size"),
        ("time,price,amount", f"{TIMES},100,1", ("data.side=who",), "choose from time, price, amount"),
    ],
)
def test_what_a_dump_does_not_say_is_refused(
    tmp_path: Path, header: str, row: str, settings: tuple[str, ...], said: str
) -> None:
    rows = [row, row.replace(str(TIMES), str(TIMES + 60_000))]
    with pytest.raises(UserError, match=said):
        bars(dump(tmp_path / "t.csv", header, rows), *settings, features=[])


def test_signed_volume_is_not_offered_where_nobody_says_who_came_second(tmp_path: Path) -> None:
    rows = [f"{TIMES + 1000 * number},100,1" for number in range(100)]
    with pytest.raises(UserError, match="'signed_volume' is none: choose from high, low, volume, trades"):
        bars(dump(tmp_path / "t.csv", "time,price,amount", rows), features=["signed_volume"])
