"""Packed files are told by their first bytes; damaged, huge and foreign ones are refused by name."""

import bz2
import gzip
import io
import lzma
import pickle
import shlex
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow
import pytest

from lstm_sweep.data.files.contents import unpack
from lstm_sweep.errors import UserError
from tests.configs import compose_config
from tests.data.files.contents.reading import month, prices, read

CONTENT = month(1).encode()
JANUARY = [float(100 + day) for day in range(1, 29)]


def arrow(codec: str) -> Callable[[bytes], bytes]:
    def packed(data: bytes) -> bytes:
        sink = pyarrow.BufferOutputStream()
        with pyarrow.CompressedOutputStream(sink, codec) as stream:
            stream.write(data)
        return sink.getvalue().to_pybytes()

    return packed


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def tarred(data: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        entry = tarfile.TarInfo("a.csv")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return file.getvalue()


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "Zstandard": arrow("zstd"),
    "LZ4": arrow("lz4"),
    "zip": lambda data: zipped(("a.csv", data)),
}


def write(folder: Path, data: bytes, name: str = "prices.csv") -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


@pytest.mark.parametrize("packing", PACKINGS)
def test_packed_files_are_read_whatever_they_are_called(tmp_path: Path, packing: str) -> None:
    assert prices(read(write(tmp_path, PACKINGS[packing](CONTENT)))) == JANUARY
    assert prices(read(write(tmp_path, PACKINGS[packing](gzip.compress(CONTENT)), "x.dat"))) == JANUARY


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_cut_off_file_is_refused_at_any_length(tmp_path: Path, packing: str) -> None:
    packed = PACKINGS[packing](month(1).encode() + np.random.default_rng(0).bytes(2000).hex().encode())
    for length in (len(packed) - 1, len(packed) // 2, 20):
        with pytest.raises(UserError, match=f"damaged or cut off {packing} file: download it again|is an? "):
            read(write(tmp_path, packed[:length]))


@pytest.mark.parametrize("packing", ["gzip", "bzip2", "xz", "zip"])
def test_a_damaged_file_is_refused(tmp_path: Path, packing: str) -> None:
    packed = bytearray(PACKINGS[packing](CONTENT))
    packed[len(packed) // 3] ^= 0b10000
    with pytest.raises(UserError, match=f"damaged or cut off {packing} file: download it again"):
        read(write(tmp_path, bytes(packed)))


def test_files_of_several_packed_streams_are_read_whole(tmp_path: Path) -> None:
    half = len(CONTENT) // 2
    for pack in (gzip.compress, bz2.compress, lzma.compress, PACKINGS["Zstandard"]):
        assert prices(read(write(tmp_path, pack(CONTENT[:half]) + pack(CONTENT[half:])))) == JANUARY


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(
    tmp_path: Path, packing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, "most_bytes", lambda: 1 << 20)
    assert prices(read(write(tmp_path, PACKINGS[packing](CONTENT)))) == JANUARY
    bomb = write(tmp_path, PACKINGS[packing](CONTENT + b"\n" * (1 << 20)))
    with pytest.raises(UserError, match="at most 0.000977 GiB together, unpacked, but .*prices.csv.* exceeds it"):
        read(bomb)


def test_many_files_are_bounded_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "most_bytes", lambda: 3 * len(CONTENT))
    for number in range(4):
        write(tmp_path, CONTENT, f"{number}.csv")
    with pytest.raises(UserError, match="3.csv exceeds it: name fewer files"):
        read(str(tmp_path))


def test_the_bound_leaves_room_in_this_machine() -> None:
    assert 1 << 28 <= unpack.most_bytes() <= 4 << 30


def test_a_file_packed_many_times_over_is_refused(tmp_path: Path) -> None:
    packed = CONTENT
    for _ in range(4):
        packed = gzip.compress(packed)
    with pytest.raises(UserError, match="is packed 3 times over: unpack it"):
        read(write(tmp_path, packed))


class TestZip:
    def test_what_lies_beside_the_only_data_file_is_left_aside(self, tmp_path: Path) -> None:
        beside = [("__MACOSX/._a.csv", b"\0"), ("README.md", b"#"), (".hidden", b""), ("x/.git/a.csv", b"no")]
        table = read(write(tmp_path, zipped(*beside, ("x/a.csv", CONTENT)), "a.zip"))
        assert prices(table) == JANUARY
        assert table.path == f"{tmp_path}/a.zip:x/a.csv"
        assert table.place(2) == f"{tmp_path}/a.zip:x/a.csv, line 2"

    def test_several_members_are_refused_and_the_advice_works(self, tmp_path: Path) -> None:
        members = [("btc 2.csv", month(2).encode()), ("btc 1.csv", CONTENT), ("x/3.csv", month(3).encode())]
        path = write(tmp_path, zipped(*members), "a b.zip")
        with pytest.raises(UserError, match="holds 3 files .btc 1.csv, btc 2.csv, x/3.csv.: name one") as caught:
            read(path)
        one, several = (
            str(caught.value)
            .removesuffix(".")
            .partition("as in ")[2]
            .split(", or several that belong together, as in ")
        )
        for advice, rows in ((one, JANUARY), (several, [100.0 * m + d for m in (1, 2, 3) for d in range(1, 29)])):
            (argument,) = shlex.split(advice)
            assert prices(read(compose_config("data=csv", argument).data.path)) == rows  # type: ignore[attr-defined]

    def test_a_member_that_does_not_exist_is_refused_with_those_that_do(self, tmp_path: Path) -> None:
        path = write(tmp_path, zipped(("a.csv", CONTENT), ("b.csv", CONTENT)), "a.zip")
        with pytest.raises(UserError, match=r"holds no 'c.csv' \(a.csv, b.csv\): name one, as in .*a.zip:a.csv"):
            read(f"{path}:c.csv")

    def test_json_in_an_archive_can_be_entered_too(self, tmp_path: Path) -> None:
        reply = b'{"A": {"t": [1, 2], "c": [3, 4]}, "B": {"t": [1, 2], "c": [5, 6]}}'
        path = write(tmp_path, zipped(("a.csv", CONTENT), ("b.json", reply)), "a.zip")
        assert read(f"{path}:b.json:B").rows["c"].tolist() == [5, 6]

    def test_an_empty_archive_and_a_locked_one_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match="holds no data file: check the path"):
            read(write(tmp_path, zipped(("README", b"")), "a.zip"))
        locked = bytearray(zipped(("a.csv", CONTENT)))
        for start in (locked.index(b"PK\x03\x04") + 6, locked.index(b"PK\x01\x02") + 8):
            locked[start] |= 1
        with pytest.raises(UserError, match="is locked by a password: unpack it"):
            read(write(tmp_path, bytes(locked), "a.zip"))

    def test_members_packed_otherwise_are_read(self, tmp_path: Path) -> None:
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
            assert prices(read(write(tmp_path, zipped(("a.csv", CONTENT), method=method)))) == JANUARY


def sqlite(folder: Path) -> bytes:
    with sqlite3.connect(folder / "database") as connection:
        connection.execute("create table prices (time, close)")
    return (folder / "database").read_bytes()


FOREIGN: dict[str, tuple[bytes, str]] = {
    "xlsx": (zipped(("[Content_Types].xml", b"x"), ("xl/workbook.xml", b"x")), "an Excel workbook: export the sheet"),
    "ods": (zipped(("mimetype", b"x"), ("content.xml", b"x")), "an OpenDocument file: export the sheet as CSV"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "an old Excel workbook: export the sheet as CSV"),
    "pickle": (pickle.dumps(CONTENT), "a pickle, which can run programs: write it as CSV or Parquet"),
    "old pickle": (pickle.dumps(Path("a"), 2), "a pickle, which can run programs"),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(500), "an HDF5 file: write it as CSV or Parquet"),
    "Feather": (b"FEA1\0\0\0\0" + bytes(500), "a Feather file of the first version: write it as CSV or Parquet"),
    "NumPy": (b"\x93NUMPY\x01\0" + bytes(500), "a NumPy file"),
    "a page": (b"\n <!DOCTYPE html><html><p>1,2", "a web page or XML: download the file itself"),
    "a page with a mark": (b"\xef\xbb\xbf<html>", "a web page or XML: download the file itself"),
    "a table of HTML": (b"<table><tr><td>1</td></tr></table>", "an HTML table, .*: open it in a spreadsheet"),
    "XML": (b'<?xml version="1.0"?><Error><Code>NoSuchKey</Code>', "a web page or XML"),
    "tar": (tarred(CONTENT), "a tar archive: unpack it, as in tar -xf"),
    "tar in gzip": (gzip.compress(tarred(CONTENT)), "a tar archive: unpack it, as in tar -xf"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(50), "a 7z archive: unpack it"),
    "PDF": (b"%PDF-1.7\n", "a PDF document"),
    "a pointer": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n",
        "Git LFS: fetch the file with",
    ),
    "SQLite": (b"", "an SQLite database: export the table as CSV"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_foreign_files_are_refused_by_name(tmp_path: Path, kind: str) -> None:
    data, expected = FOREIGN[kind]
    path = write(tmp_path, data or sqlite(tmp_path))
    with pytest.raises(UserError, match=f"{path} is .*{expected}"):
        read(path)


def test_text_that_begins_like_something_else_is_text(tmp_path: Path) -> None:
    for header in ("<DATE>,<CLOSE>", "BZh,close", "PK,close", "PAR1x,close", "Rar!,close", "<date>;<close>"):
        separator = ";" if ";" in header else ","
        data = f"{header}\n2024-01-01{separator}5\n2024-01-02{separator}6\n"
        assert read(write(tmp_path, data.encode())).rows.iloc[:, 1].tolist() == ["5", "6"]


def test_something_inside_of_plain_text_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, CONTENT)
    with pytest.raises(UserError, match=f"inside of a zip archive or of JSON, but {path} is neither: leave out ':x'"):
        read(f"{path}:x")
