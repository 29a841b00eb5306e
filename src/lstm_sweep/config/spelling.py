"""Settings as they are typed after a command."""

import json
import re
import shlex
from collections.abc import Mapping
from datetime import date
from pathlib import PurePath
from typing import Any

from lstm_sweep.errors import UserError, require

_PLAIN = re.compile(r"[A-Za-z_][\w.-]*")
"""Words that mean themselves, but for those that stand for other values."""

FREE_MAPPINGS = ("data.where", "data.aggregate", "data.join", "windows.scaler")
"""Settings that are typed whole: where users choose the names, these may hold any sign."""

_MEANING = ("true", "false", "null", "nan", "inf")


def spell_settings(settings: Mapping[str, Any]) -> list[str]:
    """Settings as they would be typed, one argument each.

    Args:
        settings: by path or nested; `experiment` names an experiment, and a mapping with `low` is a range.
    """
    require(isinstance(settings, Mapping), f"settings must be a mapping by name, but are {settings!r}: write a dict.")
    return [
        f"{'+' if path == 'experiment' else ''}{path}={spell_value(value)}" for path, value in _paths(settings).items()
    ]


def _paths(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for name, value in settings.items():
        path = f"{prefix}{name}"
        is_section = isinstance(value, Mapping) and "low" not in value and path not in FREE_MAPPINGS
        found = _paths(value, f"{path}.") if is_section else {path: value}
        for each in found.keys() & paths.keys():
            raise UserError(f"{each} must be set once, but is {paths[each]!r} and {found[each]!r}: remove one of them.")
        paths |= found
    return paths


def typed(path: str, value: Any) -> str:
    """A setting as a shell takes it, for sentences that tell people what to do: `"data.price='Adj Close'"`."""
    return shell_quoted(f"{path}={spell_value(value)}")


def shell_quoted(argument: str) -> str:
    """An argument as a shell takes it, in the quotes that read best."""
    if shlex.quote(argument) == argument or re.search(r'["$`\\!]', argument):
        return shlex.quote(argument)
    return f'"{argument}"'


def spell_value(value: Any) -> str:
    """A value in the grammar of Hydra's overrides: words are quoted unless they are plain."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_spell_name(name)}: {spell_value(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(spell_value, value)) + "]"
    if isinstance(value, PurePath):
        return spell_value(str(value))
    if hasattr(value, "tolist"):  # NumPy's
        return spell_value(value.tolist())
    require(
        isinstance(value, str | int | float | date),
        f"a setting must be a number, a word, a list or a range, but is {value!r}: write it as one of them.",
    )
    text = str(value)
    if not isinstance(value, str) or (_PLAIN.fullmatch(text) and text.lower() not in _MEANING):
        return text
    # A quote is escaped, and so are the backslashes before one; all others, but before `${`, stand for themselves.
    escaped = re.sub(r"(\\*)('|$)", lambda found: 2 * found[1] + found[2].replace("'", "\\'"), text)
    return "'" + escaped.replace("${", "\\${") + "'"


def _spell_name(name: Any) -> str:
    """A name in a mapping: it cannot be quoted, but signs that mean something are escaped."""
    return re.sub(r"[\\()\[\]{}:=,]", r"\\\g<0>", str(name))
