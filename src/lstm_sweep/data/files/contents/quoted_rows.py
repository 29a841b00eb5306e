"""Rows that stand in quotes as a whole: a program took each line of a table for one cell."""

import re
from itertools import islice

from lstm_sweep.data.files.contents.lines import is_value

_SAMPLE = 200
_QUOTED = re.compile(r'(?m)^[ \t]*"((?:[^"\n]|"")*)"[ \t]*$')
_SEPARATORS = ",;\t|"


def unquote_rows(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without the quotes around whole rows, and that they were left out.

    Args:
        text: of the file.
    """
    if not text.lstrip().startswith('"'):
        return text, ()
    lines = list(islice((found[0] for found in re.finditer(r"(?m)^.*\S.*$", text)), _SAMPLE))
    cells = [found[1] for line in lines if (found := _QUOTED.match(line))]
    # One cell may hold a separator too: '9,008.5', 'Jan 2, 2020'.
    are_rows = any(all(separator in cell for cell in cells) for separator in _SEPARATORS) and not any(
        map(is_value, cells)
    )
    if len(cells) < len(lines) or not are_rows:
        return text, ()
    unquoted = _QUOTED.sub(lambda found: found[1].replace('""', '"'), text)
    return unquoted, ("rows stand in quotes as a whole: read without these",)
