"""Which settings decide what a sweep comes to, as their fields are marked."""

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any

from lstm_sweep.config.whole import Config


def may_change_on_resume(config: Config) -> frozenset[str]:
    """Paths of the settings that may be others when a sweep is resumed ('budget.fits')."""
    return frozenset(path for path, item, _ in _settings(config) if "affects" in item.metadata)


def affecting_results(config: Config) -> dict[str, Any]:
    """The settings that decide what a sweep comes to, by path ('model.units', 'search.model.units').

    The price of the machine is among them only where it limits the search.
    """
    found = {
        path: value
        for path, item, value in _settings(config)
        if item.metadata.get("affects") != "nothing" and not _is_as_before(item, value)
    }
    if config.budget.usd is None:
        del found["budget.usd_per_hour"]
    return found


def known_before(section: Any) -> dict[str, Any]:
    """A section without the settings that older versions did not have and that leave everything as it was."""
    kept = ((item.name, getattr(section, item.name)) for item in fields(section) if not _is_left_out(section, item))
    return {name: known_before(value) if is_dataclass(value) else value for name, value in kept}


def _is_left_out(section: Any, item: Field[Any]) -> bool:
    return _is_as_before(item, getattr(section, item.name))


def _is_as_before(item: Field[Any], value: Any) -> bool:
    """Whether an older version, which did not have the setting, did the same."""
    if "added" not in item.metadata:
        return False
    default = item.default if item.default_factory is MISSING else item.default_factory()
    return "affects" in item.metadata or bool(value == default)


def _settings(section: Any, prefix: str = "") -> Iterator[tuple[str, Field[Any], Any]]:
    for item in fields(section):
        value = getattr(section, item.name)
        if is_dataclass(value):
            yield from _settings(value, f"{prefix}{item.name}.")
        else:
            yield prefix + item.name, item, value
