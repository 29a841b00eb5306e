"""Parquet, Feather and Arrow files are read as pandas and pyarrow wrote them."""

import datetime
import decimal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow
import pytest
from pyarrow import feather, ipc, parquet

from lstm_sweep.data.files.contents import unpack
from lstm_sweep.errors import UserError
from tests.data.files.contents.reading import month, read

TIMES = pd.date_range("2024-01-01", periods=50, freq="h")
FRAME = pd.DataFrame(
    {
        "time": TIMES,
        "close": np.random.default_rng(1).random(50),
        "volume": np.arange(50, dtype="int32"),
        "symbol": "BTC",
        "final": True,
    }
)


def streamed(table: pyarrow.Table, path: Path) -> None:
    with ipc.new_stream(path, table.schema) as stream:
        stream.write_table(table)


WRITERS: dict[str, Callable[[pyarrow.Table, Path], None]] = {
    "Parquet": parquet.write_table,
    "Feather": feather.write_feather,
    "Arrow stream": streamed,
}


def written(folder: Path, table: pyarrow.Table | dict[str, Any], form: str = "Parquet") -> str:
    path = folder / "prices.bin"
    WRITERS[form](pyarrow.table(table), path)
    return str(path)


@pytest.mark.parametrize("form", WRITERS)
def test_every_form_is_read_as_it_was_written(tmp_path: Path, form: str) -> None:
    table = read(written(tmp_path, pyarrow.Table.from_pandas(FRAME, preserve_index=False), form))
    assert table.has_header
    assert list(table.rows) == list(FRAME)
    for name in FRAME:
        assert table.rows[name].tolist() == FRAME[name].tolist()
    assert [table.rows[name].dtype.kind for name in FRAME if name != "symbol"] == ["M", "f", "i", "b"]
    assert table.place(7) == f"{table.path}, row 7"


@pytest.mark.parametrize("compression", ["snappy", "gzip", "zstd", "none"])
def test_what_pandas_writes_is_read_with_its_index_first(tmp_path: Path, compression: Any) -> None:
    path = tmp_path / "prices.parquet"
    for index, name in (
        (TIMES, "index"),
        (TIMES.rename("Open time"), "Open time"),
        (TIMES.tz_localize("UTC"), "index"),
    ):
        FRAME.drop(columns="time").set_axis(index).to_parquet(path, compression=compression)
        table = read(str(path))
        assert list(table.rows) == [name, "close", "volume", "symbol", "final"]
        assert table.rows[name].tolist() == index.tolist()
    FRAME.to_parquet(path)
    assert list(read(str(path)).rows) == list(FRAME)


def test_an_index_beside_a_column_of_its_name_keeps_both_apart(tmp_path: Path) -> None:
    path = tmp_path / "prices.parquet"
    pd.DataFrame({"index": range(50), "close": range(50)}).set_axis(TIMES).to_parquet(path)
    table = read(str(path))
    assert list(table.rows) == ["index", "index.1", "close"]
    assert table.rows["index"].tolist() == TIMES.tolist()


def test_columns_of_odd_types_become_plain_or_are_left_out_and_said(tmp_path: Path) -> None:
    day, clock = datetime.date(2024, 1, 31), datetime.time(13, 5)
    columns = {
        "day": pyarrow.array([day, None, day]),
        "clock": pyarrow.array([clock, clock, None]),
        "decimal": pyarrow.array([decimal.Decimal("9505.10"), None, decimal.Decimal("-0.01")]),
        "category": pyarrow.array(["a", "b", None]).dictionary_encode(),
        "bytes of text": pyarrow.array([b"x", b"y", None]),
        "bytes": pyarrow.array([b"\xff", b"\xfe", None]),
        "large": pyarrow.array([2**62 + 1, None, 3]),
        "small": pyarrow.array(np.array([1, 2, 3], dtype="float16")),
        "nothing": pyarrow.nulls(3),
        "list": pyarrow.array([[1], [2], []]),
        "object": pyarrow.array([{"a": 1}, {"a": 2}, None]),
        "length": pyarrow.array([datetime.timedelta(1)] * 3),
        "blank": pyarrow.array(["", " ", "x"]),
    }
    table = read(written(tmp_path, columns))
    assert table.notes == ("columns that are no numbers, times or text left out: bytes, list, object, length",)
    rows = table.rows
    assert rows["day"].tolist() == [pd.Timestamp(day), pd.NaT, pd.Timestamp(day)]
    text = rows[["clock", "decimal", "category", "bytes of text", "large", "blank"]].fillna("-")
    assert text.to_numpy().T.tolist() == [
        ["13:05:00.000000", "13:05:00.000000", "-"],
        ["9505.10", "-", "-0.01"],
        ["a", "b", "-"],
        ["x", "y", "-"],
        ["4611686018427387905", "-", "3"],
        ["-", "-", "x"],
    ]
    assert rows["small"].tolist() == [1, 2, 3]
    assert rows["nothing"].isna().all()


def test_a_zone_of_times_is_kept(tmp_path: Path) -> None:
    local = TIMES.tz_localize("Europe/Berlin")
    times = pyarrow.array(local.as_unit("us").asi8, pyarrow.timestamp("us", "Europe/Berlin"))
    table = read(written(tmp_path, {"time": times, "close": range(50)}))
    assert table.rows["time"].tolist() == local.tolist()


@pytest.mark.parametrize("form", WRITERS)
def test_a_cut_off_or_damaged_file_is_refused(tmp_path: Path, form: str) -> None:
    path = Path(written(tmp_path, pyarrow.Table.from_pandas(FRAME, preserve_index=False), form))
    whole = path.read_bytes()
    for length in (len(whole) - 10, len(whole) // 2, 20):
        path.write_bytes(whole[:length])
        with pytest.raises(UserError, match=f"damaged {form.split()[0].replace('Arrow', 'Feather')[:7]}"):
            read(str(path))


def test_a_table_without_rows_or_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is empty: check how it was written"):
        read(written(tmp_path, {"time": pyarrow.array([], "timestamp[s]"), "close": pyarrow.array([], "float64")}))
    with pytest.raises(UserError, match="must hold columns of numbers, times or text, but holds none"):
        read(written(tmp_path, {"list": [[1], [2]]}))


def test_a_small_file_of_a_huge_table_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, {"time": np.zeros(100_000), "close": np.zeros(100_000)})
    assert Path(path).stat().st_size < 5000
    monkeypatch.setattr(unpack, "most_bytes", lambda: 1 << 20)
    with pytest.raises(UserError, match="prices.bin exceeds it"):
        read(path)


def test_names_that_would_change_a_terminal_or_stand_twice_are_mended(tmp_path: Path) -> None:
    table = pyarrow.table([pyarrow.array([1, 2])] * 3, names=["a", "a", "\x1b[31m"])
    assert list(read(written(tmp_path, table)).rows) == ["a", "a.1", "?[31m"]


def test_the_real_feather_file_is_read(shared_data: Path) -> None:
    path = shared_data / "trades" / "freqtrade_XRP_ETH-1m.feather"
    frame = feather.read_feather(path)
    rows = read(str(path)).rows
    for name in frame:
        assert rows[name].tolist() == frame[name].tolist()


def test_parquet_and_csv_of_one_series_are_no_one_kind(tmp_path: Path) -> None:
    FRAME[["time", "close"]].to_parquet(tmp_path / "2.parquet")
    (tmp_path / "1.csv").write_text(month(1))
    with pytest.raises(UserError, match="1.csv is CSV and .*2.parquet is Parquet: name files of one kind only"):
        read(str(tmp_path))
