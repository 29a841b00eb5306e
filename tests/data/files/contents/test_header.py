"""Headers of several lines, and banners that hold times and numbers above them."""

from pathlib import Path

import pytest

from lstm_sweep.config import CsvData
from lstm_sweep.data.files.contents.header import find_header
from lstm_sweep.data.files.contents.lines import Line
from lstm_sweep.data.files.file import read_files
from lstm_sweep.errors import UserError
from tests.data.files.contents.reading import prices, read

DAYS = [f"2020-01-{day:02d}" for day in range(2, 32)]
APPLE = [90.5 + place for place in range(len(DAYS))]
MICROSOFT = [45.25 + place for place in range(len(DAYS))]
ROWS = [f"{day},{one},{other}" for day, one, other in zip(DAYS, APPLE, MICROSOFT, strict=True)]
LEVELS = {
    "names above tickers": ("Ticker", ("Price,Close,Close", "Ticker,AAPL,MSFT", "Date,,")),
    "tickers above names": ("Ticker", ("Ticker,AAPL,MSFT", "Price,Close,Close", "Date,,")),
    "names above, empty corners": ("header", (",Close,Close", ",AAPL,MSFT", "Date,,")),
    "tickers above, empty corners": ("header", (",AAPL,MSFT", ",Close,Close", "Date,,")),
}


def settings(path: Path, **named: object) -> CsvData:
    settings = {"price": None, "time": None, "time_unit": None, "where": {}, **named}
    return CsvData("csv", None, [], str(path), **settings)  # type: ignore[arg-type]


def write(folder: Path, *lines: str) -> Path:
    path = folder / "prices.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("case", LEVELS)
def test_a_header_of_several_lines_keeps_its_levels_whichever_is_first(tmp_path: Path, case: str) -> None:
    corner, header = LEVELS[case]
    path = write(tmp_path, *header, *ROWS)

    with pytest.raises(UserError, match=rf"\({corner}: AAPL, MSFT\): choose one, .*{{{corner}: AAPL}}"):
        read_files(settings(path), ())
    chosen = read_files(settings(path, where={corner: "MSFT"}), ())
    named = read_files(settings(path, price="Close AAPL"), ())

    assert chosen.table["Close"].tolist() == MICROSOFT
    assert named.table["Close AAPL"].tolist() == APPLE


BANNERS = {
    "dates": ("Security,ACME,", "Start Date,1/2/2020,", "End Date,2020-03-25,", "Period,D,", ",,", ""),
    "a line of times": ("Name,ACME,", "From,2020-01-02,2020-03-25"),
    "numbers": ("Decimals,2,", "Lots,100,5"),
}


@pytest.mark.parametrize("case", BANNERS)
def test_a_banner_that_holds_times_or_numbers_is_no_row(tmp_path: Path, case: str) -> None:
    banner = BANNERS[case]

    table = read(write(tmp_path, *banner, "Date,close,other", *ROWS))

    assert list(table.rows.columns) == ["Date", "close", "other"]
    assert prices(table) == APPLE
    assert int(table.rows.index[0]) == len(banner) + 2


def test_facts_between_header_and_rows_are_no_rows(tmp_path: Path) -> None:
    table = read(write(tmp_path, ",close,FLAGS", "Unit,USD,", "As of,25.03.2020 16:00:00,", *ROWS))

    assert prices(table) == APPLE
    assert table.rows.iloc[0, 0] == DAYS[0]


@pytest.mark.parametrize("empty", ["NA", "null", ""])
def test_a_first_row_without_a_time_stays_a_row(empty: str) -> None:
    lines = [
        Line(number, line.split(",")) for number, line in enumerate(["Date,close,x", f"{empty},1.5,2.5", *ROWS], 1)
    ]

    header, rows = find_header(lines, 3)

    assert header.names == ("Date", "close", "x")
    assert rows[0].number == 2
