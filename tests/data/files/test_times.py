"""Times that are text: every form of day goes with every form of clock and zone; strptime reads them one by one."""

from datetime import UTC, datetime, timedelta, timezone

import pandas as pd
import pytest

from lstm_sweep.data.files.times.text import is_time
from lstm_sweep.errors import UserError
from tests.data.files.tables import times_of

MOMENTS = [datetime(2021, 1, 13, 22) + timedelta(minutes=395 * row) for row in range(120)]

DAYS = [
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y %m %d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%d. %m. %Y", "%d %m %Y"),
    *("%m-%d-%Y", "%m/%d/%Y", "%m.%d.%Y", "%d-%m-%y", "%m/%d/%y", "%d.%m.%y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y"),
    *("%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%b-%d-%Y", "%Y-%b-%d", "%Y %B %d", "%d%b%Y", "%d. %B %Y"),
    *("%a, %d %b %Y", "%A, %d %B %Y", "%a %b %d %Y", "%A, %B %d, %Y", "%a %d %b %Y", "%a %Y-%m-%d", "%Y%m%d"),
]

CLOCKS = [
    *(" %H:%M", " %H:%M:%S", "T%H:%M:%S", ", %H:%M", " %I:%M %p", " %I:%M:%S %p", " %I:%M%p", ":%H:%M:%S"),
    *(" %H:%M:%S.%f", "T%H:%M:%S.%f", " %H:%M:%S,%f", "_%H:%M", "  %H:%M"),
]

FORMS = [
    (day, clock)
    for day in DAYS
    for clock in CLOCKS
    if not (clock.startswith(":") and (" " in day or day == "%Y%m%d"))  # nobody writes these
]

ZONES = {
    "": timedelta(),
    "Z": timedelta(),
    " UTC": timedelta(),
    " GMT": timedelta(),
    "+01:00": timedelta(hours=1),
    " +0530": timedelta(hours=5, minutes=30),
    "-05": timedelta(hours=-5),
    " GMT+0100 (CET)": timedelta(hours=1),
    " UTC-3": timedelta(hours=-3),
}


@pytest.mark.parametrize(("day", "clock"), FORMS)
def test_each_form_of_a_day_goes_with_each_form_of_a_clock(day: str, clock: str) -> None:
    cells = [moment.strftime(day + clock) for moment in MOMENTS]
    expected = [datetime.strptime(cell, day + clock) for cell in cells]
    assert expected == MOMENTS
    assert times_of(cells)[0] == expected
    assert times_of(cells[::-1])[0] == expected[::-1]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M", "%b %d, %Y %I:%M %p"])
def test_each_zone_that_is_an_offset_is_honoured_behind_each_form(form: str, zone: str) -> None:
    cells = [moment.strftime(form) + zone for moment in MOMENTS]
    times, notes = times_of(cells)
    assert times == [moment - ZONES[zone] for moment in MOMENTS]
    assert bool(notes) == (zone == ""), "what names its zone leaves nothing to choose"


def test_offsets_may_differ_from_row_to_row() -> None:
    zones = [timezone(timedelta(hours=hours)) for hours in (2, 1, -5, 0)]
    moments = [datetime(2023, 10, 29, hour, tzinfo=UTC) for hour in range(4)]
    cells = [moment.astimezone(zone).isoformat() for moment, zone in zip(moments, zones, strict=True)]
    assert times_of(cells)[0] == [moment.replace(tzinfo=None) for moment in moments]


@pytest.mark.parametrize(
    "form",
    [
        *(
            "%Y%m%d %H%M%S",
            "%Y%m%d %H%M",
            "%Y%m%dT%H%M%SZ",
            "%Y%m%dT%H%M",
            "%Y-%m-%d %H",
            "%Y-%m-%dT%H",
            "%y%m%d %H%M%S",
        ),
        *("%a %b %d %H:%M:%S %Y", "%a %b %d %H:%M:%S UTC %Y", "%H:%M %d.%m.%Y", "%H:%M:%S, %d %b %Y"),
        *("%a, %d %b %Y %H:%M:%S GMT", "%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)"),
        *("%Y-%m-%d %I-%p", "%Y-%m-%d %I %p", "%d/%b/%Y:%H:%M:%S +0000", "%Y-%m-%dD%H:%M:%S.000000000"),
        *("%Y-%m-%d %H:%M:%S +0000 UTC", "%d.%m.%Y %H:%M Uhr"),
        *("%d.%m.%Y %H:%M:%S.000 GMT+0000", "%Y-%m-%dT%H:%M:%S+00:00[Etc/UTC]", "%Y-%m-%d\u00a0%H:%M"),
    ],
)
def test_forms_of_programs_are_read(form: str) -> None:
    moments = [datetime(2021, 1, 13) + timedelta(hours=7 * row) for row in range(90)]
    assert times_of([moment.strftime(form) for moment in moments])[0] == moments


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("13. Januar 2021", "2021-01-13"),
        ("1. März 2021", "2021-03-01"),
        ("13. Mrz 2021", "2021-03-13"),
        ("3 août 2021", "2021-08-03"),
        ("3 févr. 2021", "2021-02-03"),
        ("13 de enero de 2021", "2021-01-13"),
        ("13 dic 2021", "2021-12-13"),
        ("13 mag 2021", "2021-05-13"),
        ("13 de março de 2021", "2021-03-13"),
        ("13 maart 2021", "2021-03-13"),
        ("Mi, 13. Jan. 2021", "2021-01-13"),
        ("13th January 2021", "2021-01-13"),
        ("1st of Sept 2021", "2021-09-01"),
        ("January 2nd, 2021", "2021-01-02"),
        ("2021年1月13日", "2021-01-13"),
    ],
)
def test_names_of_months_are_read_in_seven_languages(cell: str, day: str) -> None:
    assert times_of([cell])[0] == [datetime.fromisoformat(day)]


@pytest.mark.parametrize("form", ["%Y-%m", "%b %Y", "%m/%Y", "%B %Y", "%Y/%m", "%Y %b"])
def test_months_are_their_first_day(form: str) -> None:
    months = [datetime(2020 + row // 12, 1 + row % 12, 1) for row in range(30)]
    assert times_of([month.strftime(form) for month in months])[0] == months


def test_fractions_of_a_second_are_read_to_the_nanosecond() -> None:
    cells = ["2021-01-13 00:00:00.123456789", "2021-01-13T00:00:00,5"]
    times, _ = times_of(cells)
    assert [time.microsecond for time in times] == [123456, 500000]


def test_a_clock_left_out_is_midnight_where_others_have_one() -> None:
    times, _ = times_of(["13.01.2021", "13.01.2021 01:00", "13.01.2021 02:00"])
    assert times == [datetime(2021, 1, 13, hour) for hour in range(3)]


class TestOrders:
    @pytest.mark.parametrize("form", ["%d/%m/%Y", "%m/%d/%Y", "%d-%m-%y", "%m.%d.%y"])
    def test_the_order_is_told_from_the_whole_column(self, form: str) -> None:
        days = [datetime(2021, 1, 1) + timedelta(days=row) for row in range(45)]
        assert times_of([day.strftime(form) for day in days])[0] == days

    def test_where_two_orders_fit_the_first_row_whose_readings_differ_is_shown_and_each_setting_decides(self) -> None:
        cells = ["01/01/2021", "02/02/2021", "03/02/2021 01:00", "04/02/2021"]
        with pytest.raises(
            UserError, match=r"0.csv, line 4: .* '03/02/2021 01:00' may be 2021-02-03 01:00:00 or 2021-03-02"
        ) as caught:
            times_of(cells)
        for form, month in (("%d/%m/%Y", 2), ("%m/%d/%Y", 3)):
            assert f"\"data.time_format='{form}'\"" in str(caught.value)
            assert times_of(cells, time_format=form)[0][2].month == month

    def test_orders_that_agree_on_every_row_are_no_choice(self) -> None:
        assert times_of(["01/01/2021", "02/02/2021"])[0] == [datetime(2021, 1, 1), datetime(2021, 2, 2)]

    def test_a_reading_in_which_alone_the_rows_are_in_order_is_taken_and_its_alternative_printed(self) -> None:
        days = [datetime(2021, 1, 13) + timedelta(days=row) for row in range(40)]
        times, notes = times_of([day.strftime("%d-%m-%y") for day in days])
        assert times == days
        assert "\"data.time_format='%y-%m-%d'\" reads it as 2013-01-21" in notes[0]
        shuffled = [days[row * 7 % 40].strftime("%d-%m-%y") for row in range(40)]
        with pytest.raises(UserError, match="may be 2013-01-21 or 2021-01-13"):
            times_of(shuffled)

    def test_with_dots_the_day_comes_first_unless_no_day_fits_and_it_is_said(self) -> None:
        times, notes = times_of(["01.02.2021", "02.02.2021"])
        assert times == [datetime(2021, 2, 1), datetime(2021, 2, 2)]
        assert "\"data.time_format='%m.%d.%Y'\" reads it as 2021-01-02" in notes[0]
        assert times_of(["01.02.2021", "02.02.2021"], time_format="%m.%d.%Y")[0][0] == datetime(2021, 1, 2)

    def test_two_digits_of_a_year_beside_days_up_to_12_are_refused(self) -> None:
        with pytest.raises(UserError, match="'01-02-03' may be 2001-02-03 or 2003-02-01"):
            times_of(["01-02-03", "02-02-03"])

    def test_the_century_is_said(self) -> None:
        times, notes = times_of(["13-Jan-21", "14-Jan-21"])
        assert times[0] == datetime(2021, 1, 13)
        assert any("two digits" in note and "2021" in note for note in notes)

    def test_a_row_of_another_order_is_refused_by_its_line(self) -> None:
        with pytest.raises(UserError, match="line 3: time must be a date such as .* but is '01/14/2021'"):
            times_of(["13/01/2021", "01/14/2021", "15/01/2021"])


class TestFormat:
    def test_it_wins_over_everything(self) -> None:
        assert times_of(["210113", "210114"], time_format="%d%m%y")[0][0] == datetime(2013, 1, 21)
        assert times_of([210113, 210114], time_format="%d%m%y")[0][0] == datetime(2013, 1, 21)
        assert times_of(["2021"], time_format="%Y")[0] == [datetime(2021, 1, 1)]

    def test_a_day_alone_leaves_the_clock_and_the_zone_to_be_told(self) -> None:
        cells = ["01/02/2021", "01/02/2021 3:00 PM", "01/02/2021 16:00+01:00"]
        expected = [datetime(2021, 2, 1, hour) for hour in (0, 15, 15)]
        assert times_of(cells, time_format="%d/%m/%Y", time_zone="UTC")[0] == expected

    @pytest.mark.parametrize(
        ("form", "cell"), [("%d/%m/%Y %H:%M", "1/2/21"), ("%d/%m/%Y", "2021-02-01"), ("%Y", "now")]
    )
    def test_a_cell_of_another_form_is_refused_by_its_line(self, form: str, cell: str) -> None:
        good = datetime(2021, 2, 1).strftime(form)
        with pytest.raises(UserError, match=f"line 3: time must be .* but is '{cell}'"):
            times_of([good, cell], time_format=form)

    def test_offsets_in_it_are_honoured(self) -> None:
        cells = ["01/02/2021 00:30 +0100"]
        assert times_of(cells, time_format="%d/%m/%Y %H:%M %z")[0] == [datetime(2021, 1, 31, 23, 30)]

    @pytest.mark.parametrize("form", ["day", "%Q", "%"])
    def test_what_strptime_does_not_know_is_refused(self, form: str) -> None:
        with pytest.raises(UserError, match="data.time_format must be a form as strptime takes it"):
            times_of(["2021-01-13"], time_format=form)


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "now",
            "today",
            "abc",
            "2021-02-30",
            "2021-13-01",
            "31.04.2021",
            "13.01.1521",
            "9999-01-01",
            "2021-01-13 24:01",
        ),
        *("2021-01-13 24:00 PM", "2021-01-13 12:60", "2021-01-13 13:00 PM", "2021-01-13 00:30 PM", "13 Foo 2021"),
        *(
            "Jan Feb 2021",
            "2021-01-13-05",
            "2021-01-13 1",
            "20210113 1",
            "2021-01-13 12:5",
            "1-2",
            "--",
            "2021-01-13 25",
        ),
    ],
)
def test_what_is_no_time_is_refused_by_its_line(cell: str) -> None:
    with pytest.raises(UserError, match=r"0.csv, line 3: time must be a (date|time) .* but is .*\.$"):
        times_of(["2021-01-12 01:00", cell])


@pytest.mark.parametrize("settings", [{"time_unit": "s"}, {"time_unit": "s", "time_format": "%Y-%m-%d"}])
def test_a_setting_that_has_no_say_is_named(settings: dict[str, str]) -> None:
    times, notes = times_of(["2021-01-13"], **settings)
    assert times == [datetime(2021, 1, 13)]
    assert "time says when without data.time_unit, which is not used" in notes


def test_cells_with_types_are_read_as_they_are() -> None:
    naive = pd.Series(pd.date_range("2021-01-13", periods=3, freq="h", unit="us"))
    expected = [datetime(2021, 1, 13, hour) for hour in range(3)]
    times, notes = times_of(naive)
    assert times == expected
    assert "no zone" in notes[0]
    times, notes = times_of(naive.dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo"))
    assert times == expected
    assert notes == ()
    assert times_of([day.date() for day in expected[:1]])[0] == expected[:1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((moment.strftime(form), True) for form in DAYS for moment in MOMENTS[:2]),
        *((text, True) for text in ("2021-01-13T00:00:00Z", "13.01.2021", "1/2/2021 9:00 AM", "20210113 000500")),
        *((text, False) for text in ("", "1", "1.5", "20210113", "1,234.5", "9,505.1", "1.234.567", "$30.10", "abc")),
        *(
            (text, False)
            for text in ("123.26K", "-0.11%", "1 234,5", "1'234.5", "Jan", "00:05", "BTC-USD", "1e9", "12-13")
        ),
    ],
)
def test_one_cell_looks_like_a_time_or_does_not(text: str, expected: bool) -> None:
    assert is_time(text) == (expected and not text.isdecimal())


class TestYears:
    @pytest.mark.parametrize(
        ("cell", "form"),
        [
            *(("1600", "%Y"), ("1500-01-01", "%Y-%m-%d"), ("2300-01-01", "%Y-%m-%d"), ("02/01/2563", "%d/%m/%Y")),
            *(("1500-01-01 00:05", "%Y-%m-%d %H:%M"), ("1650-01-01", None), ("02.01.2300 12:00", None)),
        ],
    )
    def test_years_that_times_cannot_be_of_are_refused_by_name(self, cell: str, form: str | None) -> None:
        with pytest.raises(UserError, match=f"line 2: time must be a date from 1678 to 2261, but is '{cell}': .*corr"):
            times_of([cell], time_format=form)

    def test_a_year_of_the_buddhist_calendar_is_named(self) -> None:
        with pytest.raises(UserError, match="if it is of the Buddhist calendar, write 2020 for 2563"):
            times_of(["02/01/2563"], time_format="%d/%m/%Y")
        assert times_of(["02/01/2020"], time_format="%d/%m/%Y")[0] == [datetime(2020, 1, 2)]


def test_a_directive_that_stands_twice_is_refused() -> None:
    with pytest.raises(UserError, match="data.time_format must be a form as strptime takes it, but is '%d%d'"):
        times_of(["2021-01-13"], time_format="%d%d")


def test_intervals_are_read_at_their_start_and_said() -> None:
    starts = [datetime(2021, 1, 13) + timedelta(hours=row) for row in range(30)]
    cells = [f"{start:%d.%m.%Y %H:%M} - {start + timedelta(hours=1):%d.%m.%Y %H:%M}" for start in starts]
    times, notes = times_of(cells)
    assert times == starts
    assert any("intervals, read at their start" in note for note in notes)


class TestMixedOrders:
    DAYS = [datetime(2020, 1, 2) + timedelta(days=row) for row in range(45)]

    def damaged(self) -> list[str]:
        """What Excel leaves: days up to 12 were taken for months, the others stayed text."""
        return [day.strftime("%m/%d/%Y" if day.day <= 12 else "%d/%m/%Y") for day in self.DAYS]

    def test_rows_in_order_only_under_two_orders_are_refused_and_a_form_decides(self) -> None:
        with pytest.raises(UserError, match="line 2: time must hold dates of one order, .* if '01/02/2020' is 2020-01"):
            times_of(self.damaged())
        assert times_of(self.damaged(), time_format="%d/%m/%Y")[0][0] == datetime(2020, 2, 1)

    def test_rows_that_are_merely_shuffled_are_read(self) -> None:
        days = [self.DAYS[row * 7 % 45] for row in range(45)]
        assert times_of([day.strftime("%d/%m/%Y") for day in days])[0] == days


@pytest.mark.parametrize("form", ["%H:%M:%S", "%d %b", "%m-%d %H:%M"])
def test_a_form_without_a_year_is_refused_and_not_dated_1900(form: str) -> None:
    with pytest.raises(UserError, match=r"data.time_format must name the year .*'data.time=\[date,time\]'|.*none"):
        times_of([datetime(2021, 1, 13).strftime(form)], time_format=form)


def test_midnight_at_the_end_of_a_day_is_that_of_the_next_and_said() -> None:
    moments = [datetime(2021, 1, 13, 1) + timedelta(hours=row) for row in range(48)]
    cells = [f"{moment - timedelta(hours=1):%Y-%m-%d} {(moment.hour or 24):02d}:00" for moment in moments]
    times, notes = times_of(cells)
    assert times == moments
    assert any("holds 24:00, read as midnight of the next day" in note for note in notes)
