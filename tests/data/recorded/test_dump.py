"""Bars of files of trades: what each trade says, and what is told of how it was read."""

from pathlib import Path

import pytest

from lstm_sweep.data.load import load_series
from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError
from tests.configs import compose_config

TRADES = [(0, 10.0, 1.0, 1), (0, 10.5, 2.0, -1), (0, 10.25, 4.0, 1), (700, 10.0, 8.0, -1), (900, 9.5, 16.0, 1)]
"""Milliseconds, price, size, and 1 for a buyer who came second."""


def read(folder: Path, buy: str = "buy", sell: str = "sell", size: str = "", *settings: str) -> Series:
    rows = [
        f"{1700000000000 + time},{price},{size or amount},{buy if side > 0 else sell}"
        for time, price, amount, side in TRADES
    ]
    path = folder / "trades.csv"
    path.write_text("\n".join(["timestamp,price,amount,side", *rows]))
    made = settings or ("data.bars=trades", "data.size=1", "data.every=null")
    asked = ["data=trades", f"data.path={path}", "data.features=[volume,signed_volume,trades]", *made]
    config = compose_config(*asked).data
    return load_series(config, config.features)


@pytest.mark.parametrize(("buy", "sell"), [("buy", "sell"), ("B", "S"), ("bid", "ask"), ("false", "true")])
def test_trades_of_one_time_are_in_one_bar_and_it_is_told(tmp_path: Path, buy: str, sell: str) -> None:
    series = read(tmp_path, buy, sell)
    # The first three begin a bar that ends with the next time.
    assert series.values.tolist() == [10.0, 9.5]
    assert series.covariates["volume"].tolist() == [15.0, 16.0]
    assert series.covariates["signed_volume"].tolist() == [1 - 2 + 4 - 8, 16]
    assert series.covariates["trades"].tolist() == [4, 1]
    assert "1 of 2 bars hold more than 1 trades: those of one time are in one bar" in series.notes
    assert any(f"side: column 'side', where {buy!r} is a buyer who came second" in note for note in series.notes)


def test_without_trades_of_one_time_nothing_is_told_of_them(tmp_path: Path) -> None:
    series = read(tmp_path, "buy", "sell", "", "data.bars=volume", "data.size=5", "data.every=null")
    assert series.covariates["volume"].tolist() == [15.0, 16.0]
    assert not any("bars hold more than" in note for note in series.notes)


@pytest.mark.parametrize(
    ("buy", "size", "said"),
    [
        ("long", "", r"line 2: side must be buy or sell, but is 'long': write it so, or name the column"),
        ("buy", "-23", r"from 0 to 9e\+10, but amount is -23 at 2023-11-14 22:13:20"),
    ],
)
def test_side_and_size_that_mean_nothing_are_refused(tmp_path: Path, buy: str, size: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        read(tmp_path, buy, "sell", size)


@pytest.mark.parametrize("source", ["book", "trades"])
def test_aggregate_is_refused_as_variables_say_it_themselves(source: str) -> None:
    with pytest.raises(UserError, match=f"data.aggregate must be empty where data={source}"):
        compose_config(f"data={source}", "data.aggregate={volume: last}")
