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


@pytest.mark.parametrize("name", ["date (UTC)", "Gmt time", "time_utc", "timeUTC", "openTimeUtc", "dateutc"])
def test_a_column_that_is_called_utc_is_utc_and_it_is_said(name: str) -> None:
    word = "GMT" if name[0] == "G" else "UTC"
    said = (f"{name} is read as wall time of {word}, as its name says",)
    assert times_of(table({name: ["2023-06-01 12:00"]})) == ([datetime(2023, 6, 1, 12)], said)
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


@pytest.mark.parametrize(
    ("name", "hour"),
    [("time (UTC+1)", 11), ("time UTC-03:30", 15), ("Zeit+02:00", 10), ("time[Europe/Berlin]", 10), ("Date/Time", 12)],
)
def test_the_zone_that_the_name_of_a_column_says_is_used_and_said(name: str, hour: int) -> None:
    times, notes = times_of(table({name: ["2023-06-01 12:00"]}))
    assert times[0].hour == hour
    assert notes[0].startswith(f"{name} {'names no zone' if '/T' in name else 'is read as wall time of'}")


@pytest.mark.parametrize(
    ("name", "word", "zone"),
    [
        *(("Time (EST)", "EST", "America/New_York"), ("DateTime_ET", "ET", "America/New_York")),
        *(
            ("Zeit (MEZ)", "MEZ", "Europe/Berlin"),
            ("time_jst", "jst", "Asia/Tokyo"),
            ("date CST", "CST", "Asia/Shanghai"),
        ),
    ],
)
def test_an_abbreviation_in_a_name_is_refused_with_zones_that_work(name: str, word: str, zone: str) -> None:
    source = table({name: ["2023-06-01 12:00"]})
    with pytest.raises(UserError, match=f"line 2: .* but its name says {word}: set .*data.time_zone='{zone}'"):
        times_of(source)
    expected = datetime(2023, 6, 1, 12, tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)
    assert times_of(source, time_zone=zone)[0] == [expected]


def test_a_zone_in_the_name_of_the_clock_counts_too() -> None:
    columns = {"date": ["2023-06-01", "2023-06-01"], "hour_utc": ["0", "1"]}
    times, notes = times_of(table(columns), time=["date", "hour_utc"])
    assert times == [datetime(2023, 6, 1), datetime(2023, 6, 1, 1)]
    assert notes[-1] == "hour_utc is read as wall time of UTC, as its name says"


@pytest.mark.parametrize(
    ("zone", "hour"),
    [("+01:00", 11), ("UTC+1", 11), ("GMT+1", 11), ("-0330", 15), ("UTC", 12), ("Etc/GMT+1", 13), ("Etc/GMT-1", 11)],
)
def test_offsets_are_zones_and_count_east_of_utc_but_for_the_inverted_ones(zone: str, hour: int) -> None:
    times, notes = times_of(["2023-06-01 12:00"], time_zone=zone)
    assert times[0].hour == hour
    assert ("west of UTC" in notes[0]) == (zone == "Etc/GMT+1")


@pytest.mark.parametrize("zone", ["GMT+1h", "GMT+99", "Etc/GMT+20"])
def test_no_inverted_zone_is_suggested(zone: str) -> None:
    with pytest.raises(UserError, match="data.time_zone must be a zone .* or an offset") as caught:
        times_of(["2023-06-01 12:00"], time_zone=zone)
    assert "Etc/" not in str(caught.value).split(": try", 1)[1]


def test_rows_of_which_some_name_an_offset_are_refused_and_a_zone_helps() -> None:
    cells = ["2023-06-01 12:00", "2023-06-01 13:00", "2023-06-01 15:00+01:00"]
    with pytest.raises(UserError, match=r"line 2: time must name a zone in all rows or in none, .*15:00\+01:00' else"):
        times_of(cells)
    assert times_of(cells, time_zone="UTC")[0] == [datetime(2023, 6, 1, hour) for hour in (12, 13, 14)]


def test_zones_in_a_column_of_their_own_are_honoured_and_said() -> None:
    columns = {"date": ["2023-06-01 12:00", "2023-06-01 12:00"], "tz": ["+02:00", "UTC"]}
    times, notes = times_of(table(columns))
    assert times == [datetime(2023, 6, 1, 10), datetime(2023, 6, 1, 12)]
    assert notes == ("times are in the zone that tz names in each row",)


def test_abbreviations_in_a_column_of_their_own_need_their_zone() -> None:
    source = table({"Date": ["2023-06-01"] * 2, "Time": ["12:00", "13:00"], "Zone": ["EDT"] * 2})
    with pytest.raises(UserError, match="line 2: .* and 'EDT' is not, .*: set the zone, as in .*America/New_York"):
        times_of(source)
    assert times_of(source, time_zone="America/New_York")[0][0] == datetime(2023, 6, 1, 16)


def test_a_column_of_zones_that_is_not_read_is_named() -> None:
    source = table({"time": ["2023-06-01 12:00"], "timezone": ["Europe/Berlin"]})
    assert times_of(source)[1][0].startswith("timezone holds 'Europe/Berlin', which is not read: data.time_zone")
