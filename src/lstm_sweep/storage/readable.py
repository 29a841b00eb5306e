"""Summary and settings of a sweep as they are found: a file that is damaged or gone is said by a phrase."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

try:  # libyaml reads a hundred files in the time in which PyYAML's own reader reads five
    from yaml import CSafeLoader as SafeLoader
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment]

from lstm_sweep.storage.folder import CONFIG, SUMMARY


class UnreadableError(Exception):
    """A file is not there, or not as the sweep wrote it; the message is a phrase for the sentence of its sweep."""


def read_summary(folder: Path) -> dict[str, Any]:
    """The content of summary.json; nothing of what lies in it is certain.

    Raises:
        UnreadableError: where it cannot be read, with a phrase.
    """
    return _mapping(folder / SUMMARY, json.loads)


def read_settings(folder: Path) -> dict[str, Any]:
    """The content of config.yaml; arguments and errors as for `read_summary`."""
    return _mapping(folder / CONFIG, lambda text: yaml.load(text, Loader=SafeLoader))


def _mapping(path: Path, parse: Callable[[str], Any]) -> dict[str, Any]:
    try:
        content = parse(path.read_text(encoding="utf-8"))
        json.dumps(content, default=str)  # YAML knows lists that hold themselves, and names that are no words
    except OSError as error:
        raise UnreadableError(f"{path.name} cannot be read ({error.strerror})") from None
    except (ValueError, TypeError, RecursionError, yaml.YAMLError):
        raise UnreadableError(f"{path.name} is not as the sweep wrote it") from None
    if not isinstance(content, dict):
        raise UnreadableError(f"{path.name} is not as the sweep wrote it")
    return content
