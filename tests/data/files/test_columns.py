"""A price column is told by all words of its name, or it is refused with an example that can be a price."""

import re
from pathlib import Path

import pytest

from lstm_sweep.data.files.names import price_rank, words
from lstm_sweep.errors import UserError
from tests.data.files.reading import days, read_text, rows, walk


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("BTC_closePrice (USD)", ("btc", "close", "price", "usd")),
        ("Close/Last", ("close", "last")),
        ("PriceUSD", ("price", "usd")),
        ("adjclose", ("adj", "close")),
        ("4. close", ("close",)),
        ("Schlusskurs", ("close",)),
        ("closest", ("closest",)),
    ],
)
def test_names_are_taken_apart_into_words(name: str, expected: tuple[str, ...]) -> None:
    assert words(name) == expected


def test_names_that_say_price_are_ranked_and_others_are_none() -> None:
    ordered = ["close", "close usd", "last", "Price", "price (EUR)", "Adj Close"]
    ranks = [price_rank(name) for name in ordered]
    assert None not in ranks
    assert ranks == sorted(ranks, key=lambda rank: rank or (9, 9))
    for name in (
        "Prev Close", "previous_close", "close_time", "Close Change", "price_change_24h", "Closing volume", "bid_price",
        "open price", "strike price", "last update", "last size", "price target", "disclosed", "enclosed", "lastname",
    ):  # fmt: skip
        assert price_rank(name) is None, name


@pytest.mark.parametrize("name", ["Prev Close", "Close Time", "close_change", "closing volume", "Price Target"])
def test_a_part_of_a_name_makes_no_price(tmp_path: Path, name: str) -> None:
    text = rows(f"date,high,{name},volume", days(30), walk(30), walk(30), [n * n for n in range(30)])
    with pytest.raises(UserError, match="must hold a price column") as refused:
        read_text(tmp_path, text)
    advised = re.search(r"data\.price=(\w+)", str(refused.value))
    assert advised is not None
    series = read_text(tmp_path, text, settings=(advised[0],))
    assert [f"{value:.2f}" for value in series.values] == walk(30)


def test_of_two_columns_that_may_be_the_price_equally_well_none_is_taken(tmp_path: Path) -> None:
    text = rows("date,btc_close,eth_close", days(30), walk(30), walk(30, 5.0))
    with pytest.raises(UserError, match="btc_close, eth_close all may be it: name one, as in data.price=btc_close"):
        read_text(tmp_path, text)
    assert read_text(tmp_path, text, settings=("data.price=eth_close",)).values[0] == float(str(walk(30, 5.0)[0]))


def test_a_choice_among_usual_names_is_said_with_its_alternative(tmp_path: Path) -> None:
    text = rows("Date,Adj Close,Close", days(30), walk(30, 5.0), walk(30))
    notes = " | ".join(read_text(tmp_path, text).notes)
    assert "price: column 'Close', by its name; Adj Close would be another (\"data.price='Adj Close'\")" in notes
    assert read_text(tmp_path, text, settings=("data.price='Adj Close'",)).values[0] == float(str(walk(30, 5.0)[0]))


def test_without_a_header_the_volume_is_never_the_example(tmp_path: Path) -> None:
    volumes = [(n * 7919) % 10_000 + 1 for n in range(30)]
    text = rows("", days(30), walk(30), volumes)
    with pytest.raises(UserError, match=r"name the price, as in data.price=1, or its number, from 0\."):
        read_text(tmp_path, text)
    with pytest.raises(UserError, match=r"name the price with data.price, or its number, from 0\."):
        read_text(tmp_path, rows("", days(30), volumes, volumes[::-1]))


def test_words_for_a_missing_number_are_refused_with_the_setting_that_takes_them_as_empty(tmp_path: Path) -> None:
    cells = [price if n % 7 else "NaN" for n, price in enumerate(walk(30), 1)]
    text = rows("date,close", days(30), cells)
    with pytest.raises(UserError, match="line 8: close must be a number, but is 'NaN': .* where it means") as no:
        read_text(tmp_path, text)
    (advised,) = re.findall(r'"(data\.missing=\[\S+\])"', str(no.value))
    series = read_text(tmp_path, text, settings=(advised,))
    assert series.filled.tolist() == [cell == "NaN" for cell in cells]
    assert "4 cells of close that hold NaN are taken as empty, as data.missing says" in series.notes


def test_the_only_column_beside_the_times_is_the_price_unless_its_name_says_otherwise(tmp_path: Path) -> None:
    notes = read_text(tmp_path, rows("DATE,VALUE", days(30), walk(30))).notes
    assert "price: column 'VALUE', the only one beside the times" in notes
    with pytest.raises(UserError, match="must hold a price column"):
        read_text(tmp_path, rows("DATE,Volume", days(30), walk(30)))


def test_words_that_all_columns_bear_tell_none_of_them_apart(tmp_path: Path) -> None:
    text = rows("date,AAPL.Open,AAPL.Close,AAPL.Volume", days(30), walk(30, 5.0), walk(30), list(range(30)))
    assert f"{read_text(tmp_path, text).values[0]:.2f}" == walk(30)[0]


def test_the_example_for_candles_in_an_unknown_language_is_the_close(tmp_path: Path) -> None:
    close = [float(str(price)) for price in walk(30)]
    columns = [close, [price + 1 for price in close], [price - 1 for price in close], close]
    with pytest.raises(UserError, match=r"name the price, as in data\.price=Zat"):
        read_text(tmp_path, rows("Datum,Otv,Najv,Najn,Zat,Obj", days(30), *columns, list(range(30))))  # type: ignore[arg-type]
