"""Times that are digits: calendars, told from the whole column, and counts of any unit since any epoch."""

from datetime import datetime, timedelta
from fractions import Fraction

import pandas as pd
import pytest

from lstm_sweep.config import CsvData
from lstm_sweep.data.files.times.counts import UNITS
from lstm_sweep.data.files.times.read import read_times
from lstm_sweep.errors import UserError
from tests.data.files.tables import table, times_of

MINUTES = [datetime(2021, 1, 13, 23) + timedelta(minutes=37 * row) for row in range(100)]


class TestCalendars:
    @pytest.mark.parametrize(
        ("form", "step"),
        [
            ("%Y%m%d%H%M", timedelta(minutes=5)),
            ("%Y%m%d%H", timedelta(hours=1)),
            ("%Y%m%d%H%M%S", timedelta(seconds=7)),
            ("%Y%m%d%H%M%S%f", timedelta(microseconds=1_234_567)),
            ("%Y%m%d", timedelta(days=1)),
            ("%d%m%Y", timedelta(days=1)),
            ("%m%d%Y", timedelta(days=1)),
            ("%d%m%y", timedelta(days=1)),
            ("%y%m%d", timedelta(days=1)),
            ("%Y%m", timedelta(days=31)),
        ],
    )
    @pytest.mark.parametrize("ending", ["", ".0"])
    def test_each_form_is_told_from_the_whole_column(self, form: str, step: timedelta, ending: str) -> None:
        moments = [datetime(2021, 1, 13) + row * step for row in range(100 if form != "%Y%m" else 30)]
        cells = [moment.strftime(form) for moment in moments]
        expected = [datetime.strptime(cell, form) for cell in cells]
        assert times_of([cell + ending for cell in cells])[0] == expected

    def test_milliseconds_are_17_digits(self) -> None:
        moments = [datetime(2021, 1, 13) + timedelta(milliseconds=row * 61) for row in range(50)]
        assert times_of([moment.strftime("%Y%m%d%H%M%S%f")[:17] for moment in moments])[0] == moments

    @pytest.mark.parametrize("kind", ["int64", "float64"])
    def test_numbers_with_a_type_are_read_as_their_digits(self, kind: str) -> None:
        numbers = pd.Series([int(moment.strftime("%Y%m%d%H%M")) for moment in MINUTES]).astype(kind)
        assert times_of(numbers)[0] == MINUTES

    def test_a_calendar_wins_over_a_count_and_says_the_alternative_which_works(self) -> None:
        cells = ["2021011301", "2021011302"]
        times, notes = times_of(cells)
        assert times == [datetime(2021, 1, 13, 1), datetime(2021, 1, 13, 2)]
        assert notes[0] == "time 2021011301 is read as 2021-01-13 01:00:00: data.time_unit=s reads 2034-01-16 08:01:41"
        assert times_of(cells, time_unit="s")[0][0] == datetime(2034, 1, 16, 8, 1, 41)

    def test_one_cell_that_is_no_calendar_time_makes_all_of_them_counts(self) -> None:
        assert times_of(["2021011301", "2021011361"])[0][1] == datetime(1970, 1, 1) + timedelta(seconds=2021011361)

    def test_months_win_over_days_of_two_digit_years_and_both_are_said(self) -> None:
        times, notes = times_of(["200101", "200102"])
        assert times == [datetime(2001, 1, 1), datetime(2001, 2, 1)]
        assert any("%y%m%d" in note and "2020-01-01" in note for note in notes)
        assert times_of(["200101", "200102"], time_format="%y%m%d")[0][1] == datetime(2020, 1, 2)

    def test_two_readings_of_two_digit_years_are_refused_with_both_settings(self) -> None:
        with pytest.raises(UserError, match="'211013' may be 2021-10-13 or 2013-10-21: set .*%y%m%d.* or .*%d%m%y"):
            times_of(["211013", "211014"])

    def test_years_are_read_where_the_column_is_named_so(self) -> None:
        assert times_of(table({"Year": ["2001", "2002"]}))[0] == [datetime(2001, 1, 1), datetime(2002, 1, 1)]
        with pytest.raises(UserError, match=r"line 2: time must be .* '2001': \"data.time_format='%Y'\" reads"):
            times_of(["2001", "2002"])
        assert times_of(["2001", "2002"], time_format="%Y")[0][1] == datetime(2002, 1, 1)


EPOCHS = {
    "s": (datetime(1970, 1, 1), 1),
    "ms": (datetime(1970, 1, 1), Fraction(1, 1000)),
    "us": (datetime(1970, 1, 1), Fraction(1, 10**6)),
    "ns": (datetime(1970, 1, 1), Fraction(1, 10**9)),
    "min": (datetime(1970, 1, 1), 60),
    "h": (datetime(1970, 1, 1), 3600),
    "D": (datetime(1970, 1, 1), 86400),
    "excel": (datetime(1899, 12, 30), 86400),
    "excel1904": (datetime(1904, 1, 1), 86400),
    "ticks": (datetime(1, 1, 1), Fraction(1, 10**7)),
    "filetime": (datetime(1601, 1, 1), Fraction(1, 10**7)),
    "webkit": (datetime(1601, 1, 1), Fraction(1, 10**6)),
    "matlab": (datetime(1, 1, 1), 86400),
    "julian": (datetime(2000, 1, 1, 12), 86400),
    "cocoa": (datetime(2001, 1, 1), 1),
}
COUNT_AT_EPOCH = {"matlab": 367, "julian": 2_451_545}
"""As MATLAB's datenum(1,1,1) and the astronomers' J2000 say."""


@pytest.mark.parametrize("unit", UNITS)
def test_each_unit_counts_as_its_program_does(unit: str) -> None:
    epoch, seconds = EPOCHS[unit]
    moments = [datetime(2021, 1, 13, 12) + timedelta(days=row) for row in range(20)]
    counts = [
        Fraction((moment - epoch) // timedelta(microseconds=1), 10**6) / seconds + COUNT_AT_EPOCH.get(unit, 0)
        for moment in moments
    ]
    cells = [str(int(count)) if count == int(count) else repr(float(count)) for count in counts]
    assert times_of(cells, time_unit=unit)[0] == moments
    assert times_of([float(cell) for cell in cells], time_unit=unit)[0] == moments


def test_a_fraction_of_an_excel_day_is_a_clock_to_the_millisecond() -> None:
    cells = [repr((moment - datetime(1899, 12, 30)) / timedelta(days=1)) for moment in MINUTES]
    assert times_of(cells, time_unit="excel")[0] == MINUTES


def test_excel_serials_are_refused_with_the_setting_that_reads_them() -> None:
    with pytest.raises(UserError, match="line 2: .* is '44209.5': data.time_unit=excel reads 2021-01-13 12:00:00, or"):
        times_of(["44209.5", "44210"])
    assert times_of(["44209.5"], time_unit="excel")[0] == [datetime(2021, 1, 13, 12)]


def test_nanoseconds_since_1970_win_over_ticks_which_are_said() -> None:
    cells = ["637460928000000000", "637460928600000000"]
    times, notes = times_of(cells)
    assert times[0].year == 1990
    assert "data.time_unit=ticks reads its first as 2021-01-13" in notes[0]
    assert times_of(cells, time_unit="ticks")[0][0] == datetime(2021, 1, 13)


def test_counts_beyond_time_are_refused_with_the_unit_that_may_be_meant() -> None:
    with pytest.raises(UserError, match="microseconds before 2262, but is '13254969600000000': data.time_unit=webkit"):
        times_of(["13254969600000000"])


@pytest.mark.parametrize("unit", ["sec", "S", "", "days"])
def test_an_unknown_unit_is_refused_with_all_that_there_are(unit: str) -> None:
    with pytest.raises(UserError, match="data.time_unit must be one of s, ms, .*, excel1904, but is"):
        times_of(["1700000000"], time_unit=unit)


def test_each_file_has_a_unit_of_its_own() -> None:
    cells = ["1733011200000", "1733014800000", "1735689600000000", "1735693200000000"]
    times, notes = times_of(table({"time": cells}, parts=(2, 4)))
    assert times == [
        *(datetime(2024, 12, 1, hour) for hour in range(2)),
        *(datetime(2025, 1, 1, hour) for hour in range(2)),
    ]
    assert notes == ("time counts milliseconds in some files and microseconds in others: each read in its own",)
    with pytest.raises(UserError, match="1.csv, line 3: time must be in milliseconds like the times before"):
        times_of(table({"time": cells[:3]}, parts=(2, 3)))


def test_whole_counts_are_exact_to_the_nanosecond() -> None:
    frame = table({"time": ["1700000000000000001", "1700000000000000003"]})
    config = CsvData("csv", None, [], path="x.csv", price=None, time=None, time_unit=None)
    times, notes = read_times(frame, ("time",), config)
    assert times.asi8.tolist() == [1700000000000000001, 1700000000000000003]
    assert notes == ("time counts nanoseconds since 1970, by its size: data.time_unit names another unit",)


@pytest.mark.parametrize("cell", ["nan", "inf", "-1", "12", "1e400", "9" * 25])
def test_numbers_that_are_no_times_are_refused_by_their_line(cell: str) -> None:
    with pytest.raises(UserError, match=r"line 3: time must be .*\.$"):
        times_of(["1700000000", cell, "1700000001"])
