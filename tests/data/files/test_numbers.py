"""Numbers in any usual form are read as a slow reader would, cell by cell, or refused with both readings."""

import re
import shlex
import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.config import CsvData
from lstm_sweep.data.files.numbers.forms import is_number
from lstm_sweep.data.files.numbers.read import read_numbers
from lstm_sweep.data.files.table import FilePart, FileTable
from lstm_sweep.data.load import load_series
from lstm_sweep.errors import UserError
from tests.configs import compose_config

Column = Sequence[object]


def table(**columns: Column) -> FileTable:
    rows = pd.DataFrame({name: pd.Series(cells, dtype="str") for name, cells in columns.items()})
    rows.index = pd.RangeIndex(2, 2 + len(rows))
    return FileTable("x.csv", rows, True, (FilePart("x.csv", 2, 2),))


def read(
    cells: Column, decimal: str | None = None, thousands: str | None = None, **others: Column
) -> tuple[list[float], tuple[str, ...]]:
    settings = CsvData("csv", None, [], "x.csv", None, None, None, decimal=decimal, thousands=thousands)
    numbers, notes = read_numbers(table(price=cells, **others), ["price"], settings)
    assert numbers.index.tolist() == list(range(2, 2 + len(cells)))
    assert numbers["price"].dtype == "float64"
    return numbers["price"].tolist(), notes


def slowly(cell: str, decimal: str) -> float:
    """One cell, by a loop over its letters."""
    digits, power, behind = "", 0, False
    words = {"k": 3, "m": 6, "mio": 6, "b": 9, "bn": 9, "mrd": 9, "t": 12}
    for letter in cell:
        if letter == decimal:
            behind = True
        if letter in "0123456789":
            digits += letter
            power -= behind
    word = re.search(r"(?<=[0-9])[ \u00a0]?([A-Za-z]+)", cell)
    power += words.get(word[1].lower(), 0) if word else 0
    sign = -1 if any(minus in cell for minus in "-−(") else 1
    return float(Decimal(sign * int(digits)).scaleb(power))


FORMS: dict[str, tuple[str, list[str]]] = {
    "plain": (".", ["1", "-2.5", "+3.25", ".5", "-.5", "5.", "007", "123456.789"]),
    "commas group": (".", ["9,505.1", "999", "1,234,567", "-1,000.25", "12.5"]),
    "points group": (",", ["9.505,10", "999", "1.234.567", "-1.000,25", "12,5"]),
    "decimal comma": (",", ["1,5", "10,25", "1000,125", "0,501"]),
    "spaces group": (",", ["1 234,5", "12", "1 234 567,25"]),
    "no-break spaces group": (",", ["1\u00a0234,5", "12,5", "1\u00a0234\u00a0567"]),
    "narrow spaces group": (".", ["1\u202f234.5", "12", "1\u202f234\u202f567"]),
    "apostrophes group": (".", ["1'234.50", "99.5", "1'234'567"]),
    "curly apostrophes group": (".", ["1’234.50", "99.5", "1’234’567"]),
    "underscores group": (".", ["1_234.50", "99.5", "1_234_567"]),
    "Indian groups": (".", ["1,23,456.78", "12,34,567", "1,234", "12.5"]),
    "powers of ten": (".", ["123.26K", "1.2M", "3B", "2T", "7k", "1.5m", "2.5bn", "12.5"]),
    "powers of ten in German": (",", ["1,25 Mio.", "2,5 Mrd.", "7,5", "1,2 Mrd"]),
    "percents": (".", ["-0.11%", "3.5%", "1,234.5 %"]),
    "dollars": (".", ["$30.10", "-$1,030.10", "$-5", "($2.50)", "$(2.50)"]),
    "euros behind": (",", ["30,10 €", "1.030,10€", "-5 €"]),
    "codes": (".", ["USD 30.10", "USD 1,000", "USD5"]),
    "rupees": (".", ["₹1,23,456.5", "₹5"]),
    "bitcoin": (".", ["₿0.125", "₿1.5"]),
    "millions of dollars": (".", ["$1.2M", "$500K"]),
    "accounting brackets": (".", ["(1,234.5)", "12", "(0.5)"]),
    "minus behind": (".", ["1234-", "5.5", "1,234.5-"]),
    "typographic minus": (".", ["−5", "−1,234.5", "3"]),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read_as_a_loop_over_its_letters_reads_it(form: str) -> None:
    decimal, cells = FORMS[form]
    numbers, _ = read(cells)
    assert numbers == [slowly(cell, decimal) for cell in cells]
    assert all(map(is_number, cells))
    assert read([*cells, None, ""], decimal=decimal)[0][: len(cells)] == numbers


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "NaN",
        "nan",
        "null",
        "None",
        "inf",
        "-inf",
        "True",
        "abc",
        "1O.5",
        "--5",
        "-5-",
        "(5",
        "5)",
        "(-5)",
        "13.01.2021",
    ]
    + [
        "2021-01-13",
        "01/02/2021",
        "20:15",
        "1,23,45",
        "1.23.456",
        "1,2345.6,7",
        "12 34",
        "$5€",
        "5%%",
        "5e3K",
        "10 MAR",
    ]
    + ["１", "0x10", "1__0", "=1+1", ",", "Sep 19, 2021", "12:00 AM"],
)
def test_what_is_no_number_is_refused_with_its_line(cell: str) -> None:
    assert not is_number(cell)
    if cell:
        with pytest.raises(UserError, match=r"x.csv, line 4: price must be a number, but is .*: correct it, or leave"):
            read(["1", "2,5", cell])
        with pytest.raises(UserError, match=r"x.csv, line 3: price must be a number, but is .*: correct it, or leave"):
            read(["1", cell])


def test_powers_of_ten_lead_to_the_nearest_number() -> None:
    cells = [f"{number / 100:.2f}K" for number in range(1, 20_000, 7)]
    assert read(cells)[0] == [float(Decimal(cell[:-1]) * 1000) for cell in cells]
    assert read(["123.26K"])[0] == [float("123260")]


@pytest.mark.parametrize("seed", range(5))
def test_plain_columns_are_those_of_pandas_to_the_bit(seed: int) -> None:
    numbers = np.random.default_rng(seed).standard_normal(2000) * 10.0 ** np.arange(-200, 200).repeat(5)
    for spell in (repr, "{:.17e}".format, "{:.3f}".format):
        cells = [spell(float(number)) for number in numbers]
        assert read(cells) == (pd.to_numeric(pd.Series(cells)).tolist(), ())


class TestSigns:
    def both(self, cells: Column, grouped: list[float], decimal: list[float], sign: str, **others: Column) -> None:
        """Refused with two readings, of which each setting in the sentence gives one."""
        with pytest.raises(UserError, match="must hold numbers of one reading, but .* may be ") as caught:
            read(cells, **others)
        settings = re.findall(r'set (".*?") for (\S+?), or (".*?") for (\S+?)\.$', str(caught.value))[0]
        for typed, shown, expected in zip(settings[::2], settings[1::2], (grouped, decimal), strict=True):
            config = compose_config("data=csv", "data.path=x.csv", *shlex.split(typed)).data
            assert isinstance(config, CsvData)
            assert read(cells, config.decimal, config.thousands)[0] == expected
            assert float(shown) in expected

    def test_three_digits_behind_the_sign_of_some_are_refused_with_both_readings(self) -> None:
        self.both(["999", "1.501"], [999, 1501], [999, 1.501], ".")
        self.both(["999", "1,501"], [999, 1501], [999, 1.501], ",")
        self.both(["1,501", "1,502"], [1501, 1502], [1.501, 1.502], ",")

    def test_three_digits_behind_the_point_of_all_are_decimals_and_said(self) -> None:
        numbers, notes = read(["110.501", "109.250"])
        assert numbers == [110.501, 109.25]
        assert notes == ("""price: '110.501' read as 110.501 ("data.thousands='.'" reads 110501)""",)
        assert read(["110.501", "109.250"], thousands=".")[0] == [110501, 109250]

    @pytest.mark.parametrize(
        "evidence", ["0.501", "1.5", "1234.501", "1.5012", "1,000.5", "1,000,000", "1.501e2", "1."]
    )
    def test_one_number_tells_that_the_point_is_of_decimals(self, evidence: str) -> None:
        assert read(["999", "1.501", evidence])[0][:2] == [999, 1.501]
        assert read(["999", "1.501", evidence])[1] == ()

    @pytest.mark.parametrize("evidence", ["0,501", "1,5", "1234,501", "1.000,5", "1.000.000", "1.234,567"])
    def test_one_number_tells_that_the_point_groups(self, evidence: str) -> None:
        assert read(["999", "1.501", evidence])[0][:2] == [999, 1501]

    def test_a_long_number_without_signs_tells_that_nothing_is_grouped_and_it_is_said(self) -> None:
        numbers, notes = read(["999", "1.501", "12345"])
        assert numbers == [999, 1.501, 12345]
        assert "as '12345' in line 4 has no such sign (" in notes[0]

    def test_another_column_tells_and_is_named(self) -> None:
        numbers, notes = read(["999", "1.501"], high=["9.505,10", "9,5"])
        assert numbers == [999, 1501]
        assert notes == ("price: '1.501' read as 1501, as high has '9.505,10' in line 2 (not as 1.501)",)
        numbers, notes = read(["999", "1,501"], high=["9.5", "10"])
        assert numbers == [999, 1501]
        assert "as high has '9.5' in line 2" in notes[0]

    def test_dates_clocks_and_words_of_other_columns_tell_nothing(self) -> None:
        for other in (
            ["01.2021", "02.2021"],
            ["2021", "2022"],
            ["13.01.2021", "14.01.2021"],
            ["9,5", "word"],
            ["", ""],
        ):
            self.both(["999", "1.501"], [999, 1501], [999, 1.501], ".", other=other)

    def test_columns_that_contradict_each_other_tell_nothing(self) -> None:
        self.both(["999", "1.501"], [999, 1501], [999, 1.501], ".", high=["9.5", "8"], low=["9,5", "8"])
        self.both(["12345", "1.501"], [12345, 1501], [12345, 1.501], ".", low=["9,5", "8"])

    @pytest.mark.parametrize(
        ("one", "other"),
        [("1.5", "1,5"), ("1.501", "1,501"), ("1,234.5", "1.234,5"), ("1 234", "1'234"), ("1,234.5", "1 234.5")],
    )
    def test_a_column_that_contradicts_itself_is_refused_with_both_places(self, one: str, other: str) -> None:
        with pytest.raises(UserError, match=f"line 3: .* but {one!r} and {other!r} in line 5 have other signs"):
            read(["5", one, "6", other])

    def test_settings_decide_and_a_cell_that_does_not_fit_is_refused_with_its_line(self) -> None:
        assert read(["1.501", "2"], decimal=".") == ([1.501, 2], ())
        assert read(["1.501", "2"], decimal=",") == ([1501, 2], ())
        assert read(["1 501", "2,501"], thousands="\u00a0") == ([1501, 2.501], ())
        with pytest.raises(UserError, match="line 3: price must be a number with a decimal comma, but is '1.5'"):
            read(["1", "1.5"], decimal=",")
        with pytest.raises(UserError, match="line 3: price must be a number with a decimal point, but is '1,5'"):
            read(["1", "1,5"], thousands=",")
        with pytest.raises(UserError, match="line 3: price must be a number with thousands grouped by a space"):
            read(["1 000", "1,000.5"], thousands=" ")

    @pytest.mark.parametrize(("decimal", "thousands"), [(";", None), (None, "x"), (None, ""), (".", "."), ("", None)])
    def test_settings_that_are_no_signs_are_refused(self, decimal: str | None, thousands: str | None) -> None:
        with pytest.raises(UserError, match=r"^data\.(decimal|thousands)( .*)? must be "):
            read(["1"], decimal, thousands)


class TestUnits:
    def test_percents_and_powers_of_ten_are_said(self) -> None:
        assert read(["-0.11%", "5%"]) == ([-0.11, 5], ("price: numbers in percent ('-0.11%' read as -0.11)",))
        assert read(["1.5M", "2.5K"])[1] == ("price: 'K' read as 1,000, 'M' read as 1,000,000",)

    def test_percents_of_some_are_refused_with_the_line(self) -> None:
        with pytest.raises(
            UserError, match="line 3: price must be a number in percent, like '5%' in line 2, but is '0.5'"
        ):
            read(["5%", "0.5"])

    def test_two_currencies_are_refused_with_both_lines(self) -> None:
        with pytest.raises(
            UserError, match=r"line 4: price must be in one currency, but '€5' is not .* '\$5' in line 2"
        ):
            read(["$5", "4", "€5"])

    def test_a_number_without_the_currency_of_the_others_is_said(self) -> None:
        assert read(["$5", "4.5"]) == ([5, 4.5], ("price: '4.5' in line 3 taken to be in $ like '$5'",))

    @pytest.mark.parametrize("dash", ["-", "–", "—", " - "])
    def test_a_dash_alone_is_an_empty_cell_and_said(self, dash: str) -> None:
        numbers, notes = read(["1.5", dash, dash])
        assert numbers[0] == 1.5
        assert np.isnan(numbers[1:]).all()
        assert notes == (f"price: {dash.strip()!r} in line 3, and 1 more taken for an empty cell",)


class TestTypedColumns:
    def read(self, column: "pd.Series[float]") -> list[float]:
        rows = pd.DataFrame({"price": column})
        settings = CsvData("csv", None, [], "x.parquet", None, None, None)
        typed = FileTable("x.parquet", rows, True, (FilePart("x.parquet", 0, 1),))
        return read_numbers(typed, ["price"], settings)[0]["price"].tolist()

    def test_whole_numbers_floats_and_decimals_are_taken_as_they_are(self) -> None:
        assert self.read(pd.Series([1, 2])) == [1, 2]
        assert self.read(pd.Series([0.1, 1e300])) == [0.1, 1e300]
        assert self.read(pd.Series([1, None], dtype="Int64"))[0] == 1
        assert self.read(pd.Series([Decimal("1.50"), Decimal("0.1")])) == [1.5, 0.1]
        assert np.isnan(self.read(pd.Series([1.5, np.nan]))[1])

    @pytest.mark.parametrize(
        "column", [pd.Series([True, False]), pd.Series([1.0, np.inf]), pd.Series(pd.date_range("2024", periods=2))]
    )
    def test_truth_values_infinity_and_times_are_refused(self, column: "pd.Series[float]") -> None:
        with pytest.raises(UserError, match="x.parquet, line .: price must be a number"):
            self.read(column)


def test_columns_without_any_number_are_empty() -> None:
    assert np.isnan(read([None, "", None])[0]).all()
    assert np.isnan(read(["-", "-"])[0]).all()


def test_a_million_rows_take_seconds() -> None:
    numbers = np.random.default_rng(0).uniform(100, 10_000, 1_000_000)
    for spell, limit in (("{:.2f}".format, 0.5), ("{:,.1f}".format, 3)):
        cells = [spell(number) for number in numbers]
        file = table(price=cells)
        settings = CsvData("csv", None, [], "x.csv", None, None, None)
        start = time.process_time()
        read_numbers(file, ["price"], settings)
        assert time.process_time() - start < 2 * limit  # of the processor, and twice what it should, for slow machines


def slow_prices(path: Path, column: int, separator: str, decimal: str) -> list[float]:
    import csv

    with path.open(encoding="utf-8-sig") as lines:
        rows = list(csv.reader(lines, delimiter=separator))[1:]
    return [slowly(row[column], decimal) for row in rows]


@pytest.mark.parametrize(
    ("name", "price", "column", "separator", "decimal", "features"),
    [
        ("d08", "Price", 1, ",", ".", {"Vol.": 5, "Change %": 6}),
        ("d09", "Price", 1, ",", ".", {"Vol.": 5, "Change %": 6, "Open": 2}),
        ("d10", "Close/Last", 1, ",", ".", {"Volume": 2}),
        ("d11", "Schlusskurs", 4, ";", ",", {"Volumen": 5, "Eröffnung": 1}),
    ],
)
def test_reported_files_are_read_as_a_slow_reader_reads_them(
    shared_data: Path, name: str, price: str, column: int, separator: str, decimal: str, features: dict[str, int]
) -> None:
    path = shared_data / "reports2" / f"{name}.csv"
    config = compose_config("data=csv", f"data.path={path}", f"data.price='{price}'")
    series = load_series(config.data, list(features))
    order = slice(None) if name == "d11" else slice(None, None, -1)
    traded = ~series.filled
    assert series.values[traded].tolist() == slow_prices(path, column, separator, decimal)[order]
    for feature, place in features.items():
        assert series.covariates[feature][traded].tolist() == slow_prices(path, place, separator, decimal)[order]


def test_the_reported_file_of_dotted_thousands_is_refused_and_its_advice_works(shared_data: Path) -> None:
    path = shared_data / "reports2" / "d02.csv"
    chosen = ("data=csv", f"data.path={path}", "data.price=Schlusskurs")
    with pytest.raises(
        UserError, match="line 2: Schlusskurs .* '1.501' .beside '989' in line 33. may be 1501 or"
    ) as caught:
        load_series(compose_config(*chosen).data, [])
    setting = re.findall(r'"(data\.thousands=.*?)"', str(caught.value))[0]
    series = load_series(compose_config(*chosen, setting).data, [])
    assert [series.values[0], series.values[-1], series.values.min(), series.values.max()] == [1501, 475, 456, 1515]
    assert len(series.values) == 260
