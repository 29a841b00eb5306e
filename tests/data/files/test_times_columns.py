"""Which columns say when, and times in several of them."""

import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lstm_sweep.config import CsvData
from lstm_sweep.data.files.times.columns import find_time_columns
from lstm_sweep.data.files.times.read import read_times
from lstm_sweep.data.load import load_series
from lstm_sweep.errors import UserError
from tests.data.files.tables import table, times_of

MOMENTS = [datetime(2021, 1, 13) + timedelta(minutes=5 * row) for row in range(600)]


def found(columns: dict[str, Any], **settings: Any) -> tuple[str, ...]:
    config = CsvData("csv", None, [], path="x.csv", price=None, **{"time": None, "time_unit": None, **settings})
    return find_time_columns(table(columns), config)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Timestamp",
            "date",
            "Date (UTC)",
            "Gmt time",
            "open_time",
            "Open time",
            "snapped_at",
            "Datum",
            "Zeit",
            "fecha",
        ),
        *(
            "data",
            "Unix Timestamp",
            "unix",
            "<DATE>",
            "TradeDate",
            "observation_date",
            "dt",
            "日期",
            "Дата",
            "Zeitstempel",
        ),
    ],
)
def test_usual_names_are_found_wherever_they_stand(name: str) -> None:
    assert found({"open": ["1.5"], "symbol": ["BTC"], name: ["2021-01-13"], "close": ["2"]}) == (name,)


@pytest.mark.parametrize("cell", ["2021-01-13", "13.01.2021 00:05", "20210113", "1610496000", "Jan 13, 2021"])
def test_without_a_usual_name_the_first_column_that_looks_like_times_is_taken(cell: str) -> None:
    assert found({"id": ["1"], "b": ["9505.1"], "c": [cell], "d": ["1,234.5"]}) == ("c",)
    assert found({"id": ["1"], "b": ["2"]}) == ("id",)


def test_a_usual_name_whose_cells_are_no_times_comes_last() -> None:
    assert found({"data": ["abc"], "fecha": ["2021-01-13"]}) == ("fecha",)


def test_where_two_columns_may_be_meant_the_choice_is_said_and_the_alternative_works() -> None:
    source = table({"date": ["2021-01-13", "2021-01-14"], "timestamp": ["1610582400", "1610668800"]})
    times, notes = times_of(source)
    assert times[0] == datetime(2021, 1, 14)
    assert notes[0] == "times are those of timestamp: data.time=date takes the others"
    assert times_of(source, time="date")[0][0] == datetime(2021, 1, 13)


@pytest.mark.parametrize(
    ("names", "form", "clock"),
    [
        (("Date", "Time"), "%Y-%m-%d", "%H:%M"),
        (("<DATE>", "<TIME>"), "%Y%m%d", "%H%M%S"),
        (("<DATE>", "<TIME>"), "%Y%m%d", "%H%M"),
        (("Date", "Time"), "%d.%m.%Y", "%I:%M:%S %p"),
        (("datum", "uhrzeit"), "%d.%m.%Y", "%H:%M:%S"),
        (("date", "hour"), "%Y-%m-%d", "%H:%M"),
        (("Gmt time", "clock"), "%d %b %Y", "%I:%M%p"),
        (("Date", "Timestamp"), "%m/%d/%Y", "%H:%M:%S.%f"),
        (("date", "time"), "%Y%m%d", "%H%M%S000"),
        (("0", "1"), "%Y%m%d", "%H%M%S"),
        (("0", "1"), "%d.%m.%Y", "%H%M"),
    ],
)
@pytest.mark.parametrize("direction", [1, -1])
def test_a_day_and_a_clock_are_put_together_in_any_order(
    names: tuple[str, str], form: str, clock: str, direction: int
) -> None:
    columns = dict(
        zip(names[::direction], [[m.strftime(f) for m in MOMENTS] for f in (form, clock)][::direction], strict=True)
    )
    assert times_of(table(columns), time=list(columns))[0] == MOMENTS
    if "Timestamp" not in names and direction == 1:
        assert times_of(table({**columns, "close": ["1"] * len(MOMENTS)}))[0] == MOMENTS


@pytest.mark.parametrize("kind", [str, int])
@pytest.mark.parametrize("digits", ["%H%M", "%H%M%S"])
def test_clocks_that_lost_their_zeros_are_told_from_the_whole_column(kind: Any, digits: str) -> None:
    clocks = [kind(str(int(moment.strftime(digits)))) for moment in MOMENTS]
    source = table({"date": [moment.strftime("%Y%m%d") for moment in MOMENTS], "time": clocks})
    times, notes = times_of(source)
    assert times == MOMENTS
    assert "has lost its zeros" in notes[0]
    assert times_of(source, time_format=f"%Y%m%d {digits}", time=["date", "time"])[0] == MOMENTS


@pytest.mark.parametrize("kind", [str, int, float])
def test_whole_hours_are_read(kind: Any) -> None:
    hours = [datetime(2021, 1, 13) + timedelta(hours=row) for row in range(50)]
    days = [moment.strftime("%Y-%m-%d") for moment in hours]
    for name in ("hour", "Hour", "time"):
        assert times_of(table({"date": days, name: [kind(moment.hour) for moment in hours]}))[0] == hours


@pytest.mark.parametrize(
    "names",
    [
        ("Year", "Month", "Day"),
        ("<YEAR>", "<MONTH>", "<DAY>", "<HOUR>", "<MINUTE>"),
        ("year", "month", "day", "hour", "minute", "second"),
        ("Jahr", "Monat", "Tag"),
        ("yyyy", "mm", "dd", "hh"),
    ],
)
@pytest.mark.parametrize("kind", [str, int, float])
def test_year_month_day_and_so_on_are_put_together_in_any_order(names: tuple[str, ...], kind: Any) -> None:
    step = [timedelta(days=1), timedelta(hours=1), timedelta(minutes=7), timedelta(seconds=7)][max(len(names) - 3, 0)]
    moments = [datetime(2021, 1, 30) + row * step for row in range(400)]
    fields = ("year", "month", "day", "hour", "minute", "second")
    columns = {name: [kind(getattr(m, field)) for m in moments] for name, field in zip(names, fields, strict=False)}
    backwards = dict(reversed(columns.items()))
    assert times_of(table({**columns, "close": ["1"] * 400}))[0] == moments
    assert times_of(table(backwards), time=list(backwards))[0] == moments


def test_hour_and_minute_go_with_a_day() -> None:
    columns = {"date": "%Y-%m-%d", "hour": "%H", "minute": "%M"}
    source = table({name: [moment.strftime(form) for moment in MOMENTS] for name, form in columns.items()})
    assert times_of(source)[0] == MOMENTS


@pytest.mark.parametrize("name", ["index", "t", "data"])
def test_names_that_other_columns_have_count_where_their_cells_are_times(name: str) -> None:
    assert found({name: ["0", "1"], "when": ["2021-01-13", "2021-01-14"]}) == ("when",)
    assert found({"a": ["0", "1"], name: ["2021-01-13", "2021-01-14"]}) == (name,)


def test_names_of_months_and_a_clock_go_with_years_and_days() -> None:
    moments = [datetime(2021, 1, 13) + timedelta(hours=7 * row) for row in range(100)]
    columns = {"Year": "%Y", "Month": "%B", "Day": "%d", "Time": "%H:%M"}
    source = table({name: [moment.strftime(form) for moment in moments] for name, form in columns.items()})
    assert times_of(source)[0] == moments
    assert times_of(source, time_zone="Asia/Tokyo")[0] == [moment - timedelta(hours=9) for moment in moments]


def test_zones_behind_a_clock_are_honoured() -> None:
    source = table({"date": ["2021-01-13", "2021-01-13"], "time": ["01:00 +0100", "02:00 AM Z"]})
    assert times_of(source)[0] == [datetime(2021, 1, 13, hour) for hour in (0, 2)]


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"Year": ["2021"], "Month": ["2"], "Day": ["30"]}, "line 2: Day must be a day of its month, but is '30'"),
        ({"Year": ["2021"], "Month": ["13"], "Day": ["1"]}, "line 2: Month must be a month from 1 to 12, but is '13'"),
        ({"date": ["2021-01-13"], "hour": ["25"]}, "line 2: hour must be an hour from 0 to 23, or .*, but is '25'"),
        ({"date": ["2021-01-13"], "time": ["2460"]}, "line 2: time must be a time of day such as .* but is '2460'"),
        ({"date": ["2021-01-13", ""], "time": ["00:00", "01:00"]}, "line 3: date must be a date .* but is ''"),
        ({"date": ["2021-01-13", None], "time": ["00:00", "01:00"]}, "line 3: date must be a time, but is empty"),
        ({"date": ["2021-01-13", "2021-01-13"], "time": ["00:00", None]}, "line 3: time must be a time, but is empty"),
    ],
)
def test_a_cell_that_is_none_of_its_column_is_refused_by_its_line(columns: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        times_of(table(columns))


@pytest.mark.parametrize("names", [["a", "b"], ["date", "date"], [], ["date", "nothing"]])
def test_lists_that_are_no_day_and_clock_are_refused(names: list[str]) -> None:
    with pytest.raises(UserError, match="^data.time must name"):
        times_of(table({"a": ["2021-01-13"], "b": ["2021-01-14"], "date": ["2021-01-15"]}), time=names)


def test_a_clock_beside_whole_times_is_not_read_and_said() -> None:
    source = table({"date": ["2021-01-13 01:00"], "time": ["09:00"]})
    times, notes = times_of(source, time=["date", "time"])
    assert times == [datetime(2021, 1, 13, 1)]
    assert "date says the time of day already: time is not read" in notes


REPORTS: dict[str, tuple[dict[str, Any], str, str, str, int]] = {
    "d01": ({}, "2021-01-13 00:00", "2021-01-13 21:35", "5min", 260),
    "d07": ({"price": "5"}, "2021-01-13 00:00", "2021-01-23 19:00", "1h", 260),
    "d12": ({"time_zone": "Europe/Berlin"}, "2023-10-24 22:00", "2023-11-04 17:00", "1h", 260),
    "d13": ({}, "2021-01-13 00:00", "2021-01-13 21:35", "5min", 260),
    "d14": ({}, "2021-01-03", "2021-09-19", "1D", 260),
    "d15": ({}, "2021-01-03", "2021-09-19", "1D", 260),
    "d16": ({"time_format": "%d/%m/%Y"}, "2000-01-01", "2021-08-01", "MS", 260),
    "d17": ({}, "2021-01-13 00:00", "2021-01-23 19:00", "1h", 260),
}


@pytest.mark.parametrize("name", REPORTS)
def test_files_that_people_reported_are_read_right(shared_data: Path, name: str) -> None:
    settings, first, last, step, rows = REPORTS[name]
    path = str(shared_data / "reports2" / f"{name}.csv")
    config = CsvData("csv", None, [], path=path, **{"price": None, "time": None, "time_unit": None, **settings})
    series = load_series(config, ())
    expected = pd.date_range(first, last, freq=step, unit="ns")
    assert len(expected) == rows
    assert pd.DatetimeIndex(series.timestamps).equals(expected)
    assert not series.filled.any()
    assert (series.values[[0, -1]].round(2) == [95.05, 30.10]).all()


@pytest.mark.parametrize("kind", ["text", "seconds"])
def test_a_million_rows_take_seconds_at_most(kind: str) -> None:
    times = pd.Series(pd.date_range("2017-01-01", periods=1_000_000, freq="s", unit="ns"))
    cells = {
        "text": lambda: times.astype("str"),
        "seconds": lambda: (times.astype("int64") // 10**9).astype("str"),
    }[kind]()
    start = time.perf_counter()
    source = table({"time": cells})
    config = CsvData("csv", None, [], path="x.csv", price=None, time=None, time_unit=None)
    read, _ = read_times(source, find_time_columns(source, config), config)
    taken = time.perf_counter() - start
    assert read.equals(pd.DatetimeIndex(times))
    assert taken < 20


START, END = ["2021-01-13 00:00", "2021-01-13 01:00"], ["2021-01-13 00:59:59", "2021-01-13 01:59:59"]


@pytest.mark.parametrize(
    ("columns", "chosen", "others"),
    [
        ({"local_time": END, "utc_time": START}, "utc_time", ["local_time"]),
        ({"Date": END, "Date UTC": START}, "Date UTC", ["Date"]),
        ({"Date UTC": ["2021-01-13", "2021-01-13"], "timestamp": START}, "timestamp", ["Date UTC"]),
        ({"Close time": END, "Open time": START}, "Open time", ["Close time"]),
        (
            {"timeClose": END, "timeHigh": END, "timeOpen": START, "timestamp": END},
            "timeOpen",
            ["timestamp", "timeClose", "timeHigh"],
        ),
        ({"settle_date": END, "trade_date": START}, "trade_date", ["settle_date"]),
        (
            {
                "candle_date_time_kst": END,
                "timestamp": ["1610496000000", "1610499600000"],
                "candle_date_time_utc": START,
            },
            "candle_date_time_utc",
            ["timestamp", "candle_date_time_kst"],
        ),
        ({"time": START, "expiry": ["2021-01-13", None]}, "time", []),
    ],
)
def test_of_columns_of_times_utc_and_starts_win_and_all_others_are_named_and_work(
    columns: dict[str, Any], chosen: str, others: list[str]
) -> None:
    source = table(columns)
    times, notes = times_of(source)
    assert times == [datetime(2021, 1, 13), datetime(2021, 1, 13, 1)]
    said = [note for note in notes if note.startswith(f"times are those of {chosen}: ")]
    assert len(said) == bool(others)
    for other in others:
        assert f"data.time={other}" in said[0] or f"\"data.time='{other}'\"" in said[0]
        cells = pd.Series(columns[other])
        expected = pd.to_datetime(cells.astype("int64"), unit="ms") if cells[0].isdecimal() else pd.to_datetime(cells)
        assert times_of(source, time=other, time_zone="UTC")[0] == expected.tolist()


@pytest.mark.parametrize("kind", [str, int, float])
@pytest.mark.parametrize("name", ["Hour", "time", "hour_utc"])
def test_hours_from_1_to_24_are_read_at_their_start_and_said(name: str, kind: Any) -> None:
    hours = [datetime(2021, 1, 13) + timedelta(hours=row) for row in range(60)]
    columns = {"Date": [f"{hour:%Y-%m-%d}" for hour in hours], name: [kind(hour.hour + 1) for hour in hours]}
    times, notes = times_of(table(columns))
    assert times == hours
    assert f"{name} counts hours from 1 to 24, read at their start" in notes[0]


def test_an_hour_24_beside_an_hour_0_is_refused() -> None:
    with pytest.raises(UserError, match="line 3: hour must be an hour from 0 to 23, or from 1 to 24, but is '24'"):
        times_of(table({"date": ["2021-01-13"] * 2, "hour": ["0", "24"]}))


@pytest.mark.parametrize("kind", [str, int])
@pytest.mark.parametrize("rows", [25, 60])
def test_minutes_and_seconds_that_lost_their_zeros_are_told_from_hours_and_minutes(kind: Any, rows: int) -> None:
    moments = [datetime(2021, 1, 13) + timedelta(minutes=row) for row in range(rows)]
    clocks = [kind(str(int(f"{moment:%H%M%S}"))) for moment in moments]
    assert max(map(int, clocks)) >= 2400, "24 minutes and more are no hours"
    times, notes = times_of(table({"date": [f"{moment:%Y%m%d}" for moment in moments], "time": clocks}))
    assert times == moments
    assert "as not all cells are hours and minutes" in notes[0]


def test_hours_and_minutes_that_end_at_24_are_midnight_of_the_next_day() -> None:
    hours = [datetime(2021, 1, 13, 1) + timedelta(hours=row) for row in range(24)]
    times, notes = times_of(table({"date": ["20210113"] * 24, "time": [str(100 * (row + 1)) for row in range(24)]}))
    assert times == hours
    assert any("holds 24:00, read as midnight of the next day" in note for note in notes)


def test_days_and_clocks_of_several_files_are_put_together() -> None:
    columns = {"date": [f"{moment:%Y-%m-%d}" for moment in MOMENTS], "time": [f"{moment:%H:%M}" for moment in MOMENTS]}
    whole = table(columns)
    parts = [whole.rows.iloc[:300].convert_dtypes(dtype_backend="pyarrow"), whole.rows.iloc[300:]]
    joined = replace(whole, rows=pd.concat([part.astype("str") for part in parts]))
    assert times_of(joined)[0] == MOMENTS
