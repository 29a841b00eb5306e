"""What the tests of contents share: a small table, and how a setting becomes one."""

from typing import Any

from lstm_sweep.config import CsvData
from lstm_sweep.data.files.contents.read import read_table
from lstm_sweep.data.files.table import FileTable

HEADER = "date,close\n"


def read(path: Any) -> FileTable:
    """What `data.path` stands for."""
    return read_table(CsvData("csv", None, [], path, price=None, time=None, time_unit=None))


def month(number: int, days: int = 28) -> str:
    """A CSV file of a month, with prices that tell it from the others."""
    return HEADER + "".join(f"2024-{number:02d}-{day:02d},{100 * number + day}\n" for day in range(1, days + 1))


def prices(table: FileTable) -> list[float]:
    """The closes, in the order of the rows."""
    return [float(cell) for cell in table.rows["close"]]
