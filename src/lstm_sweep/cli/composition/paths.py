"""What settings are called as they are typed: 'model.units'."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from lstm_sweep.config import Config


def setting_paths(schema: type = Config) -> Iterator[str]:
    """Every path that a user may set of what `schema` holds, sections (and `search` of a sweep) included."""
    return _paths(schema, "")


def _paths(schema: type, prefix: str) -> Iterator[str]:
    for item in fields(schema):
        path = f"{prefix}{item.name}"
        yield path
        section: Any = item.default_factory if is_dataclass(item.default_factory) else item.type
        if isinstance(section, type) and is_dataclass(section):
            for descendant in (section, *section.__subclasses__()):
                yield from _paths(descendant, f"{path}.")
