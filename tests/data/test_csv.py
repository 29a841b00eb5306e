"""Any CSV file is read without being told its columns, or ends in one sentence."""

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.config import CsvData, DataConfig
from lstm_sweep.data.load import load_series
from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError
from tests.configs import compose_config
from tests.contracts.source_contract import SourceContract

HOURS = "time,open,high,low,close,Volume\n" + "".join(
    f"2024-01-{1 + hour // 24:02d} {hour % 24:02d}:00,{10 + hour % 7},{12 + hour % 7},9,{11 + hour % 5},{hour}\n"
    for hour in range(24 * 25)
    if hour % 10 not in (3, 4)
)


def write(folder: Path, content: str | bytes, name: str = "prices.csv") -> str:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def read(path: str, *features: str, **settings: str) -> Series:
    named: dict[str, str | None] = {"price": None, "time": None, "time_unit": None, "every": None, **settings}
    return load_series(CsvData(source="csv", features=list(features), path=path, **named), features)  # type: ignore[arg-type]


def days(*prices: object, header: str = "date,close") -> str:
    return header + "\n" + "".join(f"2024-01-{day:02d},{price}\n" for day, price in enumerate(prices, 1))


class TestCsvContract(SourceContract):
    features = ("open", "high", "low", "Volume")
    longer = ("4h", np.timedelta64(4, "h"))
    shorter = "30min"

    @pytest.fixture
    def config(self, tmp_path: Path) -> DataConfig:
        return compose_config("data=csv", f"data.path={write(tmp_path, HOURS)}").data


class TestDailyContract(SourceContract):
    features = ("volume", "high")

    @pytest.fixture
    def config(self, shared_data: Path) -> DataConfig:
        return compose_config("data=csv", f"data.path={shared_data}/btc_usd_1d_2011-2025.csv").data


# How a reader who has looked into each file reads it with pandas: header, column of times, its unit, of prices.
CLEAN: dict[str, tuple[int | None, str | int, str | None, str | int]] = {
    "btc_usd_1d_2011-2025.csv": (0, "timestamp", None, "close"),
    "btc_usd_1m_2017-01_to_2017-06.csv.gz": (0, "Timestamp", "s", "Close"),
    "workshop/bitcoin_dataset.csv": (0, "date", None, "close"),
    "workshop/train_dataset.csv": (0, "date", None, "close"),
    "workshop/test_dataset.csv": (0, "date", None, "close"),
    "binance_dump/ADABTC-1m-2021-11-27.csv": (None, 0, "ms", 4),
    "binance_dump/BTCUSDT-1h-2024-12.csv": (None, 0, "ms", 4),
    "binance_dump/BTCUSDT-1h-2025-01.csv": (None, 0, "us", 4),
}


@pytest.mark.parametrize("name", CLEAN)
def test_every_clean_file_is_read_without_being_told_the_columns(shared_data: Path, name: str) -> None:
    header, time, unit, price = CLEAN[name]
    frame = pd.read_csv(shared_data / name, header=header)
    series = read(str(shared_data / name))
    times = pd.to_datetime(frame[time], unit=unit).to_numpy(dtype="datetime64[ns]")
    assert np.array_equal(series.timestamps, times)
    assert np.array_equal(series.values, frame[price].ffill())
    assert np.array_equal(series.filled, frame[price].isna())


def test_the_minute_file_agrees_with_pandas_bar_by_bar_and_resampled(shared_data: Path) -> None:
    path = str(shared_data / "btc_usd_1m_2017-01_to_2017-06.csv.gz")
    frame = pd.read_csv(path)
    series = read(path, "Volume_(BTC)", "Open")
    assert np.array_equal(series.values, frame["Close"].ffill())
    assert np.array_equal(series.filled, frame["Close"].isna())
    assert np.array_equal(series.covariates["Volume_(BTC)"], frame["Volume_(BTC)"].fillna(0))
    assert np.array_equal(series.covariates["Open"], frame["Open"].fillna(frame["Close"].ffill()))
    filled = "19,877 of 260,640 bars were empty: filled forward, never scored"
    assert [note.partition(" (")[0] for note in series.notes if "empty" in note] == [filled]

    frame.index = pd.to_datetime(frame["Timestamp"], unit="s")
    bins = frame.resample("10min")
    longer = read(path, "Volume_(BTC)", "Open", "High", "Low", every="10min")
    assert np.array_equal(longer.values, bins["Close"].last().ffill())
    assert np.array_equal(longer.filled, bins["Close"].count() == 0)
    np.testing.assert_allclose(longer.covariates["Volume_(BTC)"], bins["Volume_(BTC)"].sum(), rtol=1e-12)
    traded = ~longer.filled
    assert np.array_equal(longer.covariates["Open"][traded], bins["Open"].first()[traded])
    assert np.array_equal(longer.covariates["High"][traded], bins["High"].max()[traded])
    assert np.array_equal(longer.covariates["Low"][traded], bins["Low"].min()[traded])


def test_a_download_with_a_banner_odd_dates_and_rows_out_of_order_is_read_and_says_so(shared_data: Path) -> None:
    path = shared_data / "dirty" / "coinbase_1h_banner_first.csv"
    frame = pd.read_csv(path, skiprows=1)
    frame.index = pd.to_datetime(frame["date"], format="%Y-%m-%d %I-%p")
    series = read(str(path))
    assert np.array_equal(series.values, frame["close"].sort_index())
    assert np.array_equal(series.timestamps, frame.index.sort_values().to_numpy(dtype="datetime64[ns]"))
    assert "1 line above the table skipped" in series.notes[0]
    assert "rows were out of order: sorted" in series.notes


class TestLayouts:
    @pytest.mark.parametrize("separator", [";", "\t", "|", ", "])
    def test_separators_are_found(self, tmp_path: Path, separator: str) -> None:
        content = "time,close,volume\n2024-01-01,10,5\n2024-01-02,11,6\n".replace(",", separator)
        series = read(write(tmp_path, content), "volume")
        assert series.values.tolist() == [10, 11]
        assert series.covariates["volume"].tolist() == [5, 6]

    @pytest.mark.parametrize(
        "encode",
        [
            lambda text: b"\xef\xbb\xbf" + text,
            lambda text: text.decode().encode("utf-16"),
            lambda text: text.replace(b"\n", b"\r\n"),
            lambda text: text.replace(b"\n", b"\r"),
        ],
    )
    def test_byte_order_marks_and_other_line_ends_are_read(self, tmp_path: Path, encode: object) -> None:
        assert read(write(tmp_path, encode(days(10, 11).encode()))).values.tolist() == [10, 11]  # type: ignore[operator]

    def test_gzip_is_told_by_content(self, tmp_path: Path) -> None:
        assert read(write(tmp_path, gzip.compress(days(10, 11).encode()), "prices.dat")).values.tolist() == [10, 11]

    @pytest.mark.parametrize("name", ["CLOSE", "Close", "Last", "price", "Adj Close", "btc_close", "PriceUSD"])
    def test_usual_names_of_the_price_are_found(self, tmp_path: Path, name: str) -> None:
        content = f"Date,Volume,{name}\n2024-01-01,1,10\n2024-01-02,2,11\n"
        assert read(write(tmp_path, content)).values.tolist() == [10, 11]

    def test_columns_can_be_named_in_any_case_or_numbered(self, tmp_path: Path) -> None:
        content = "Day,Bid,Ask\n2024-01-01,10,20\n2024-01-02,11,21\n"
        path = write(tmp_path, content)
        assert read(path, price="ask").values.tolist() == [20, 21]
        assert read(path, price="1", time="0").values.tolist() == [10, 11]

    def test_a_headerless_dump_is_known_by_prices_between_low_and_high(self, tmp_path: Path) -> None:
        candles = "1700000000,10,12,9,11,5\n1700000060,11,13,10,12,6\n"
        assert read(write(tmp_path, candles), "volume").values.tolist() == [11, 12]
        bitfinex = "1700000000,10,11,12,9,5\n1700000060,11,12,13,10,6\n"
        assert read(write(tmp_path, bitfinex), "volume").values.tolist() == [11, 12]
        coinbase = "1700000000,9,12,10,11,5\n1700000060,10,13,11,12,6\n"
        assert read(write(tmp_path, coinbase), "open").values.tolist() == [11, 12]
        no_candle = "1700000000,10,8,12,9,5\n1700000060,11,9,13,10,6\n"
        with pytest.raises(UserError, match="must hold a price column .* name the price"):
            read(write(tmp_path, no_candle))
        assert read(write(tmp_path, no_candle), price="2").values.tolist() == [8, 9]

    def test_second_header_lines_are_skipped_and_said(self, tmp_path: Path) -> None:
        content = "Price,Close,Volume\nTicker,BTC-USD,BTC-USD\nDate,,\n2024-01-01,10,1\n2024-01-02,11,2\n"
        series = read(write(tmp_path, content))
        assert series.values.tolist() == [10, 11]
        assert "line 2 holds no number: skipped; line 3 holds no number: skipped" in series.notes[0]

    def test_a_banner_of_any_length_and_with_any_quotes_is_skipped(self, tmp_path: Path) -> None:
        for banner in ("\n" * 300, '"never closed, see 5" bars\n', "x" * 200_000 + "\n"):
            assert read(write(tmp_path, banner + days(10, 11))).values.tolist() == [10, 11]

    def test_columns_of_equal_names_are_told_apart(self, tmp_path: Path) -> None:
        content = "a.2,a,a,date,close\n1,2,3,2024-01-01,4\n2,3,4,2024-01-02,5\n"
        assert read(write(tmp_path, content), "a.2.2").covariates["a.2.2"].tolist() == [3, 4]

    def test_blank_lines_are_no_rows(self, tmp_path: Path) -> None:
        assert read(write(tmp_path, "date,close\n\n2024-01-01,10\n\n2024-01-02,11\n\n")).values.tolist() == [10, 11]


class TestTimes:
    @pytest.mark.parametrize(
        ("times", "second"),
        [
            (["1700000000", "1700000060"], "2023-11-14T22:14:20"),
            (["1700000000000", "1700000060000"], "2023-11-14T22:14:20"),
            (["1700000000000000", "1700000060000000"], "2023-11-14T22:14:20"),
            (["1700000000000000000", "1700000060000000000"], "2023-11-14T22:14:20"),
            (["631152000000", "631152060000"], "1990-01-01T00:01"),
            (["631152000000000", "631152060000000"], "1990-01-01T00:01"),
            (["1700000000.0", "1700000060.5"], "2023-11-14T22:14:20.5"),
            (["20240101", "20240102"], "2024-01-02"),
            (["2024-01-01T00:00:00Z", "2024-01-01T00:01:00Z"], "2024-01-01T00:01"),
            (["2024-01-01 00:00:00+01:00", "2024-01-01 01:00:00+01:00"], "2024-01-01T00:00"),
            (["2024-01-01 00:00:00 UTC", "2024-01-01 00:01:00 UTC"], "2024-01-01T00:01"),
            (["2024.01.01 00:00", "2024.01.01 00:01"], "2024-01-01T00:01"),
            (["2017-07-01 11-AM", "2017-07-01 12-PM"], "2017-07-01T12:00"),
            (["30.12.2024", "31.12.2024"], "2024-12-31"),
            (["12/30/2024", "12/31/2024"], "2024-12-31"),
            (['"Dec 30, 2024"', '"Dec 31, 2024"'], "2024-12-31"),
        ],
    )
    def test_units_and_forms_are_told_apart(self, tmp_path: Path, times: list[str], second: str) -> None:
        series = read(write(tmp_path, f"time,close\n{times[0]},10\n{times[1]},11\n"))
        assert series.timestamps[1] == np.datetime64(second, "ns")

    @pytest.mark.parametrize(
        ("header", "days", "clocks"),
        [
            ("Date,Time,Close", ["2024-01-01"] * 2, ["00:00", "13:05"]),
            ("time,date,close", ["00:00:00", "13:05:00"], ["20240101"] * 2),
            ("<DATE>,<TIME>,<CLOSE>", ["2024.01.01"] * 2, ["00:00:00", "13:05:00"]),
            ("day,clock,close", ["1/13/2024"] * 2, ["12:00 AM", "1:05 PM"]),
            ("", ["13.01.2024"] * 2, ["0:00", "13:05"]),
        ],
    )
    def test_days_and_times_of_day_in_two_columns_are_put_together(
        self, tmp_path: Path, header: str, days: list[str], clocks: list[str]
    ) -> None:
        rows = f"{days[0]},{clocks[0]},10\n{days[1]},{clocks[1]},11\n"
        series = read(write(tmp_path, f"{header}\n{rows}".lstrip()), price="2")
        clock = series.timestamps - series.timestamps[0].astype("datetime64[D]")
        assert clock.tolist() == [0, (13 * 60 + 5) * 60 * 10**9]

    def test_whole_hours_in_a_column_of_their_own_are_read(self, tmp_path: Path) -> None:
        content = "date,hour,price\n2024-01-01,22,10\n2024-01-01,23,11\n2024-01-02,0,12\n"
        series = read(write(tmp_path, content))
        assert (
            series.timestamps.tolist()
            == pd.date_range("2024-01-01 22:00", periods=3, freq="h", unit="ns").asi8.tolist()
        )

    def test_a_clock_beside_whole_times_changes_nothing(self, tmp_path: Path) -> None:
        content = "date,time,close\n2024-01-01 01:00,09:00,10\n2024-01-01 02:00,09:00,11\n"
        assert read(write(tmp_path, content)).timestamps[1] == np.datetime64("2024-01-01T02:00", "ns")

    def test_a_column_named_for_the_times_is_read_alone(self, tmp_path: Path) -> None:
        path = write(tmp_path, "date,time,close\n2024-01-01,09:00,10\n2024-01-02,09:00,11\n")
        assert read(path).timestamps[0] == np.datetime64("2024-01-01T09:00", "ns")
        assert read(path, time="date").timestamps[0] == np.datetime64("2024-01-01", "ns")

    def test_a_named_unit_wins_over_magnitude(self, tmp_path: Path) -> None:
        path = write(tmp_path, "time,close\n50000000000,10\n50000060000,11\n")
        assert read(path, time_unit="ms").timestamps[1] == np.datetime64("1971-08-02T16:54:20", "ns")
        with pytest.raises(UserError, match="must be a time in seconds before 2262, but is '50000000000'"):
            read(path)

    def test_dates_that_may_mean_two_days_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(
            UserError,
            match=r"line 2: .*'01/02/2024' may be 2024-02-01 or 2024-01-02: set .*%d/%m/%Y.* or .*%m/%d/%Y",
        ):
            read(write(tmp_path, "date,close\n01/02/2024,10\n02/02/2024,11\n"))

    def test_rows_out_of_order_are_sorted_and_said(self, tmp_path: Path) -> None:
        newest_first = read(write(tmp_path, "date,close\n2024-01-03,12\n2024-01-02,11\n2024-01-01,10\n"))
        assert newest_first.values.tolist() == [10, 11, 12]
        assert "rows were newest first: sorted" in newest_first.notes
        mixed = read(write(tmp_path, "date,close\n2024-01-02,11\n2024-01-03,12\n2024-01-01,10\n"))
        assert mixed.values.tolist() == [10, 11, 12]
        assert "rows were out of order: sorted" in mixed.notes


GOOD = days(10, 11, 12)
BAD: dict[str, tuple[str | bytes, str]] = {
    "an empty file": ("", "is empty"),
    "a file of blanks": (" \n\n", "is empty"),
    "an empty gzip file": (gzip.compress(b""), "is empty"),
    "a cut off gzip file": (gzip.compress(days(*range(1, 30)).encode())[:40], "damaged or cut off gzip"),
    "a binary file": (bytes(range(256)) * 4, "is binary"),
    "text of an old encoding": (b"\xe4\xe0\xf2\xe0,close\n2024-01-01,10\n", "old encoding .*: save it as UTF-8"),
    "a web page": ("<!DOCTYPE html><html>Sorry</html>", "is a web page or XML: download the file itself"),
    "a header alone": ("date,close\n", "holds no row"),
    "one column": ("close\n1\n2\n", "holds one column"),
    "no price column": ("date,volume\n2024-01-01,5\n", "price column .* its columns are date, volume: name the price"),
    "two price columns": ("date,bid_price,ask_price\n2024-01-01,5,6\n", "its columns are date, bid_price, ask_price"),
    "text in a number": (days(10, "1O.5", 12), "line 3: close must be a number, but is '1O.5'"),
    "text in the first row": (days("abc", 12), "line 2: close must be a number, but is 'abc'"),
    "a sign of two meanings": (
        "date;close\n2024-01-01;1,501\n",
        "line 2: close .* but '1,501' may be 1501 or 1.501: set",
    ),
    "the word NaN": (days(10, 11, "NaN"), "line 4: close must be a number, but is 'NaN': correct it, or leave"),
    "the word null": (days(10, "null"), "line 3: close must be a number, but is 'null'"),
    "a number beyond numbers": (days(10, "9" * 400), "line 3: close must be a number, but is '9{59}: correct"),
    "infinity": (days(10, "inf"), "line 3: close must be a number, but is 'inf'"),
    "zero": (days(10, 0), "line 3: close must be a price above 0, but is 0"),
    "a negative price": (days(10, -3.5), "line 3: close must be a price above 0, but is -3.5"),
    "no price at all": ("date,close,volume\n2024-01-01,,5\n2024-01-02,,5\n", "close must hold prices, but is empty"),
    "a time twice": (GOOD + "2024-01-02,99\n", "line 5: .* own time, but 2024-01-02 00:00:00 is also that of line 3"),
    "a row twice": (GOOD + "2024-01-02,11\n", "line 5: .* own time, but 2024-01-02 00:00:00 is also that of line 3"),
    "a bad date": (GOOD + "2024-13-01,9\n", "line 5: date must be a date such as .*, but is '2024-13-01'"),
    "no date": (GOOD + ",9\n", "line 5: date must be a time, but is empty"),
    "a count for a time": (
        "id,close\n1,10\n2,11\n",
        "line 2: id must be a date or a number since 1970, but is '1': name",
    ),
    "text for a time": (
        "1700000000,1\n1700000060,2\nend,3\n",
        "line 3: a row must hold a time like the first one, but is 'end 3': remove the line",
    ),
    "a time beyond time": ("time,close\n99991231235959000000,1\n", "line 2: time must be a time in nanoseconds before"),
    "mixed units": (
        "time,close\n1733011200000,1\n1733014800000,2\n1735689600000000,3\n",
        "line 4: time must be in milliseconds like the times before, not microseconds, but is '1735689600000000': keep",
    ),
    "a cell too many": (GOOD + "2024-01-04,9,9\n", "line 5: a row must have 2 cells, but has 3"),
    "a cell too many in the first row": (
        "date,close\n2024-01-01,9,9\n" + GOOD[11:],
        "line 2: a row must have 2 cells, but has 3: remove the surplus",
    ),
    "a cell too few": (GOOD + "2024-01-04\n2024-01-05,9\n", "line 5: a row must have 2 cells, but has 1: complete it"),
    "a cell too few in the first row": ("date,close\n10\n2024-01-02,9\n", "line 2: a row must have 2 cells, but has 1"),
    "an open quote": (GOOD + '2024-01-04,"9\n2024-01-05,10\n', "line 5: a cell in quotes must end on its line"),
    "an open quote in the first row": ('date,close\n",10\n2024-01-02,11\n', "line 2: a cell in quotes must end"),
    "a cell of two lines": (GOOD + '"2024-01-04\n",9\n', "line 5: a cell in quotes must end on its line"),
    "quotes over the end of a first row": ('-9,"\n",nan\n', "line 1: a cell in quotes must end on its line"),
    "true for a price": (days(True, True), "line 2: close must be a number, but is 'True'"),
    "true among prices": (
        "date,close\n2024-01-01,True\n2024-01-02,\n",
        "line 2: close must be a number, but is 'True'",
    ),
    "the word now": ("date,close\nnow,10\n", "line 2: date must be a date such as .*, but is 'now'"),
    "a fraction of a day": (
        "date,close\n20240101.5,1\n20240102,2\n",
        "line 2: date must be a date .* but is '20240101.5'",
    ),
    "25 o'clock": ("date,time,close\n2024-01-01,25:00,1\n", "line 2: time must be a time of day .* but is '25:00'"),
    "hour 25": ("date,hour,close\n2024-01-01,25,1\n", "line 2: hour must be an hour from 0 to 23, or .* but is '25'"),
    "names that would change a terminal": (
        "date,\x1b[31mred,blue\n2024-01-01,5,1\n2024-01-02,6,2\n",
        r"its columns are date, \?\[31mred, blue: name the price",
    ),
    "a thousand columns": (
        ",".join(f"c{n}" for n in range(1000)) + "\n" + "1," * 999 + "1\n",
        "c11 and 988 more: name",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_ends_in_one_sentence_with_file_place_and_advice(tmp_path: Path, case: str) -> None:
    content, expected = BAD[case]
    path = write(tmp_path, content)
    with pytest.raises(UserError, match=expected) as caught:
        read(path)
    sentence = str(caught.value)
    assert path in sentence
    assert "\n" not in sentence
    assert ": " in sentence
    assert sentence.endswith(".")


def test_lines_are_counted_as_in_the_file(tmp_path: Path) -> None:
    content = "from somewhere\n\ndate,close\n\n2024-01-01,10\n\n2024-01-02,bad\n"
    with pytest.raises(UserError, match="line 7: close"):
        read(write(tmp_path, content))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no .*nowhere.csv .*: check the path"):
        read(str(tmp_path / "nowhere.csv"))
    with pytest.raises(UserError, match="the folder .* holds no data file: check the path"):
        read(str(tmp_path))
    with pytest.raises(UserError, match="'~nobody_has_this_name/x.csv' is no path .*: check the path"):
        read("~nobody_has_this_name/x.csv")
    with pytest.raises(UserError, match=r"'a\\x00.csv' is no path .*: check the path"):
        read("a\0.csv")


def test_text_in_a_column_that_is_not_asked_for_is_no_error(tmp_path: Path) -> None:
    path = write(tmp_path, "date,symbol,close\n2024-01-01,BTC,10\n2024-01-02,BTC,11\n")
    assert read(path).values.tolist() == [10, 11]
    with pytest.raises(UserError, match="line 2: symbol must be a number, but is 'BTC'"):
        read(path, "symbol")


def test_settings_that_name_no_column_are_refused_with_the_columns(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    with pytest.raises(UserError, match="data.price must name a column .* is 'open': choose from date, close"):
        read(path, price="open")
    with pytest.raises(UserError, match="data.time must name a column .* is '2': .* from 0 to 1"):
        read(path, time="2")
    with pytest.raises(UserError, match="data.time must name a column .* is '9{60}': .* from 0 to 1"):
        read(path, time="9" * 5000)
    with pytest.raises(UserError, match="must be two columns, but both are 'close'"):
        read(path, price="close", time="close")
    with pytest.raises(
        UserError, match=r"data.features must name columns .* but 'close' is none: choose from no others"
    ):
        read(path, "close")


def test_the_file_and_its_columns_come_from_the_command_line(tmp_path: Path) -> None:
    path = write(tmp_path, "1700000000,5,10\n1700000060,6,11\n")
    config = compose_config("data=csv", f"data.path={path}", "data.price=2", "data.time=0", "data.features=['1']")
    series = load_series(config.data, config.data.features)
    assert series.values.tolist() == [10, 11]
    assert series.covariates["1"].tolist() == [5, 6]
    assert series.name == "prices.csv"
