"""Files with traits that public bug reports tell of: each gives its right value, or a sentence that leads there."""

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError
from lstm_sweep.search.space import build_space
from lstm_sweep.sweep.preflight import check_windows
from tests.commands import run
from tests.configs import compose_config
from tests.data.advice import filled, load, load_or_refusal, moments, refusal, says, settings_in

Bars = list[tuple[str, float]]
"""A time, as '2021-01-03T00:00:00' in UTC, and a price each."""


@pytest.fixture
def reports(shared_data: Path) -> Path:
    folder = shared_data / "reports2"
    if not folder.is_dir():
        pytest.skip(f"files with traits of bug reports are not at hand: there is no {folder}")
    return folder


def rows(path: Path, separator: str = ",") -> list[list[str]]:
    """The cells of a file, its header too."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=separator))


def at(text: str, form: str) -> str:
    return datetime.strptime(text, form).isoformat()


def check(series: Series, bars: Bars, gaps: tuple[str, ...] = ()) -> None:
    """The series holds these bars, each as it is written, and nothing else but the named gaps."""
    assert filled(series) == list(gaps)
    assert moments(series) == sorted([*(time for time, _ in bars), *gaps])
    assert series.values[~series.filled].tolist() == [price for _, price in sorted(bars)]


def each_day(first: str, count: int) -> Iterator[str]:
    start = datetime.fromisoformat(first)
    return ((start + timedelta(days=day)).isoformat() for day in range(count))


def test_d01_digits_that_spell_a_calendar_are_read_as_one_and_said(reports: Path) -> None:
    series = load(reports / "d01.csv")
    bars = [(at(time, "%Y%m%d%H%M"), float(price)) for time, price in rows(reports / "d01.csv")[1:]]
    check(series, bars)
    assert [len(bars), *bars[0], *bars[-1]] == [260, "2021-01-13T00:00:00", 95.05, "2021-01-13T21:35:00", 30.1]
    assert says(series, "data.time_"), series.notes


def test_d02_dots_that_group_thousands_are_read_or_refused_with_both_readings(reports: Path) -> None:
    path = reports / "d02.csv"
    bars = [(at(day, "%d.%m.%Y"), float(price.replace(".", ""))) for day, price in rows(path, ";")[1:]]
    prices = [price for _, price in bars]
    assert [len(bars), prices[0], prices[-1], min(prices), max(prices)] == [260, 1501, 475, 456, 1515]
    found = load_or_refusal(path, "data.price=Schlusskurs")
    if isinstance(found, str):
        assert {"1501", "1.501"} <= set(re.findall(r"[\d.]+\d", found.replace("1,501", "1501"))), found
        thousands = [each for each in settings_in(found) if "1.501" not in each and "data.price" not in each]
        readings = [load(path, "data.price=Schlusskurs", each) for each in thousands]
        right = [series for series in readings if series.values[0] == 1501]
        assert len(right) == 1, found
        found = right[0]
    check(found, bars)
    check(load(path, "data.price=Schlusskurs", "data.thousands='\".\"'"), bars)


def test_d03_instruments_below_each_other_are_refused_and_one_is_chosen(reports: Path) -> None:
    path = reports / "d03.csv"
    sentence = refusal(path)
    assert all(word in sentence for word in ("symbol", "AAA", "BBB")), sentence
    (advice, *_) = [each for each in settings_in(sentence) if "AAA" in each or "BBB" in each]
    for name in ("AAA", "BBB"):
        bars = [(at(day, "%Y-%m-%d"), float(price)) for day, symbol, price in rows(path)[1:] if symbol == name]
        assert len(bars) == 130
        check(load(path, re.sub("AAA|BBB", name, advice)), bars)
    assert bars[0][0] == "2021-05-13T00:00:00"


def test_d04_a_previous_close_is_no_price(reports: Path) -> None:
    path = reports / "d04.csv"
    sentence = refusal(path)
    assert "price" in sentence
    for setting in settings_in(sentence):
        assert setting.strip("\"'").split("=")[1].strip("'") in ("Open", "High", "Low", "1", "2", "3"), sentence
        assert len(load(path, setting)) == 260
    bars = [(at(row[0], "%d-%b-%Y"), float(row[1])) for row in rows(path)[1:]]
    check(load(path, "data.price=Open"), bars)


@pytest.mark.parametrize("typed", [(), ("data.every=1D",)])
def test_d05_a_last_row_off_the_grid_is_left_out_and_said(reports: Path, typed: tuple[str, ...]) -> None:
    series = load(reports / "d05.csv", *typed)
    on_grid = [row for row in rows(reports / "d05.csv")[1:] if "00:00:00" in row[0]]
    bars = [(at(row[0], "%Y-%m-%d %H:%M:%S UTC"), float(row[1])) for row in on_grid]
    gaps = tuple(f"2021-{day}T00:00:00" for day in ("02-12", "02-13", "05-03"))
    check(series, bars, gaps)
    assert len(series) == 260
    assert says(series, "3", "filled"), series.notes
    assert says(series, "08:37:12") or says(series, "left out"), series.notes


def test_d06_the_last_column_of_a_dump_is_trades_and_is_summed(reports: Path) -> None:
    path, trades = reports / "d06.csv", {}
    bars = [(datetime.fromtimestamp(int(row[0]), UTC).replace(tzinfo=None), row) for row in rows(path)]
    every = {(bars[0][0] + timedelta(hours=hour)).isoformat() for hour in range(260)}
    gaps = sorted(every - {time.isoformat() for time, _ in bars})
    assert len(gaps) == 15
    check(load(path), [(time.isoformat(), float(row[4])) for time, row in bars], tuple(gaps))
    for time, row in bars:
        start = time.replace(hour=time.hour // 4 * 4).isoformat()
        trades[start] = trades.get(start, 0) + int(row[6])
    series = load(path, "data.every=4h", "data.features=[trades]")
    assert dict(zip(moments(series), series.covariates["trades"].tolist(), strict=True)) == trades
    assert series.covariates["trades"][:3].tolist() == [1022, 657, 333]


def test_d07_a_dump_of_a_terminal_is_read_or_refused_without_taking_the_volume(reports: Path) -> None:
    path = reports / "d07.csv"
    bars = [(at(f"{day} {clock}", "%Y.%m.%d %H:%M"), float(price)) for day, clock, _, _, _, price, _ in rows(path)]
    found = load_or_refusal(path)
    if isinstance(found, str):
        advice = settings_in(found)
        assert advice, found
        assert not any(re.search(r"data\.price=\W*(6|volume)\b", each) for each in advice), found
        for setting in advice:
            assert len(load(path, setting)) == 260
        found = load(path, "data.price=5")
    check(found, bars)
    assert [bars[0], bars[-1]] == [("2021-01-13T00:00:00", 95.05102), ("2021-01-23T19:00:00", 30.10469)]


@pytest.mark.parametrize(("name", "first", "last"), [("d08.csv", 9505.1, 3010.5), ("d09.csv", 95.05, 30.1)])
def test_d08_and_d09_numbers_for_people_are_read(reports: Path, name: str, first: float, last: float) -> None:
    path = reports / name
    series = load(path, "\"data.features=['Vol.','Change %']\"")
    scale = {"K": 1e3, "M": 1e6}
    bars, volumes, changes = [], [], []
    for row in reversed(rows(path)[1:]):
        bars.append((at(row[0], "%b %d, %Y"), float(row[1].replace(",", ""))))
        volumes.append(float(row[5][:-1]) * scale[row[5][-1]])
        changes.append(float(row[6].removesuffix("%")))
    assert [time for time, _ in bars] == list(each_day("2021-01-03", 260))
    assert [bars[0][1], bars[-1][1]] == [first, last]
    check(series, bars)
    assert series.covariates["Vol."].tolist() == pytest.approx(volumes, rel=1e-15)
    assert series.covariates["Change %"].tolist() == pytest.approx(changes, rel=1e-15)
    assert [round(volumes[-1]), changes[-1]] == [123260, -0.11]


def test_d10_dollars_in_close_last_are_read(reports: Path) -> None:
    bars = [(at(row[0], "%m/%d/%Y"), float(row[1].lstrip("$"))) for row in rows(reports / "d10.csv")[1:]]
    check(load(reports / "d10.csv"), bars)
    assert [len(bars), bars[-1], bars[0]] == [260, ("2021-01-04T00:00:00", 95.05), ("2021-12-31T00:00:00", 30.1)]


def german(text: str) -> float:
    return float(text.replace(".", "").replace(",", "."))


def test_d11_a_decimal_comma_with_dotted_thousands_is_read(reports: Path) -> None:
    path = reports / "d11.csv"
    table = rows(path, ";")[1:]
    bars = [(at(row[0], "%d.%m.%Y"), german(row[4])) for row in table]
    assert [len(bars), bars[0][1], bars[-1][1]] == [260, 9505.10, 3010.47]
    series = load(path, "data.price=Schlusskurs", "data.features=[Volumen]")
    check(series, bars)
    assert series.covariates["Volumen"].tolist() == [german(row[5]) for row in table]


def test_d11_without_its_name_the_price_is_found_in_its_language(reports: Path) -> None:
    assert load(reports / "d11.csv").digest == load(reports / "d11.csv", "data.price=Schlusskurs").digest


def test_d12_a_wall_clock_over_the_change_of_autumn_needs_its_zone(reports: Path) -> None:
    path, berlin = reports / "d12.csv", ZoneInfo("Europe/Berlin")
    bars, seen = [], set()
    for text, price in rows(path)[1:]:
        wall = datetime.fromisoformat(text).replace(tzinfo=berlin, fold=text in seen)
        seen.add(text)
        bars.append((wall.astimezone(UTC).replace(tzinfo=None).isoformat(), float(price)))
    assert [len(bars), bars[0][0], bars[-1][0]] == [260, "2023-10-24T22:00:00", "2023-11-04T17:00:00"]
    check(load(path, "data.time_zone=Europe/Berlin"), bars)
    sentence = refusal(path)
    assert "clock" in sentence, sentence
    (advice,) = (each for each in settings_in(sentence) if "time_zone" in each)
    check(load(path, advice), bars)


def test_d13_day_and_clock_as_digits_only_are_read(reports: Path) -> None:
    path = reports / "d13.csv"
    bars = [(at(row[2] + row[3], "%Y%m%d%H%M%S"), float(row[7])) for row in rows(path)[1:]]
    check(load(path), bars)
    check(load(path, "\"data.time=['<DATE>','<TIME>']\""), bars)
    assert [len(bars), bars[0], bars[-1]] == [260, ("2021-01-13T00:00:00", 95.05), ("2021-01-13T21:35:00", 30.1)]


def test_d14_year_month_and_day_in_three_columns_are_read(reports: Path) -> None:
    path = reports / "d14.csv"
    bars = [(datetime(int(y), int(m), int(d)).isoformat(), float(price)) for y, m, d, price in rows(path)[1:]]
    assert [time for time, _ in bars] == list(each_day("2021-01-03", 260))
    check(load(path), bars)
    check(load(path, "data.time=[Year,Month,Day]"), bars)


def test_d15_day_first_with_dashes_is_told_from_the_whole_column(reports: Path) -> None:
    bars = [(at(day, "%d-%m-%Y"), float(price)) for day, price in rows(reports / "d15.csv")[1:]]
    assert [time for time, _ in bars] == list(each_day("2021-01-03", 260))
    check(load(reports / "d15.csv"), bars)
    check(load(reports / "d15.csv", "data.time_format=%d-%m-%Y"), bars)


def test_d16_months_by_their_first_day_are_read_or_refused_with_a_row_of_two_readings(reports: Path) -> None:
    path = reports / "d16.csv"
    bars = [(at(day, "%d/%m/%Y"), float(price)) for day, price in rows(path)[1:]]
    assert [len(bars), bars[0][0], bars[1][0]] == [260, "2000-01-01T00:00:00", "2000-02-01T00:00:00"]
    found = load_or_refusal(path)
    if isinstance(found, str):
        assert re.search(r"01/(0[2-9]|1[0-2])/2000", found), found
        advice = [each for each in settings_in(found) if "time_format" in each]
        found = next(series for series in (load(path, each) for each in advice) if moments(series)[1] == bars[1][0])
    else:
        assert says(found, "data.time_format"), found.notes
    check(found, bars)


def test_d17_a_clock_left_out_at_midnight_is_midnight(reports: Path) -> None:
    table = rows(reports / "d17.csv")[1:]
    bars = [(at(f"{day} 00:00"[:16], "%d.%m.%Y %H:%M"), float(price)) for day, price in table]
    check(load(reports / "d17.csv"), bars)
    assert [len(bars), bars[0][0], bars[-1][0]] == [260, "2021-01-13T00:00:00", "2021-01-23T19:00:00"]


def test_d18_a_first_line_that_names_the_separator_is_no_row(reports: Path) -> None:
    bars = [(at(day, "%Y-%m-%d"), float(price)) for day, price in rows(reports / "d18.csv", ";")[2:]]
    assert [len(bars), bars[0][1], bars[-1][1]] == [260, 95.05, 30.1]
    check(load(reports / "d18.csv"), bars)


def test_d19_trades_within_a_bar_are_put_together_or_refused(reports: Path) -> None:
    path, prices, amounts = reports / "d19.csv", {}, {}
    for time, price, amount in rows(path)[1:]:
        bar = datetime.fromtimestamp(int(time) // 60 * 60, UTC).replace(tzinfo=None).isoformat()
        prices[bar] = float(price)
        amounts[bar] = amounts.get(bar, 0.0) + float(amount)
    series = load(path, "data.every=1min", "data.features=[amount]")
    check(series, list(prices.items()))
    assert [len(prices), moments(series)[0], moments(series)[-1]] == [41, "2023-11-14T22:13:00", "2023-11-14T22:53:00"]
    assert [series.values[0], series.values[-1]] == [92.7896, 36.7501]
    assert series.covariates["amount"].tolist() == pytest.approx(list(amounts.values()), rel=1e-12)
    assert series.covariates["amount"][0] == pytest.approx(5.23, rel=1e-12)


def test_d19_without_a_bar_trades_are_refused_and_the_advice_reads_them(reports: Path) -> None:
    sentence = refusal(reports / "d19.csv")
    advice = [each for each in settings_in(sentence) if "data.every" in each]
    assert advice, sentence
    for setting in advice:
        series = load(reports / "d19.csv", setting)
        assert [series.values[-1], series.filled.sum()] == [36.7501, 0]


def test_d20_instruments_side_by_side_are_refused_or_the_one_taken_is_named(reports: Path) -> None:
    path = reports / "d20.csv"
    table = {
        name: [(at(row[0], "%Y-%m-%d"), float(row[at_column])) for row in rows(path)[3:]]
        for name, at_column in (("AAA", 1), ("BBB", 2))
    }
    assert [table["AAA"][0][1], table["BBB"][0][1]] == [95.051, 3802.0408]
    found = load_or_refusal(path)
    text = found if isinstance(found, str) else " ".join(found.notes)
    assert "AAA" in text, text
    assert "BBB" in text, text
    if isinstance(found, Series):
        check(found, table["AAA"])
    (advice, *_) = [each for each in settings_in(text) if "AAA" in each or "BBB" in each]
    for name, bars in table.items():
        check(load(path, re.sub("AAA|BBB", name, advice)), bars)


@pytest.mark.slow
def test_d21_small_prices_show_their_digits_in_the_table_and_in_the_report(reports: Path, tmp_path: Path) -> None:
    settings = ("data=csv", f"data.path={reports / 'd21.csv'}", "search.model.units=[2,4]", "training.epochs=1")
    done = run(tmp_path, "src.sweep", *settings, "seeds=1", "name=small")
    assert done.returncode == 0, done.stderr
    table = done.stdout.partition("\nnaive = ")[0]  # what is below explains its words
    (naive,) = (line for line in table.splitlines() if line.split()[:1] == ["naive"])
    for text in (naive, (tmp_path / "sweeps" / "small" / "report.html").read_text()):
        assert "9.496e-08" in text
        assert "9.017e-15" in text
    assert "0.0000000000" not in done.stdout


def test_d22_a_test_span_in_which_the_price_never_moves_is_refused(reports: Path) -> None:
    (path,) = (f"data.path={reports / 'd22.csv'}",)
    config = compose_config("data=csv", path, "search.model.units=[4,8]")
    series = load(reports / "d22.csv")
    assert set(series.values[-140:].tolist()) == {304.21}
    with pytest.raises(UserError, match="must move over windows.test=0.15"):
        check_windows(config, build_space(config), series)


@pytest.mark.slow
def test_d22_is_refused_by_the_command_in_one_sentence(reports: Path, tmp_path: Path) -> None:
    done = run(tmp_path, "src.sweep", "data=csv", f"data.path={reports / 'd22.csv'}", "search.model.units=[4,8]")
    assert done.returncode == 2
    assert "must move over windows.test=0.15" in done.stderr
