"""Wall clocks become UTC as zoneinfo says, one by one; the hour that autumn repeats is told, or refused."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lstm_sweep.errors import UserError
from tests.data.files.tables import table, times_of

AUTUMN = {
    "Europe/Berlin": datetime(2023, 10, 28, 20),
    "Europe/London": datetime(2023, 10, 28, 20),
    "America/New_York": datetime(2023, 11, 5, 0),
    "America/Chicago": datetime(2023, 11, 5, 0),
    "Australia/Sydney": datetime(2023, 4, 1, 8),
    "Australia/Lord_Howe": datetime(2023, 4, 1, 8),
}


def walls(
    zone: str, step: timedelta, start: datetime | None = None, rows: int = 200
) -> tuple[list[str], list[datetime]]:
    """What a clock in the zone shows, and when that is, in UTC."""
    moments = [(start or AUTUMN[zone]) + row * step for row in range(rows)]
    local = [moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)) for moment in moments]
    return [f"{moment:%Y-%m-%d %H:%M}" for moment in local], moments


@pytest.mark.parametrize("zone", AUTUMN)
@pytest.mark.parametrize("minutes", [1, 5, 15, 30, 60])
@pytest.mark.parametrize("direction", [1, -1])
def test_the_hour_that_comes_twice_is_told_by_the_order_of_the_rows(zone: str, minutes: int, direction: int) -> None:
    if zone == "Australia/Lord_Howe" and minutes == 60:
        minutes = 10
    cells, moments = walls(zone, timedelta(minutes=minutes), rows=1500 // minutes + 30)
    assert len(set(cells)) < len(cells), "the case is in the data"
    assert times_of(cells[::direction], time_zone=zone)[0] == moments[::direction]


@pytest.mark.parametrize("zone", [zone for zone in AUTUMN if "Lord" not in zone])
@pytest.mark.parametrize("minutes", [5, 30, 60])
@pytest.mark.parametrize("direction", [1, -1])
def test_without_a_zone_the_change_of_the_clock_is_named_and_the_advice_works(
    zone: str, minutes: int, direction: int
) -> None:
    cells, moments = walls(zone, timedelta(minutes=minutes), rows=1500 // minutes + 30)
    day = next(cell for row, cell in enumerate(cells) if cell in cells[:row])[:10]
    with pytest.raises(UserError, match=f"{day}, when they went back in .*: set .*data.time_zone=") as caught:
        times_of(cells[::direction])
    assert zone in str(caught.value)
    assert times_of(cells[::direction], time_zone=zone)[0] == moments[::direction]


def test_years_with_a_change_each_are_read_as_zoneinfo_does() -> None:
    cells, moments = walls("Europe/Berlin", timedelta(hours=1), datetime(2019, 1, 1), 5 * 8766)
    assert times_of(cells, time_zone="Europe/Berlin")[0] == moments


def test_trades_of_one_second_do_not_hide_the_change_of_the_clock() -> None:
    cells = ["2023-10-29 01:59", "2023-10-29 01:59", "2023-10-29 02:59", "2023-10-29 02:10", "2023-10-29 03:00"]
    expected = [datetime(2023, 10, 28, 23, 59)] * 2 + [datetime(2023, 10, 29, 0, 59), datetime(2023, 10, 29, 1, 10)]
    assert times_of(cells, time_zone="Europe/Berlin")[0] == [*expected, datetime(2023, 10, 29, 2)]


@pytest.mark.parametrize(
    "hours",
    [
        ("01:00", "02:00", "03:00"),  # once: summer and winter leave a gap each
        ("02:30", "01:00", "03:00", "00:00"),  # out of order
        ("01:59", "02:10", "02:05", "02:20", "02:01"),  # back twice
        ("01:59", "01:59", "02:10", "02:10", "03:00"),  # two trades of one time, or the change
    ],
)
def test_what_order_and_spacing_do_not_tell_is_refused_and_an_offset_helps(hours: tuple[str, ...]) -> None:
    cells = [f"2023-10-29 {hour}" for hour in hours]
    with pytest.raises(UserError, match="in Europe/Berlin show once, not twice as in autumn, but is '2023-10-29 02:"):
        times_of(cells, time_zone="Europe/Berlin")
    first, *_ = times_of([cell + "+02:00" if " 02:" in cell else cell for cell in cells], time_zone="Europe/Berlin")
    assert first[0].hour in (22, 23, 0)


@pytest.mark.parametrize("row", [slice(6, None), slice(0, 6)])
def test_an_hour_at_the_end_of_a_file_is_told_by_the_spacing_and_said(row: slice) -> None:
    cells, moments = walls("Europe/Berlin", timedelta(minutes=10), datetime(2023, 10, 29, 0, 0), 30)
    begins = slice(6, None) if row.start else slice(0, 6)
    before = walls("Europe/Berlin", timedelta(minutes=10), datetime(2023, 10, 28, 20), 24)
    if row.start:  # begins within the second 02:00 to 02:50
        times, notes = times_of(cells[begins], time_zone="Europe/Berlin")
        assert times == moments[begins]
    else:  # ends within the first
        times, notes = times_of(before[0] + cells[begins], time_zone="Europe/Berlin")
        assert times == before[1] + moments[begins]
    assert any("which keeps the spacing" in note and "+0" in note for note in notes)


def test_a_time_that_spring_skips_is_refused_by_its_line() -> None:
    with pytest.raises(UserError, match="line 3: time must be a time that clocks show in Europe/Berlin.* 02:30'"):
        times_of(["2023-03-26 01:30", "2023-03-26 02:30", "2023-03-26 03:30"], time_zone="Europe/Berlin")


def test_days_stay_days_whatever_the_zone() -> None:
    times, notes = times_of(["2023-10-28", "2023-10-29"], time_zone="Europe/Berlin")
    assert times == [datetime(2023, 10, 28), datetime(2023, 10, 29)]
    assert notes == ("time holds days without a clock: they start at 00:00 UTC, whatever data.time_zone is",)
    assert times_of(["2023-10-28"])[1] == notes


def test_a_clock_without_a_zone_is_taken_as_utc_and_said() -> None:
    times, notes = times_of(["2023-06-01 12:00"])
    assert times == [datetime(2023, 6, 1, 12)]
    assert notes[0].startswith("time names no zone: taken as UTC; \"data.time_zone='Europe/Berlin'\"")
    assert times_of(["2023-06-01 12:00"], time_zone="Europe/Berlin")[0] == [datetime(2023, 6, 1, 10)]


@pytest.mark.parametrize("name", ["date (UTC)", "Gmt time", "time_utc"])
def test_a_column_that_is_called_utc_leaves_nothing_to_choose(name: str) -> None:
    assert times_of(table({name: ["2023-06-01 12:00"]})) == ([datetime(2023, 6, 1, 12)], ())
    assert times_of(table({name: ["2023-06-01 12:00"]}), time_zone="Europe/Berlin")[0] == [datetime(2023, 6, 1, 10)]


@pytest.mark.parametrize(
    ("zone", "words"),
    [("America/New_York", ("EDT", "EST")), ("Europe/Berlin", ("CEST", "CET")), ("Europe/London", ("BST", "GMT"))],
)
def test_abbreviations_need_their_zone_and_tell_the_repeated_hour_apart(zone: str, words: tuple[str, str]) -> None:
    moments = [AUTUMN[zone] + timedelta(minutes=30 * row) for row in range(40)]
    local = [moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)) for moment in moments]
    cells = [f"{moment:%Y-%m-%d %H:%M %Z}" for moment in local]
    assert {cell[17:] for cell in cells} == set(words)
    with pytest.raises(UserError, match=f"line 2: .* and '{words[0]}' is not, .*: set the zone, as in .*{zone}"):
        times_of(cells)
    shuffled = [row * 7 % 40 for row in range(40)]
    assert times_of([cells[row] for row in shuffled], time_zone=zone)[0] == [moments[row] for row in shuffled]
    with pytest.raises(UserError, match="line 2: time must be a time with the abbreviation that Asia/Tokyo has then"):
        times_of(cells, time_zone="Asia/Tokyo")


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("Europe/Berln", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("Europe", "Eur"),
    ],
)
def test_an_unknown_zone_is_refused_with_names_alike(name: str, advice: str) -> None:
    with pytest.raises(UserError, match=f"data.time_zone must be a zone .* but is '{name}': try .*{advice}"):
        times_of(["2023-06-01 12:00"], time_zone=name)


def test_a_zone_beside_times_that_name_theirs_is_not_used_and_said() -> None:
    times, notes = times_of(["2023-06-01 12:00Z"], time_zone="Europe/Berlin")
    assert times == [datetime(2023, 6, 1, 12)]
    assert notes == ("time names its zone: data.time_zone is not used",)
