"""From the paths that a user named to one table."""

from lstm_sweep.config import CsvData
from lstm_sweep.data.files.contents.layout import find_layout
from lstm_sweep.data.files.contents.rows import read_rows
from lstm_sweep.data.files.contents.text import read_text
from lstm_sweep.data.files.table import FilePart, FileTable


def read_table(config: CsvData) -> FileTable:
    """The cells of all files that `data.path` names, below each other.

    Args:
        config: `data.path`.

    Raises:
        UserError: where there is no such file, or it is no table.
    """
    path = str(config.path)
    text, notes = read_text(path)
    layout = find_layout(text, path)
    rows = read_rows(text, layout, path)
    first = int(rows.index[0]) if len(rows) else 1
    return FileTable(path, rows, layout.has_header, (FilePart(path, first, first),), (*notes, *layout.notes))
