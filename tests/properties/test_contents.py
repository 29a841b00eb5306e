"""Whatever JSON says and however packed files are damaged, there is a table or one sentence."""

import bz2
import gzip
import io
import json
import lzma
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyarrow import feather, parquet

from lstm_sweep.data.files.table import FileTable
from tests.data.files.contents.reading import month, read
from tests.properties.attempt import attempt

CSV = month(1).encode()
KEYS = st.sampled_from(["data", "close", "t", "2024-01-01", "2024-01-02", "0", "1", "columns", "index", "error", ""])
SCALARS = st.none() | st.booleans() | st.integers(-5, 2**70) | st.floats() | st.sampled_from(["", "msg", "2024-01-01"])
TREES = st.recursive(
    SCALARS, lambda child: st.lists(child, max_size=4) | st.dictionaries(KEYS, child, max_size=4), max_leaves=30
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


def read_or_refuse(folder: Path, content: bytes) -> FileTable | None:
    path = folder / "prices.csv"
    path.write_bytes(content)
    return attempt(lambda: read(str(path)), "prices.csv")


def scalars(tree: object) -> set[str]:
    """All that a table of this tree may hold in its cells."""
    match tree:
        case dict():
            return set(map(str, tree)).union(*map(scalars, tree.values()))
        case list():
            return set().union(*map(scalars, tree))
        case bool():
            return {str(tree).lower()}
    return {json.dumps(tree), str(tree)}


@given(TREES)
@example([[["1", "2"]], ["3", "4"]])
@example({"columns": ["a", "b"], "index": ["x"], "data": [[1, 2]]})
def test_any_json_is_read_as_it_stands_or_refused(folder, tree) -> None:  # type: ignore[no-untyped-def]
    table = read_or_refuse(folder, json.dumps(tree).encode())
    if table is not None and isinstance(tree, list | dict):
        assert table.rows.columns.is_unique
        assert table.rows.index.is_monotonic_increasing
        cells = {cell for name in table.rows for cell in table.rows[name].dropna()}
        assert {str(cell).removesuffix(".0") for cell in cells} <= {each.removesuffix(".0") for each in scalars(tree)}


def arrow(codec: str) -> bytes:
    sink = pyarrow.BufferOutputStream()
    with pyarrow.CompressedOutputStream(sink, codec) as stream:
        stream.write(CSV)
    return sink.getvalue().to_pybytes()


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", CSV)
    return file.getvalue()


def typed(write: object) -> bytes:
    sink = pyarrow.BufferOutputStream()
    frame = pd.DataFrame({"date": pd.date_range("2024-01-01", periods=28), "close": range(28), "x": ["a", "b"] * 14})
    write(pyarrow.Table.from_pandas(frame), sink)  # type: ignore[operator]
    return sink.getvalue().to_pybytes()


FORMS = {
    "gzip": gzip.compress(CSV, mtime=0),
    "bzip2": bz2.compress(CSV),
    "xz": lzma.compress(CSV),
    "zip": zipped(),
    "Zstandard": arrow("zstd"),
    "LZ4": arrow("lz4"),
    "Parquet": typed(parquet.write_table),
    "Feather": typed(feather.write_feather),
}
CHECKED = ("gzip", "bzip2", "xz", "zip")
"""Forms with a checksum of what they hold."""


@given(st.sampled_from(sorted(FORMS)), st.data(), st.booleans())
def test_damaged_files_are_refused_or_whole(folder, form, data, cut) -> None:  # type: ignore[no-untyped-def]
    damaged = bytearray(FORMS[form])
    if cut:
        del damaged[data.draw(st.integers(0, len(damaged) - 1), "at") :]
    else:
        bit = data.draw(st.integers(0, 8 * len(damaged) - 1), "bit")
        damaged[bit // 8] ^= 1 << bit % 8
    table = read_or_refuse(folder, bytes(damaged))
    if table is not None and form in CHECKED:
        assert table.rows["close"].tolist() == [str(100 + day) for day in range(1, 29)]
