"""JSON and JSON lines as a tree of objects, lists and text; numbers keep the digits that stand in the file."""

import json
import re
from typing import Any

from lstm_sweep.data.files.contents.unpack import most_bytes
from lstm_sweep.errors import UserError, require

_JSON = re.compile(
    r"\s*(\{\s*[\"}]|\[\s*([\[\]{\"]|-?\d+(\.\d*)?([eE][-+]?\d+)?\s*([],]|\Z)|(null|true|false)\s*([],]|\Z)))"
)
_BYTES_PER_LETTER = 8
"""What a tree takes of memory, beside what a table of the same text does."""


class Numeral(str):
    """A number of JSON, as it is written there: its point is one of decimals, whatever other cells look like."""


def is_json(text: str) -> bool:
    """Whether text begins like JSON; a first line such as '[from somewhere]' or '[2020-01-02] 5' does not."""
    return _JSON.match(text) is not None


def parse_json(text: str, name: str) -> tuple[Any, list[int] | None]:
    """The tree of a JSON text.

    Numbers are the text that stands in the file, true and false the words, null is None.

    Args:
        text: of the file.
        name: of the file, for messages.

    Returns:
        The tree; and, of JSON lines, the line of each of its elements.

    Raises:
        UserError: where the text is no JSON, too large, or an object has a key twice.
    """
    most = most_bytes() // _BYTES_PER_LETTER
    require(
        len(text) <= most,
        f"{name} must be JSON of at most {most / 2**30:.3g} GiB, for it takes many times its size of memory, but is "
        f"{len(text) / 2**30:.3g} GiB large: write it as CSV or Parquet.",
    )
    decoder = _decoder(name)
    try:
        try:
            return decoder.decode(text), None
        except json.JSONDecodeError as error:
            lines = [line for line, row in enumerate(text.split("\n"), 1) if row.strip()]
            if error.msg != "Extra data" or len(lines) < 2:
                raise
        return _lines(text, lines, decoder), lines
    except json.JSONDecodeError as error:
        raise UserError(
            f"{name}, line {error.lineno}: JSON must be whole, but is not at column {error.colno} ({error.msg}): "
            "correct it, or download it again."
        ) from None
    except RecursionError:
        raise UserError(f"{name} must hold a table, but is nested too deeply: export it as CSV.") from None


def _lines(text: str, lines: list[int], decoder: json.JSONDecoder) -> list[Any]:
    rows = text.split("\n")
    trees = []
    for line in lines:
        try:
            trees.append(decoder.decode(rows[line - 1]))
        except json.JSONDecodeError as error:
            error.lineno = line
            raise
    return trees


def _decoder(name: str) -> json.JSONDecoder:
    def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            key = next(key for key in keys if keys.count(key) > 1)
            raise UserError(f"{name} must hold each key once in an object, but holds {key[:60]!r} twice: correct it.")
        return found

    return json.JSONDecoder(parse_int=Numeral, parse_float=Numeral, parse_constant=str, object_pairs_hook=distinct)
