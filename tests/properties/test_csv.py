"""Whatever a file holds, it is read as it stands or refused in one sentence; no number is made up."""

import csv
import gzip
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lstm_sweep.config import CsvData
from lstm_sweep.data.load import load_series
from lstm_sweep.data.series import Series
from tests.properties.attempt import attempt

SEPARATORS = (",", ";", "\t", "|")
PRICES = st.floats(min_value=5e-324, max_value=1e308, allow_subnormal=True) | st.floats(0.01, 1e6)
WORDS = ("", " ", "nan", "NaN", "inf", "-inf", "null", "0", "-1", "1e400", "1e-400", "True", "1,5", "１", "=1+1", '"')
TIMES = ("2024-01-01", "01/02/2024", "1700000000", "1700000000000", "20240101", "now", "2024-13-01", "24:00", "9" * 25)
CELLS = st.sampled_from([*WORDS, *TIMES, "close", "date", "time", "9" * 400]) | st.text(max_size=5) | PRICES.map(repr)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


def read(folder: Path, content: bytes, features: tuple[str, ...] = (), every: str | None = None) -> Series:
    path = folder / "prices.csv"
    path.write_bytes(content)
    named = {"price": None, "time": None, "time_unit": None}
    return load_series(CsvData("csv", every, list(features), str(path), **named), features)


def read_or_refuse(folder: Path, content: bytes, every: str | None = None) -> Series | None:
    """The series, which must be sound, or None after one sentence that names the file."""
    series = attempt(lambda: read(folder, content, every=every), "prices.csv")
    if series is None:
        return None
    assert (np.diff(series.timestamps) > np.timedelta64(0)).all()
    assert (np.isfinite(series.values) & (series.values > 0)).all()
    assert series.timestamps.dtype == "datetime64[ns]"
    assert not series.filled[0]
    assert (series.values[1:] == series.values[:-1])[series.filled[1:]].all()
    return series


@dataclass(frozen=True)
class Form:
    """How a file is written."""

    separator: str
    time: str
    line_end: str
    quoted: bool
    around: tuple[bytes, bytes]
    zipped: bool


FORMS = st.builds(
    Form,
    st.sampled_from(SEPARATORS),
    st.sampled_from(["s", "ms", "us", "ns", "iso", "T", "two", "am", "hour", "%d.%m.%Y %H:%M:%S", "%Y/%m/%d %H:%M"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.sampled_from([(b"", b""), (b"\xef\xbb\xbf", b""), (b"from somewhere\n\n", b"\n\n"), (b"", b"\n")]),
    st.booleans(),
)


def time_cells(time: np.datetime64, form: str) -> list[str]:
    """The cell, or the two cells, that say `time`, which has whole hours."""
    moment = time.astype("datetime64[s]").item()
    if form in ("s", "ms", "us", "ns"):
        return [str(time.astype(f"datetime64[{form}]").astype(np.int64))]
    if form == "hour":
        return [f"{moment:%Y-%m-%d}", str(moment.hour)]
    if form in ("two", "am"):
        return [f"{moment:%Y-%m-%d}", f"{moment:%I:%M %p}" if form == "am" else f"{moment:%H:%M}"]
    return [moment.isoformat(sep="T" if form == "T" else " ") if form in ("iso", "T") else f"{moment:{form}}"]


def written(times: list[np.datetime64], columns: list[list[str]], names: list[str], form: Form) -> bytes:
    heads = {"two": ["Date", "Time"], "am": ["date", "time"], "hour": ["date", "hour"]}.get(form.time, ["time"])
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if form.quoted else csv.QUOTE_MINIMAL
    table = csv.writer(text, delimiter=form.separator, lineterminator=form.line_end, quoting=quoting)
    table.writerow([*heads, *names])
    table.writerows([*time_cells(time, form.time), *cells] for time, *cells in zip(times, *columns, strict=True))
    content = form.around[0] + text.getvalue().encode() + form.around[1]
    return gzip.compress(content) if form.zipped else content


@given(
    st.lists(st.tuples(st.integers(0, 200), PRICES | st.none(), st.floats(-1e300, 1e300)), min_size=3, max_size=30),
    st.integers(0, 8000),
    FORMS,
    st.sampled_from([repr, "{:.17g}".format, "{:.17E}".format]),
)
def test_what_was_written_in_any_form_is_read_bit_for_bit(folder, rows, day, form, spell) -> None:  # type: ignore[no-untyped-def]
    rows = list({hour: (price, mood) for hour, price, mood in rows}.items())
    start = np.datetime64("1990-01-01", "h") + 24 * day
    times = [(start + hour).astype("datetime64[ns]") for hour, _ in rows]
    prices, moods = [[row[1][place] for row in rows] for place in (0, 1)]
    if all(price is None for price in prices):
        prices[0] = 1.5
    cells = [["" if number is None else spell(number) for number in column] for column in (prices, moods)]
    series = read(folder, written(times, cells, ["close", "mood"], form), ("mood",))
    assume(not any("lie on a grid" in note for note in series.notes))  # a row beside all others, which is left out
    expected = sorted((time, price, mood) for time, price, mood in zip(times, prices, moods, strict=True) if price)
    bars = ~series.filled
    assert series.timestamps[bars].tolist() == [time.astype(np.int64) for time, _, _ in expected]
    assert series.values[bars].tolist() == [price for _, price, _ in expected]
    assert series.covariates["mood"][bars].tolist() == [mood for _, _, mood in expected]


@given(st.binary(max_size=400))
@example(b"\n" * 300 + b"date,close\n2024-01-01,10\n")
@example(b'"' + b"x" * 200_000 + b"\ndate,close\n2024-01-01,10\n")
@example(b"a.2,a,a,date,close\n1,2,3,2024-01-01,4\n")
@example(b"date,\x1b[31mred\n2024-01-01,5\n2024-01-02,6\n")
@example(b"date,close\nnow,10\n")
@example(b"date,close\n2024-01-01,True\n2024-01-02,True\n")
def test_any_bytes_are_read_or_refused(folder, content) -> None:  # type: ignore[no-untyped-def]
    series = read_or_refuse(folder, content)
    assert series is None or b"now" not in content
    assert series is None or b"True" not in content


@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=8),
    st.sampled_from(["", "date,close", "time,price,x", "Date,Time,Close", "unix,last,1,2"]),
    st.sampled_from(SEPARATORS),
    st.sampled_from([None, "1h", "7D"]),
)
def test_any_table_of_words_is_read_or_refused(folder, table, header, separator, every) -> None:  # type: ignore[no-untyped-def]
    lines = [header.replace(",", separator), *(separator.join(row) for row in table)]
    series = read_or_refuse(folder, "\n".join(lines).encode(errors="replace"), every)
    assert series is None or (~series.filled).sum() <= len(lines), "no bar is made up"


GOOD = [["date", "close", "volume"]] + [
    [f"2023-{2 + day // 28:02d}-{1 + day % 28:02d}", repr(100 + day / 8), str(day)] for day in range(40)
]


def joined(table: list[list[str]]) -> bytes:
    return "".join(",".join(row) + "\n" for row in table).encode()


def check_against_csv(series: Series, content: bytes) -> None:
    """Every bar that is not filled is the price of a row of its own, and no row is left out."""
    rows = [row for row in csv.reader(io.StringIO(content.decode())) if row]
    if rows[0][:2] != ["date", "close"]:
        return
    prices = Counter(float(row[1]) for row in rows[1:] if row[1].strip())
    assert Counter(series.values[~series.filled].tolist()) == prices
    days = {row[0].strip().replace("-", "")[:8] for row in rows[1:] if row[1].strip()}
    assert {str(time)[:10].replace("-", "") for time in series.timestamps[~series.filled]} == days


@given(st.randoms(use_true_random=False), st.sampled_from(["shuffle", "duplicate", "drop a column", "drop cells"]))
def test_rows_and_columns_in_disorder_are_sorted_or_refused(folder, random, how) -> None:  # type: ignore[no-untyped-def]
    header, *rows = [list(row) for row in GOOD]
    match how:
        case "shuffle":
            random.shuffle(rows)
        case "duplicate":
            rows.insert(random.randrange(40), random.choice(rows))
        case "drop a column":
            place = random.randrange(3)
            header, *rows = [[cell for number, cell in enumerate(row) if number != place] for row in [header, *rows]]
        case "drop cells":
            row = random.choice(rows)
            del row[random.randrange(3)]
    content = joined([header, *rows])
    series = read_or_refuse(folder, content)
    assert (series is not None) == (how == "shuffle" or header == ["date", "close"])
    if series is not None:
        check_against_csv(series, content)


@given(st.integers(1, 39), st.sampled_from([0, 1, 2]), CELLS)
def test_one_wrong_cell_is_refused_with_its_line_or_read_as_it_stands(folder, line, place, cell) -> None:  # type: ignore[no-untyped-def]
    table = [list(row) for row in GOOD]
    table[line][place] = cell
    content = joined(table)
    series = read_or_refuse(folder, content.decode(errors="replace").encode())
    # Other forms of numbers have a slow reader of their own, in tests/data/files/test_numbers.py.
    if series is not None and cell.isascii() and (place != 1 or not cell.strip() or _number(cell) is not None):
        check_against_csv(series, content)


@given(st.data(), st.booleans())
def test_flipped_bits_and_cut_ends_are_read_as_they_stand_or_refused(folder, data, zipped) -> None:  # type: ignore[no-untyped-def]
    content = joined(GOOD)
    damaged = bytearray(gzip.compress(content, mtime=0) if zipped else content)
    if data.draw(st.booleans(), "cut"):
        del damaged[data.draw(st.integers(0, len(damaged) - 1), "at") :]
    else:
        bit = data.draw(st.integers(0, 8 * len(damaged) - 1), "bit")
        damaged[bit // 8] ^= 1 << bit % 8
    series = read_or_refuse(folder, bytes(damaged))
    if zipped and series is not None:
        assert series.values.tolist() == [float(row[1]) for row in GOOD[1:]]
    elif series is not None:
        cells = {cell for line in bytes(damaged).splitlines() for cell in line.decode(errors="replace").split(",")}
        assert {str(value) for value in series.values} <= {str(_number(cell)) for cell in cells}


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_other_encodings_are_read_where_they_can_be_told(folder: Path, encoding: str) -> None:
    table = [["Tag", "close", "Größe in €"], *GOOD[1:]]
    series = read(folder, joined(table).decode().encode(encoding), ("Größe in €",))
    assert series.values.tolist() == [float(row[1]) for row in GOOD[1:]]
    assert series.covariates["Größe in €"].tolist() == list(range(40))


@pytest.mark.parametrize("encoding", ["cp037", "utf-32-le"])
def test_other_encodings_are_refused_where_not(folder: Path, encoding: str) -> None:
    table = [["date", "close", "Größe"], *GOOD[1:]]
    assert read_or_refuse(folder, joined(table).decode().encode(encoding)) is None


def test_names_beyond_ascii_in_an_old_encoding_are_refused_and_in_utf_8_read(folder: Path) -> None:
    table = [["дата", "close", "объём"], *GOOD[1:]]
    assert read_or_refuse(folder, joined(table).decode().encode("cp1251")) is None
    assert read(folder, joined(table), ("объём",)).covariates["объём"].tolist() == list(range(40))
