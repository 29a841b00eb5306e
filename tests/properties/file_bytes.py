"""From cells to the bytes of a file: text in its separators, quotes, line ends and encodings, and other containers."""

import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime

import pandas as pd

Line = Sequence[str]
Cells = Sequence[object]
ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8 with mark": "utf-8-sig",
    "utf-16": "utf-16-le",
    "utf-16 without mark": "utf-16-le",
    "cp1252": "cp1252",
    "latin-1": "latin-1",
}
LINE_ENDS = {"LF": "\n", "CRLF": "\r\n", "CR": "\r"}
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "comma and space": ", "}


def join(cells: Line, separator: str, quotes: str) -> str:
    """One line; a cell that holds the separator's sign is quoted in any case, as every writer does."""

    def cell(text: str) -> str:
        worded = quotes == "words" and not re.fullmatch(r"[\d.]*", text)
        return f'"{text}"' if quotes == "all" or worded or separator.strip(" ") in text else text

    return separator.join(map(cell, cells))


def plain(name: str, content: bytes) -> tuple[str, bytes]:
    return name, content


def gzipped(name: str, content: bytes) -> tuple[str, bytes]:
    return f"{name}.gz", gzip.compress(content, mtime=0)


def zipped(name: str, content: bytes) -> tuple[str, bytes]:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return "prices.zip", buffer.getvalue()


def typed(text: str) -> object:
    """A number where the cell is a plain one; text with a leading zero ('000500') stays as it is."""
    if text == "":
        return None
    if re.fullmatch(r"0|[1-9]\d*", text):
        return int(text)
    return float(text) if re.fullmatch(r"\d+\.\d+", text) and not text.startswith("00") else text


def records(header: Line, rows: Sequence[Cells]) -> list[dict[str, object]]:
    return [dict(zip(header, row, strict=True)) for row in rows]


def json_records(header: Line, rows: Sequence[Cells]) -> tuple[str, bytes]:
    return "prices.json", json.dumps(records(header, rows)).encode()


def json_lines(header: Line, rows: Sequence[Cells]) -> tuple[str, bytes]:
    return "prices.jsonl", "".join(json.dumps(each) + "\n" for each in records(header, rows)).encode()


def json_arrays(header: Line, rows: Sequence[Cells]) -> tuple[str, bytes]:
    return "prices.json", json.dumps([list(row) for row in rows]).encode()


def table(header: Line, rows: Sequence[Cells]) -> pd.DataFrame:
    """The table that a program would have saved: columns of numbers, of text, and of times where they are ISO."""
    frame = pd.DataFrame(records(header, rows), columns=list(header))
    for name in frame.columns:
        column = frame[name]
        if not all(isinstance(each, int | float) for each in column.dropna()):
            frame[name] = column.where(column.isna(), column.astype(str))
        if all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", str(each)) for each in column):
            frame[name] = [datetime.fromisoformat(each) for each in column]
    return frame


def parquet(header: Line, rows: Sequence[Cells]) -> tuple[str, bytes]:
    buffer = io.BytesIO()
    table(header, rows).to_parquet(buffer)
    return "prices.parquet", buffer.getvalue()


def feather(header: Line, rows: Sequence[Cells]) -> tuple[str, bytes]:
    buffer = io.BytesIO()
    table(header, rows).to_feather(buffer)
    return "prices.feather", buffer.getvalue()


OF_TEXT: dict[str, Callable[[str, bytes], tuple[str, bytes]]] = {"plain": plain, "gzip": gzipped, "zip": zipped}
OF_CELLS: dict[str, Callable[[Line, Sequence[Cells]], tuple[str, bytes]]] = {
    "JSON records": json_records,
    "JSON lines": json_lines,
    "JSON arrays": json_arrays,
    "Parquet": parquet,
    "Feather": feather,
}
