"""Several instruments in one file are refused by name, and each of them can be chosen."""

import re
from pathlib import Path

import pytest

from lstm_sweep.errors import UserError
from tests.data.files.reading import days, read_path, read_text, rows, walk

BELOW = rows("date,symbol,close", [*days(30), *days(30)], ["AAA"] * 30 + ["BBB"] * 30, [*walk(30), *walk(30, 7.0)])
SIDE_BY_SIDE = rows(
    "Price,Close,Close,Volume,Volume\nTicker,AAA,BBB,AAA,BBB\nDate,,,,",
    days(30), walk(30), walk(30, 7.0), list(range(30)), list(range(30, 60)),
)  # fmt: skip


def prices(*, start: float) -> list[float]:
    return [float(str(price)) for price in walk(30, start)]


def test_instruments_below_each_other_are_refused_and_the_advice_works(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"its column symbol has 2 values \(AAA, BBB\)") as refused:
        read_text(tmp_path, BELOW)
    advised = re.search(r'"(data\.where=\{symbol: AAA\})"', str(refused.value))
    assert advised is not None
    assert read_text(tmp_path, BELOW, settings=(advised[1],)).values.tolist() == prices(start=95.0)
    assert read_text(tmp_path, BELOW, settings=("data.where={symbol: BBB}",)).values.tolist() == prices(start=7.0)


def test_interleaved_instruments_are_refused_too(tmp_path: Path) -> None:
    lines = BELOW.splitlines()
    mixed = "\n".join([lines[0], *(line for pair in zip(lines[1:31], lines[31:], strict=True) for line in pair), ""])
    with pytest.raises(UserError, match="column symbol has 2 values"):
        read_text(tmp_path, mixed)
    assert read_text(tmp_path, mixed, settings=("data.where={symbol: BBB}",)).values.tolist() == prices(start=7.0)


def test_a_number_that_names_instruments_is_one_too(tmp_path: Path) -> None:
    text = BELOW.replace("AAA", "101").replace("BBB", "102").replace("symbol", "instrument_id")
    with pytest.raises(UserError, match="column instrument_id has 2 values"):
        read_text(tmp_path, text)
    assert read_text(tmp_path, text, settings=("data.where={instrument_id: 102}",)).values.tolist() == prices(start=7.0)


def test_all_rows_may_be_declared_one_series(tmp_path: Path) -> None:
    venues = ["X", "Y", "Z"] * 10
    text = rows("date,venue,close", days(30), venues, walk(30))
    with pytest.raises(UserError, match=r'are of one series, set "data.where=\{venue: null\}"'):
        read_text(tmp_path, text)
    assert read_text(tmp_path, text, settings=("data.where={venue: null}",)).values.tolist() == prices(start=95.0)


@pytest.mark.parametrize(
    "cells",
    [
        ["BTC"] * 30,
        ["buy", "sell"] * 15,
        ["Mon", "Tue", "Wed"] * 10,
        [f"remark {n}" for n in range(30)],
        ["x", ""] * 15,
    ],
)
def test_columns_that_name_no_instruments_are_no_matter(tmp_path: Path, cells: list[object]) -> None:
    text = rows("date,note,close", days(30), cells, walk(30))
    assert read_text(tmp_path, text).values.tolist() == prices(start=95.0)


def test_instruments_side_by_side_are_refused_and_chosen_by_the_second_header(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"holds 2 side by side \(Ticker: AAA, BBB\)") as refused:
        read_text(tmp_path, SIDE_BY_SIDE)
    advised = re.search(r'"(data\.where=\{Ticker: AAA\})"', str(refused.value))
    assert advised is not None
    assert read_text(tmp_path, SIDE_BY_SIDE, settings=(advised[1],)).values.tolist() == prices(start=95.0)
    second = read_text(tmp_path, SIDE_BY_SIDE, "Volume", settings=("data.where={Ticker: BBB}",))
    assert second.values.tolist() == prices(start=7.0)
    assert second.covariates["Volume"].tolist() == list(range(30, 60))
    by_name = read_text(tmp_path, SIDE_BY_SIDE, settings=("data.price='Close BBB'",))
    assert by_name.values.tolist() == prices(start=7.0)


def test_what_is_not_there_is_refused_with_what_is(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="'CCC' is none: choose from AAA, BBB"):
        read_text(tmp_path, BELOW, settings=("data.where={symbol: CCC}",))
    with pytest.raises(
        UserError, match="data.where must name columns of .* but 'name' is none: choose from date, symb"
    ):
        read_text(tmp_path, BELOW, settings=("data.where={name: AAA}",))
    with pytest.raises(UserError, match="must name a value of Ticker .* 'CCC' is none: choose from AAA, BBB"):
        read_text(tmp_path, SIDE_BY_SIDE, settings=("data.where={Ticker: CCC}",))


def write_files(folder: Path, **files: tuple[str, list[object], list[object]]) -> str:
    for name, (header, *columns) in files.items():
        (folder / f"{name}.csv").write_text(rows(header, *columns))
    return str(folder)


def test_files_of_several_series_are_refused_by_the_size_of_their_prices(tmp_path: Path) -> None:
    later = [f"2021-03-{day:02d}" for day in range(1, 31)]
    folder = write_files(tmp_path, ada=("date,close", days(30), walk(30, 2.0)), btc=("date,close", later, walk(30)))  # type: ignore[arg-type]
    with pytest.raises(UserError, match=r"ada.csv ends at .* and .*btc.csv begins at .*: name those of one") as refused:
        read_path(folder)
    advised = re.search(r"data\.path='(\S+ada\.csv)'", str(refused.value))
    assert advised is not None
    assert read_path(advised[1]).values.tolist() == prices(start=2.0)


def test_files_of_bars_of_another_length_are_refused(tmp_path: Path) -> None:
    hours = [f"2021-03-01 {hour:02d}:00" for hour in range(24)]
    folder = write_files(tmp_path, a=("date,close", days(30), walk(30)), b=("date,close", hours, walk(24)))  # type: ignore[arg-type]
    with pytest.raises(UserError, match=r"a.csv has a row every 1D and .*b.csv every 1h"):
        read_path(folder)


def test_files_that_are_listed_are_one_series_and_what_differs_is_said(tmp_path: Path) -> None:
    march = [f"2021-02-{day:02d}" for day in range(2, 29)]
    folder = write_files(tmp_path, a=("date,close", days(30), walk(30, 2.0)), b=("date,close", march, walk(27, 7.0)))  # type: ignore[arg-type]
    with pytest.raises(UserError, match=r"a.csv ends at .* begins at .*, or list all of them \(") as refused:
        read_path(folder)
    listed = re.search(r'\("data\.path=(\[.*?\])"\)', str(refused.value))
    assert listed is not None
    series = read_path(listed[1])
    assert series.values.tolist() == [float(str(price)) for price in [*walk(30, 2.0), *walk(27, 7.0)]]
    assert any("a.csv ends at" in note for note in series.notes)


def test_a_column_that_alone_tells_rows_of_equal_times_apart_is_named(tmp_path: Path) -> None:
    text = rows("date,permno,close", [*days(30), *days(30)], [101] * 30 + [102] * 30, [*walk(30), *walk(30, 7.0)])
    for settings in ((), ("data.every=2D",)):
        with pytest.raises(UserError, match=r"its column permno has 2 values \(101, 102\)"):
            read_text(tmp_path, text, settings=settings)
    chosen = read_text(tmp_path, text, settings=("data.where={permno: 102}",))
    assert chosen.values.tolist() == prices(start=7.0)


@pytest.mark.parametrize("settings", [(), ("data.every=2D",)])
def test_two_series_below_each_other_without_a_name_are_refused(tmp_path: Path, settings: tuple[str, ...]) -> None:
    text = rows("date,close", [*days(30), *days(30)], [*walk(30), *walk(30, 7.0)])
    with pytest.raises(UserError, match="line 32: the times of one series must go on, but begin anew at 2021-01-03"):
        read_text(tmp_path, text, settings=settings)
