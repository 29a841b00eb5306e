"""Files that are no tables of text, told by their first bytes and refused by name; none of them is ever opened."""

import re

from lstm_sweep.errors import UserError

_BY_PANDAS = "write it as CSV or Parquet with the program that made it"
_FORMS: tuple[tuple[str, bytes, str], ...] = (
    ("an old Excel workbook", rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "export the sheet as CSV"),
    ("a pickle, which can run programs", rb"\x80[\x02-\x05]|c(__builtin__|copy_?reg|numpy|pandas)\b", _BY_PANDAS),
    ("an HDF5 file", rb"\x89HDF\r\n\x1a\n", _BY_PANDAS),
    ("a Feather file of the first version", rb"FEA1[^ -~]", _BY_PANDAS),
    ("a NumPy file", rb"\x93NUMPY", _BY_PANDAS),
    ("a MATLAB file", rb"MATLAB [57]\.", _BY_PANDAS),
    ("an SQLite database", rb"SQLite format 3\0", "export the table as CSV"),
    ("a DuckDB database", rb"(?s).{8}DUCK", "export the table as CSV or Parquet"),
    ("a PDF document", rb"%PDF-", "get the table as CSV"),
    ("a 7z archive", rb"7z\xbc\xaf\x27\x1c", "unpack it"),
    ("a RAR archive", rb"Rar!\x1a\x07", "unpack it"),
    ("a tar archive", rb"(?s).{257}ustar", "unpack it, as in tar -xf"),
    ("a pointer to a file in Git LFS", rb"version https://git-lfs\.github\.com/", "fetch the file with git lfs pull"),
    (
        "an HTML table, which spreadsheets open whatever its name",
        rb"(?is)(\xef\xbb\xbf)?\s*<(table\b|html\b[^>]*schemas-microsoft-com)",
        "open it in a spreadsheet and export the sheet as CSV",
    ),
    (
        "a web page or XML",
        rb"(?i)(\xef\xbb\xbf)?\s*<(!doctype|!--|html|head|body|\?xml|rss|feed|svg|error)\b",
        "download the file itself, and look into it for what its server answered",
    ),
)
"""Name, first bytes, what to do."""


def refuse_foreign(data: bytes, name: str) -> None:
    """Refuse bytes that are a known kind of file, but no table of text.

    Args:
        data: of the file.
        name: of the file, for messages.

    Raises:
        UserError: that names the kind and what to do.
    """
    for kind, first, advice in _FORMS:
        if re.match(first, data[:1000]):
            raise UserError(f"data.path must be a table as text, Parquet or Feather, but {name} is {kind}: {advice}.")
