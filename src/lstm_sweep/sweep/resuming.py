"""What must be as it was for a sweep to be resumed, and what else has changed since it began."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from lstm_sweep.config import Config, known_before, may_change_on_resume
from lstm_sweep.config.spelling import typed
from lstm_sweep.data.series import Series
from lstm_sweep.errors import require
from lstm_sweep.invocation import spelled
from lstm_sweep.redaction import redacted_settings
from lstm_sweep.storage.folder import COMMAND, read_config
from lstm_sweep.storage.history import History

_NEVER = object()

_DIGEST = re.compile("[0-9a-f]{64}")


def repeating_command(folder: Path, changes: Mapping[str, Any] = MappingProxyType({})) -> str:
    """What was typed to begin a sweep, to be typed again; empty where nobody kept it.

    What was typed twice stands there once, as it was typed last.

    Args:
        folder: of the sweep.
        changes: settings by path that take the place of those that were typed.
    """
    path = folder / COMMAND
    if not path.exists():
        return "" if changes else spelled("sweep")
    kept = [each for each in _once(json.loads(path.read_text())) if each.partition("=")[0] not in changes]
    return " ".join([spelled("sweep"), *map(shlex.quote, kept), *(typed(*each) for each in changes.items())])


def _once(arguments: Sequence[str]) -> list[str]:
    """Without those that a later one replaces; a mapping replaces nothing, for Hydra merges it into the former."""
    split = [each.partition("=") for each in arguments]
    last = {path: place for place, (path, _, value) in enumerate(split) if not value.startswith("{")}
    return [each for place, each in enumerate(arguments) if last.get(split[place][0], place) <= place]


def refuse_changes(folder: Path, history: History, config: Config, series: Series) -> None:
    """Refuse to resume a sweep with other settings or other data than it began with.

    A setting that the sweep began without is new in this program: no older one could have had another value.

    Args:
        folder: of the sweep.
        history: of the sweep, which has a start.
        config: the settings now.
        series: the prices now.

    Raises:
        UserError: naming the first difference.
    """
    way_out = "repeat its command, or add resume=force to resume it nevertheless."
    for path, old, new in _differences(read_config(folder), redacted_settings(asdict(config))):
        require(
            path in may_change_on_resume(config) or _is_new(path, old, new),
            f"{folder} must be resumed with {path}={_shown(old)}, with which it began, but is told {_shown(new)}: "
            + way_out,
        )
    digest = _digest(history)
    require(
        digest == series.digest,
        f"{folder} must be resumed with the data that it began with (SHA-256 {digest[:12]}), but {series.name} has "
        f"changed since ({series.digest[:12]}): restore the data, or add resume=force to resume it nevertheless.",
    )


def changes(folder: Path, history: History, config: Config, series: Series, environment: dict[str, Any]) -> list[str]:
    """What numbers follow from and is not as it was: settings, data, code, libraries, machine.

    Args:
        folder: of the sweep.
        history: of the sweep, which has a start.
        config: the settings now.
        series: the prices now.
        environment: what else its numbers follow from now.

    Returns:
        Phrases like 'libraries.jax=0.10.2 instead of 0.10.1', of settings since the last run, of all else since the
        sweep began.
    """
    assert history.start is not None
    began = {"data": _digest(history), **history.start.environment}
    settings = _differences(read_config(folder), redacted_settings(asdict(config)))
    as_before = _flat(redacted_settings(known_before(config)))
    pairs = [
        # A setting that is new in this program and leaves everything as it was is no change.
        *(
            (path, old, new)
            for path, old, new in settings
            if path not in may_change_on_resume(config) and (old is not _NEVER or path in as_before)
        ),
        *_differences(began, {"data": series.digest, **environment}),
    ]
    return [f"{path}={_shown(new)} instead of {_shown(old)}" for path, old, new in pairs]


def _digest(history: History) -> str:
    assert history.start is not None
    return history.start.data.digest


def _is_new(path: str, old: Any, new: Any) -> bool:
    """Whether a setting is one that the sweep began without, and of those that can be swept, one that is not."""
    return old is _NEVER and (new is None or not path.startswith("search."))


def _differences(before: dict[str, Any], now: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Path, value before and value now, where they are not the same."""
    old, new = _flat(before), _flat(now)
    for path in sorted(old.keys() | new.keys()):
        pair = old.get(path, _NEVER), new.get(path, _NEVER)
        if pair[0] != pair[1]:
            yield path, *pair


def _flat(plain: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in plain.items():
        if isinstance(value, dict) and value and "low" not in value:
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            # What was written and read again: dates are words, tuples are lists.
            flat[prefix + name] = yaml.safe_load(yaml.safe_dump(value))
    return flat


def _shown(value: Any) -> str:
    """A value as one types it; of a digest as much as tells it from another."""
    if value is _NEVER:
        return "nothing"
    if isinstance(value, str) and _DIGEST.fullmatch(value):
        return value[:12]
    return str(yaml.safe_dump(value, default_flow_style=True)).splitlines()[0]
