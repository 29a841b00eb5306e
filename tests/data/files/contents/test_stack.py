"""Files of one series become one table whose rows know their file and line."""

import gzip
import json
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.errors import UserError
from tests.data.files.contents.reading import HEADER, month, read


def write(folder: Path, **contents: str) -> str:
    for name, content in contents.items():
        (folder / f"{name}.csv").write_text(content)
    return str(folder)


def test_rows_know_their_file_and_line(tmp_path: Path) -> None:
    banner = "from somewhere\n\n"
    path = write(tmp_path, a=month(1), b=banner + month(2), c=month(3).replace("\n", "\n\n"))
    table = read(path)
    rows = table.rows
    assert rows.index.is_monotonic_increasing
    assert rows.index.is_unique
    assert len(rows) == 84
    lines = {name: (tmp_path / f"{name}.csv").read_text().split("\n") for name in "abc"}
    for index, close in rows["close"].items():
        file, _, line = table.place(index).rpartition(", line ")  # type: ignore[arg-type]
        assert lines[Path(file).stem][int(line) - 1].endswith(f",{close}")


def test_columns_in_another_order_are_put_together_by_their_names(tmp_path: Path) -> None:
    path = write(tmp_path, a="date,close,x\n2024-01-01,1,7\n2024-01-02,2,8\n", b="x,close,date\n9,3,2024-01-03\n")
    assert read(path).rows[["date", "close", "x"]].to_numpy().tolist() == [
        ["2024-01-01", "1", "7"],
        ["2024-01-02", "2", "8"],
        ["2024-01-03", "3", "9"],
    ]


def test_other_columns_are_refused_by_name(tmp_path: Path) -> None:
    path = write(tmp_path, a=month(1), b=month(2).replace("close", "Close") + "2024-02-29,5\n")
    with pytest.raises(UserError, match=r"same columns, but only .*a.csv has close and only .*b.csv has Close: name"):
        read(path)


def test_a_header_in_some_files_only_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, a=month(1), b=month(2).removeprefix(HEADER))
    with pytest.raises(UserError, match="a.csv has a header and .*b.csv has none"):
        read(path)


def test_files_without_a_header_are_put_together(tmp_path: Path) -> None:
    path = write(tmp_path, **{f"m{number}": month(number).removeprefix(HEADER) for number in (1, 2)})
    table = read(path)
    assert not table.has_header
    assert len(table.rows) == 56
    (tmp_path / "m3.csv").write_text("2024-03-01,1,2\n2024-03-02,1,2\n")
    with pytest.raises(UserError, match="only .*m3.csv has 0, 1, 2|m3.csv has 2"):
        read(path)


def test_empty_files_are_left_out_and_said(tmp_path: Path) -> None:
    path = write(tmp_path, a=month(1), b="", c=" \n", d=month(2))
    (tmp_path / "e.csv.gz").write_bytes(gzip.compress(b""))
    table = read(path)
    assert len(table.rows) == 56
    assert table.notes == (
        f"2 files: {path}/a.csv to {path}/d.csv",
        f"empty, left out: {path}/b.csv, {path}/c.csv, {path}/e.csv.gz",
    )
    with pytest.raises(UserError, match="b.csv is empty: check how it was written"):
        read([f"{path}/b.csv", f"{path}/c.csv"])


def test_what_is_said_of_each_file_is_said_once(tmp_path: Path) -> None:
    banner = "from somewhere\n"
    said = "1 line above the table skipped: 'from somewhere'"
    path = write(tmp_path, a=banner + month(1), b=banner + month(2))
    assert read(path).notes[1:] == (said,)
    write(tmp_path, c=month(3), d=banner + month(4))
    assert read(path).notes[1:] == (f"{path}/a.csv and 2 more: {said}",)


def test_json_replies_of_one_series_are_put_together(shared_data: Path) -> None:
    folder = shared_data / "rest_json" / "bitfinex_2017-06-01"
    table = read(str(folder))
    rows = [row for path in sorted(folder.iterdir()) for row in json.loads(path.read_text())]
    assert table.rows.astype("float64").to_numpy().tolist() == rows
    assert table.place(table.rows.index[-1]).endswith("22-00-00.json, row 120") or len(rows) != 1440


def test_columns_of_other_types_in_parquet_are_refused(tmp_path: Path) -> None:
    pd.DataFrame({"date": pd.date_range("2024-01-01", periods=3), "close": [1.0, 2, 3]}).to_parquet(
        tmp_path / "a.parquet"
    )
    pd.DataFrame({"date": pd.date_range("2024-02-01", periods=3), "close": [1, 2, 3]}).to_parquet(
        tmp_path / "b.parquet"
    )
    assert read(str(tmp_path)).rows["close"].tolist() == [1, 2, 3, 1, 2, 3]
    pd.DataFrame({"date": ["2024-03-01"], "close": [1]}).to_parquet(tmp_path / "c.parquet")
    with pytest.raises(UserError, match="date holds datetime64.* in .*[ab].parquet and str in .*c.parquet: write them"):
        read(str(tmp_path))


def test_files_that_are_written_differently_are_each_read_as_they_are(tmp_path: Path) -> None:
    written = {
        "a": month(1),
        "b": month(2).replace(",", ";"),
        "c": "from somewhere\n" * 20 + month(3),
        "d": "from somewhere\n" * 25 + month(4),
        "e": month(5).replace("\n", "\r\n"),
        "f": month(6).replace("date,close\n", "date,close\nday,USD\n"),
        "g": month(7, days=2),
        "h": "\n" * 40 + month(8),
        "i": month(9),
    }
    table = read(write(tmp_path, **written))
    rows = [row for name, text in written.items() for row in text.splitlines() if row[:2] == "20"]
    assert (table.rows["date"] + "," + table.rows["close"]).tolist() == [row.replace(";", ",") for row in rows]


def test_a_folder_of_many_days_is_read_in_seconds(tmp_path: Path) -> None:
    minutes = np.arange(1440)
    for day in range(200):
        rows = "".join(f"{1_600_000_000_000 + 60_000 * minute},1.5,2.5,0.5,1.5,7\n" for minute in 1440 * day + minutes)
        (tmp_path / f"btc-{day}.csv").write_text(rows)
    start = time.monotonic()
    table = read(str(tmp_path))
    assert time.monotonic() - start < 20
    assert (table.rows.iloc[:, 0].astype("int64").diff().dropna() == 60_000).all()
    assert len(table.rows) == 288_000
    assert table.place(table.rows.index[1440]) == f"{tmp_path}/btc-1.csv, line 1"
