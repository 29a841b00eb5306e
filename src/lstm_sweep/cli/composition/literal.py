"""Values that mean what is written, quoted before Hydra reads them."""

import re
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException

from lstm_sweep.config import LiveConfig, RecordConfig, StoreConfig
from lstm_sweep.config.spelling import spell_value

_SETTING = re.compile(r"(?P<path>\+{0,2}[\w./@:]+)=(?P<value>.+)", re.DOTALL)

_STRUCTURE = ("[", "{", "'", '"')
"""How a value begins that is more than a word."""


_TEXTS = frozenset(
    f"{prefix}{item.name}"
    for prefix, schema in (("live.", LiveConfig), ("", RecordConfig), ("", StoreConfig))
    for item in fields(schema)
    if item.type in (str, str | None)
)
"""Settings of a live process, a recorder and a store that are words: a token of 1e5 is no number, nor is a tick."""


def quote_literal(arguments: Sequence[str]) -> list[str]:
    """Quote values that mean what is written, where Hydra's grammar has no place for them or another meaning.

    A `data.path` that is there is that file, whatever signs its name has, and a word of a live process is that word,
    unless it is null, is quoted already or refers to something (`${oc.env:TOKEN}`). Any other value that Hydra cannot
    read is its text, unless it begins like a list, a range or a quoted word: then something of it is missing.
    """
    return [_quoted(argument) for argument in arguments]


def is_readable(argument: str) -> bool:
    """Whether Hydra's grammar has a place for an argument."""
    try:
        OverridesParser.create().parse_override(argument)
    except HydraException:
        return False
    return True


def _quoted(argument: str) -> str:
    match = _SETTING.fullmatch(argument)
    if match is None:
        return argument
    path, value = match.groups()
    is_file, is_plain = path == "data.path", not value.startswith(_STRUCTURE)
    if path in _TEXTS and is_plain and value != "null" and "${" not in value:
        return f"{path}={spell_value(value)}"
    if is_file and _exists(value) or not is_readable(argument) and (is_file or is_plain):
        return f"{path}={spell_value(value)}"
    return argument


def _exists(path: str) -> bool:
    try:
        return Path(path).expanduser().exists()
    except (OSError, RuntimeError, ValueError):  # no path at all, which the reader of files says
        return False
