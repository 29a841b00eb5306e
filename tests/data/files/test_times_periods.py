"""Quarters, weeks and months with a letter, and numbers whose sentence names what reads them; datetime checks them."""

from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from lstm_sweep.errors import UserError
from tests.data.files.tables import table, times_of

QUARTERS = [datetime(1990 + row // 4, 3 * (row % 4) + 1, 1) for row in range(40)]
MONDAYS = [datetime(2019, 12, 2) + timedelta(weeks=row) for row in range(300)]
MONTHS = [datetime(1990 + row // 12, 1 + row % 12, 1) for row in range(60)]


def quarter(day: datetime) -> int:
    return (day.month + 2) // 3


@pytest.mark.parametrize("form", ["{0}-Q{1}", "{0}Q{1}", "{0} q{1}", "Q{1} {0}", "Q{1}/{0}", "Q{1}-{0}"])
def test_quarters_are_their_first_day(form: str) -> None:
    assert times_of([form.format(day.year, quarter(day)) for day in QUARTERS])[0] == QUARTERS


@pytest.mark.parametrize("form", ["{0}-W{1:02d}", "{0}W{1:02d}", "{0} W{1}"])
def test_iso_weeks_are_their_monday(form: str) -> None:
    cells = [form.format(*day.isocalendar()[:2]) for day in MONDAYS]
    assert any("53" in cell for cell in cells), "a year of 53 weeks is among them"
    assert times_of(cells)[0] == MONDAYS


@pytest.mark.parametrize("form", ["%YM%m", "%Y-M%m", "%Y,M%m"])
def test_months_with_a_letter_are_their_first_day(form: str) -> None:
    assert times_of([day.strftime(form) for day in MONTHS])[0] == MONTHS


@pytest.mark.parametrize("cell", ["2021-W53", "2021-W00", "2021M13", "2021-Q5"])
def test_periods_that_a_year_does_not_have_are_refused_by_their_line(cell: str) -> None:
    with pytest.raises(UserError, match=f"line 3: time must be a date .* but is '{cell}'"):
        times_of([cell.replace(cell[-2:], "01" if "Q" not in cell else "Q1"), cell])


@pytest.mark.parametrize("kind", [str, int, float])
def test_a_year_and_a_quarter_or_a_week_in_columns_of_their_own_are_put_together(kind: Any) -> None:
    of_quarters = {"Year": [kind(day.year) for day in QUARTERS], "Quarter": [kind(quarter(day)) for day in QUARTERS]}
    assert times_of(table(of_quarters | {"close": ["1.5"] * 40}))[0] == QUARTERS
    weeks = [date.isocalendar(day) for day in MONDAYS]
    of_weeks = {"Year": [kind(week[0]) for week in weeks], "Week": [kind(week[1]) for week in weeks]}
    assert times_of(table(of_weeks | {"close": ["1.5"] * 300}))[0] == MONDAYS


def test_beside_a_month_quarter_and_week_say_nothing() -> None:
    columns = {"Year": [day.year for day in MONTHS], "Quarter": [quarter(day) for day in MONTHS]}
    source = table(columns | {"Month": [day.month for day in MONTHS], "Week": [1] * 60})
    assert times_of(source)[0] == MONTHS


@pytest.mark.parametrize(
    ("cells", "setting", "value", "second"),
    [
        (["1990.01", "1990.02"], "time_format", "%Y.%m", datetime(1990, 2, 1)),
        (["2020002", "2020003"], "time_format", "%Y%j", datetime(2020, 1, 3)),
        (["-155520000", "-152928000"], "time_unit", "s", datetime(1965, 2, 26)),
        (["0", "86400"], "time_unit", "s", datetime(1970, 1, 2)),
        (["0.0", "0.5"], "time_unit", "s", datetime(1970, 1, 1, 0, 0, 0, 500_000)),
        (["18263", "18264"], "time_unit", "D", datetime(2020, 1, 3)),
    ],
)
def test_a_refused_number_comes_with_the_setting_that_reads_it(
    cells: list[str], setting: str, value: str, second: datetime
) -> None:
    with pytest.raises(UserError, match=f"line 2: .*data.{setting}=.*{value}") as caught:
        times_of(cells)
    assert ("data.time=none" in str(caught.value)) == (setting == "time_unit")
    assert times_of(cells, **{setting: value})[0][1] == second


def test_years_with_a_fraction_are_refused_with_what_works() -> None:
    with pytest.raises(UserError, match="'1990.0833': write dates in place of years with a fraction, .*data.time=none"):
        times_of(["1990.0833", "1990.1667"])


def test_1990_1_may_be_january_or_october_and_is_refused() -> None:
    with pytest.raises(UserError, match=r"line 3: .* \(.1 may be January or October\), but is '1990.1'"):
        times_of(["1990.09", "1990.1", "1990.11"], time_format="%Y.%m")


@pytest.mark.parametrize(("name", "epoch"), [("Ticks", datetime(1, 1, 1)), ("FileTime", datetime(1601, 1, 1))])
def test_a_column_that_bears_the_name_of_a_unit_is_read_in_it_and_it_is_said(name: str, epoch: datetime) -> None:
    moments = [datetime(2021, 1, 13, hour) for hour in range(5)]
    counts = [(moment - epoch) // timedelta(microseconds=1) * 10 for moment in moments]
    times, notes = times_of(table({name: pd.Series(counts)}))
    assert times == moments
    assert "as its name says: data.time_unit names another unit" in notes[0]
    assert times_of(table({name: counts}), time_unit="ns")[0][0].year in (1974, 1990)
