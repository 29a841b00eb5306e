"""What is said of a setting on its field: whether fits of one program may differ in it, and what follows from it."""

from collections.abc import Iterator
from dataclasses import Field, fields, is_dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lstm_sweep.config.whole import Config

FUSIBLE = {"fusible": True}
"""Marks a setting in which fits of one compiled program may differ; any other makes another program."""

NO_RESULTS = {"affects": "nothing"}
"""Marks a setting that no number follows from: it may be another on resume, and makes no other configuration."""

LIMIT = {"affects": "end"}
"""Marks a setting that only decides when the search ends: it may be another on resume, but decides who can win."""


def may_change_on_resume(config: "Config") -> frozenset[str]:
    """Paths of the settings that may be others when a sweep is resumed ('budget.fits')."""
    return frozenset(path for path, item, _ in _settings(config) if "affects" in item.metadata)


def affecting_results(config: "Config") -> dict[str, Any]:
    """The settings that decide what a sweep comes to, by path ('model.units', 'search.model.units').

    The price of the machine is among them only where it limits the search.
    """
    found = {path: value for path, item, value in _settings(config) if item.metadata.get("affects") != "nothing"}
    if config.budget.usd is None:
        del found["budget.usd_per_hour"]
    return found


def _settings(section: Any, prefix: str = "") -> Iterator[tuple[str, Field[Any], Any]]:
    for item in fields(section):
        value = getattr(section, item.name)
        if is_dataclass(value):
            yield from _settings(value, f"{prefix}{item.name}.")
        else:
            yield prefix + item.name, item, value
