"""What the generator of file forms writes is what it claims: an example of each dimension, checked by hand."""

import gzip
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
import pytest

from tests.properties.file_bytes import join, typed
from tests.properties.file_cells import TIMES
from tests.properties.file_forms import DIMENSIONS, Form
from tests.properties.file_shapes import SHAPES
from tests.properties.file_writer import Written, volume_cell, volume_value, write

PLAIN = Form(**{name: values[0] for name, values in DIMENSIONS.items()})


def written(**changes: str) -> Written:
    return write(replace(PLAIN, **changes))


def lines(**changes: str) -> list[str]:
    return written(**changes).content.decode().split("\n")


def test_the_plainest_form_is_candles_by_the_hour() -> None:
    assert lines()[:3] == [
        "Date,Open,High,Low,Close,Volume",
        "2021-01-13 00:00:00,95.05,95.07,95.03,95.05,1000000",
        "2021-01-13 01:00:00,95.05,95.07,94.90,94.92,80390",
    ]
    assert len(lines()) == 1 + 48 + 1
    assert [bar.close for bar in written().bars[:2]] == ["95.05", "94.92"]
    assert written().bars[1].moment == datetime(2021, 1, 13, 1, tzinfo=UTC)


def test_the_hour_of_autumn_comes_twice_and_that_of_spring_never() -> None:
    autumn = [bar.moment for bar in written(time="wall clock, autumn").bars]
    clocks = [TIMES["wall clock, autumn"].cells(each)[0] for each in autumn]
    assert clocks.count("2023-10-29 02:00") == 2
    assert autumn[24] == datetime(2023, 10, 29, 1, tzinfo=UTC)
    spring = [TIMES["wall clock, spring"].cells(bar.moment)[0] for bar in written(time="wall clock, spring").bars]
    assert spring[23:25] == ["2023-03-26 01:00", "2023-03-26 03:00"]
    minutes = [bar.moment for bar in written(time="wall clock, autumn", spacing="1min").bars]
    clocks = [TIMES["wall clock, autumn"].cells(each)[0] for each in minutes]
    assert len(set(clocks)) == len(clocks) - 60


@pytest.mark.parametrize(
    ("spacing", "first", "second", "last"),
    [
        ("1min", "2021-01-13T00:00", "2021-01-13T00:01", "2021-01-13T00:47"),
        ("5min", "2021-01-13T00:00", "2021-01-13T00:05", "2021-01-13T03:55"),
        ("4h", "2021-01-13T00:00", "2021-01-13T04:00", "2021-01-20T20:00"),
        ("1D", "2021-01-13T00:00", "2021-01-14T00:00", "2021-03-01T00:00"),
        ("business days", "2021-01-13T00:00", "2021-01-14T00:00", "2021-03-19T00:00"),
        ("months", "2005-01-01T00:00", "2005-02-01T00:00", "2008-12-01T00:00"),
    ],
)
def test_bars_are_as_far_apart_as_they_are_called(spacing: str, first: str, second: str, last: str) -> None:
    found = [f"{bar.moment:%Y-%m-%dT%H:%M}" for bar in written(spacing=spacing).bars]
    assert [found[0], found[1], found[-1], len(found)] == [first, second, last, 48]


@pytest.mark.parametrize(
    ("form", "cells", "values"),
    [
        ("whole", ["1230000", "80390"], [1230000.0, 80390.0]),
        ("decimal", ["1230000,00", "80390,00"], [1230000.0, 80390.0]),
        ("grouped", ["1.230.000", "80.390"], [1230000.0, 80390.0]),
        ("K or M", ["1,23M", "80,39K"], [1230000.0, 80390.0]),
    ],
)
def test_volumes_are_written_as_people_write_them(form: str, cells: list[str], values: list[float]) -> None:
    german = replace(PLAIN, number="1.234,5", volume=form)
    assert [volume_cell(german, volume) for volume in (1_230_000, 80_390)] == cells
    assert [volume_value(german, volume) for volume in (1_230_000, 80_390)] == values


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"separator": "semicolon"}, "2021-01-13 00:00:00;95.05;95.07;95.03;95.05;1000000"),
        ({"separator": "tab"}, "2021-01-13 00:00:00\t95.05\t95.07\t95.03\t95.05\t1000000"),
        ({"separator": "comma and space"}, "2021-01-13 00:00:00, 95.05, 95.07, 95.03, 95.05, 1000000"),
        ({"quotes": "all"}, '"2021-01-13 00:00:00","95.05","95.07","95.03","95.05","1000000"'),
        ({"quotes": "words"}, '"2021-01-13 00:00:00",95.05,95.07,95.03,95.05,1000000'),
        ({"number": "comma"}, '2021-01-13 00:00:00,"95,05","95,07","95,03","95,05",1000000'),
        ({"trailing": "rows"}, "2021-01-13 00:00:00,95.05,95.07,95.03,95.05,1000000,"),
        ({"noise": "constant text"}, "2021-01-13 00:00:00,95.05,95.07,95.03,95.05,1000000,BTC"),
        ({"shape": "German", "separator": "bar"}, "2021-01-13 00:00:00|95.05|95.07|95.03|95.05|1000000"),
        ({"shape": "investor"}, "2021-01-13 00:00:00,95.05,95.05,95.07,95.03,1000000,0.00%"),
        ({"shape": "terminal", "time": "day, HHMMSS"}, "AAA,5,20210113,000000,95.05,95.07,95.03,95.05"),
        ({"shape": "index"}, "0,2021-01-13 00:00:00,95.05,1000000"),
        ({"start": "before the 12th"}, "2021-02-01 00:00:00,95.05,95.07,95.03,95.05,1000000"),
        ({"price": "0.00000812", "shape": "two"}, "2021-01-13 00:00:00,0.00000812"),
    ],
)
def test_first_rows_are_as_called(changes: dict[str, str], line: str) -> None:
    assert lines(**changes)[1] == line


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({"above": "sep=", "separator": "semicolon"}, ["sep=;", "Date;Open;High;Low;Close;Volume"]),
        ({"above": "two lines"}, ["The Terminal", "Bitcoin in US dollars", "Date,Open,High,Low,Close,Volume"]),
        ({"above": "blank and banner"}, ["", "Exported by The Terminal"]),
        ({"below": "units"}, ["Date,Open,High,Low,Close,Volume", "UTC,USD,USD,USD,USD,USD"]),
        ({"trailing": "rows and header"}, ["Date,Open,High,Low,Close,Volume,"]),
        ({"shape": "tickers"}, ["Price,Close,High,Low,Open,Volume", "Ticker,AAA,AAA,AAA,AAA,AAA", "Date,,,,,"]),
        ({"shape": "<angle>", "time": "day, clock"}, ["<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>"]),
        ({"shape": "two", "time": "Y, M, D", "spacing": "1D"}, ["Year,Month,Day,close", "2021,1,13,95.05"]),
        ({"shape": "none, 7", "time": "day, minutes"}, ["2021.01.13,00:00,95.05,95.07,95.03,95.05,1000000"]),
        (
            {"shape": "none, 12", "time": "ms"},
            [
                "1610496000000,95.05,95.07,95.03,95.05,1000000,1610499599999,500000000,1001,500000,500000000,0",
                "1610499600000,95.05,95.07,94.90,94.92,80390,1610503199999,40195001,81,40196,40195001,0",
            ],
        ),
    ],
)
def test_headers_and_what_is_around_them_are_as_called(changes: dict[str, str], first: list[str]) -> None:
    assert lines(**changes)[: len(first)] == first


def test_encodings_and_line_ends_are_as_called() -> None:
    text = written().content
    assert written(encoding="utf-8 with mark").content == b"\xef\xbb\xbf" + text
    assert written(encoding="utf-16").content == b"\xff\xfe" + text.decode().encode("utf-16-le")
    assert written(encoding="utf-16 without mark").content[:4] == b"D\x00a\x00"
    assert b"Er\xf6ffnung" in written(encoding="latin-1", shape="German").content
    assert b"\x80" in written(encoding="cp1252", number="1.234,5 €").content
    assert written(line_end="CRLF").content == text.replace(b"\n", b"\r\n")
    assert written(line_end="CR").content == text.replace(b"\n", b"\r")


def test_orders_and_noise_are_as_called() -> None:
    body = lines()[1:-1]
    assert lines(order="newest first")[1:-1] == body[::-1]
    shuffled = lines(order="shuffled")[1:-1]
    assert sorted(shuffled) == sorted(body)
    assert shuffled not in (body, body[::-1])
    assert lines(noise="blank lines")[4:6] == ["", body[3]]
    assert lines(noise="blank end")[-2:] == ["", ""]
    assert lines(noise="empty volumes")[5].endswith(",")
    assert [len(lines(noise="missing row")), written(noise="missing row").missing] == [
        49,
        [datetime(2021, 1, 13, 7, tzinfo=UTC)],
    ]
    assert lines(noise="off the grid")[49].startswith("2021-01-14 23:22:00,")
    assert len(written(noise="off the grid").bars) == 48
    assert lines(noise="comments")[4].endswith(",thin trade")


def test_containers_hold_what_the_text_holds() -> None:
    text = written().content
    assert gzip.decompress(written(container="gzip").content) == text
    with zipfile.ZipFile(io.BytesIO(written(container="zip").content)) as archive:
        assert archive.read("prices.csv") == text
    first = {"Date": "2021-01-13 00:00:00", "Open": 95.05, "High": 95.07, "Low": 95.03, "Close": 95.05}
    first |= {"Volume": 1000000}  # type: ignore[dict-item]
    assert json.loads(written(container="JSON records").content)[0] == first
    assert json.loads(written(container="JSON lines").content.splitlines()[0]) == first
    klines = written(shape="none, 6", container="JSON arrays", time="ms")
    assert json.loads(klines.content)[0] == [1610496000000, 95.05, 95.07, 95.03, 95.05, 1000000]
    frame = pd.read_parquet(io.BytesIO(written(container="Parquet").content))
    assert frame.dtypes.astype(str).tolist() == ["datetime64[us]", *["float64"] * 4, "int64"]
    assert pd.read_feather(io.BytesIO(written(container="Feather", number="comma").content))["Close"][1] == "94,92"
    assert [typed("000500"), typed("0.5"), typed("12"), typed("")] == ["000500", 0.5, 12, None]


def test_cells_with_a_separator_are_quoted() -> None:
    assert join(["Jan 13, 2021", "9,505.1", "5"], ",", "needed") == '"Jan 13, 2021","9,505.1",5'


def test_what_is_ambiguous_is_marked() -> None:
    assert written().ambiguous == ""
    assert written(time="D.M.Y clock", start="before the 12th").ambiguous == "days"
    assert written(time="D.M.Y clock").ambiguous == ""
    assert written(time="wall clock, autumn", order="shuffled").ambiguous == "hours"
    assert written(time="wall clock, autumn", order="newest first").ambiguous == ""
    groups = written(shape="two", price="999", number="1.234,5")
    assert (groups.ambiguous, groups.resolved) == ("three digits", False)
    helped = written(shape="investor", price="999", number="1.234,5")
    assert (helped.ambiguous, helped.resolved) == ("three digits", True)
    assert written(shape="two", price="999", number="1.234,5 told").ambiguous == ""
    assert written(price="151.234", container="Parquet").ambiguous == ""


def test_settings_are_what_a_user_has_to_say() -> None:
    assert written().settings == {}
    assert written(shape="German", time="day, clock").settings == {"price": "Schlusskurs", "time": ["Datum", "Uhrzeit"]}
    assert written(time="wall clock, spring").settings == {"time_zone": "Europe/Berlin"}
    assert [SHAPES["OHLCV"].volume, SHAPES["two"].volume, SHAPES["investor"].volume] == ["Volume", None, "Vol."]
