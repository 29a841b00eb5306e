"""A column of numbers as it is written: the form of each cell, before the signs between the digits are told."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.data.files.cells import Cells
from lstm_sweep.data.files.numbers.forms import DIGITS, SIGNS, NumberForm, read_form


@dataclass(frozen=True)
class WrittenNumbers:
    """The cells of a column that are not empty.

    Attributes:
        cells: text; the index is that of the table's rows.
        texts: (cell,), the same with one sign for all that people write in its place.
        codes: (cell,), of the form of each.
        forms: by code; None where cells are no numbers.
        dashes: cells with nothing but a dash, which are left out as empty.
    """

    cells: Cells
    texts: NDArray[np.object_]
    codes: NDArray[np.intp]
    forms: tuple[NumberForm | None, ...]
    dashes: "pd.Series[str]"

    def where(self, wanted: Callable[[NumberForm], bool]) -> "pd.Series[bool]":
        """Which cells are numbers of such a form."""
        found = [form is not None and wanted(form) for form in self.forms]
        return pd.Series(np.array(found, dtype=bool)[self.codes], index=self.cells.column.index)

    def first(self, wanted: Callable[[NumberForm], bool]) -> int | None:
        """The index of the first number of such a form, or None."""
        return first(self.where(wanted))

    def text(self, index: int) -> str:
        """A cell, with one sign for all that people write in its place."""
        return str(self.texts[self.cells.column.index.get_loc(index)])

    def core(self, index: int) -> str:
        """The digits of a number with the signs between them."""
        form = self.forms[self.codes[self.cells.column.index.get_loc(index)]]
        return self.text(index)[slice(*form.core)] if form else ""

    def shown(self, index: int) -> str:
        """A cell for messages."""
        return repr(str(self.cells.column.loc[index]).strip())[:60]

    def place(self, index: int) -> str:
        """Where a cell stands, for messages."""
        return self.cells.table.place(index)

    def line(self, index: int) -> str:
        """The line that it stands in, without the file."""
        return self.place(index).rpartition(", ")[2]


def first(found: "pd.Series[bool]") -> int | None:
    """The index of the first cell where something holds, or None."""
    return int(found.index[int(found.to_numpy(dtype=bool).argmax())]) if found.any() else None


def write_out(cells: Cells) -> WrittenNumbers:
    """Tell the form of each cell of a column.

    Args:
        cells: text, nan or blank where a cell is empty.
    """
    column = cells.column.dropna()
    cut = column.str.replace("\0", "?", regex=False).to_numpy(dtype=object)
    joined = "\0".join(cut)  # what is done to each letter is done once
    joined = joined if joined.isascii() else joined.translate(SIGNS)
    texts, shapes = (
        np.array(text.split("\0")[: len(cut)], dtype=object) for text in (joined, joined.translate(DIGITS))
    )
    codes, uniques = pd.factorize(shapes)
    lone = np.array([shape.strip(" ") for shape in uniques], dtype=object)[codes]
    dashes, kept = lone == "-", (lone != "-") & (lone != "")
    codes, used = pd.factorize(codes[kept])
    forms = tuple(read_form(shape) for shape in uniques[used])
    return WrittenNumbers(Cells(cells.table, column[kept]), texts[kept], codes, forms, column[dashes])
