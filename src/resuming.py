"""What must be as it was for a sweep to go on."""

import json
import shlex
from pathlib import Path
from typing import Any

import yaml

from src.errors import require
from src.journal import History
from src.series.series import Series
from src.sweep_folder import COMMAND, read_config

_FREE = ("name", "resume", "cache", "tracking.", "budget.", "runner.checkpoint_seconds")
"""Settings that no number follows from: they may be others when a sweep goes on."""

_NEVER = object()


def repeating_command(folder: Path) -> str:
    """What was typed to begin a sweep, to be typed again; empty where nobody kept it."""
    path = folder / COMMAND
    typed = json.loads(path.read_text()) if path.exists() else []
    return shlex.join(["python", "-m", "src.sweep", *typed])


def refuse_changes(folder: Path, history: History, plain: dict[str, Any], series: Series) -> None:
    """Refuse to go on with other settings or other data than the sweep began with.

    Args:
        folder: of the sweep.
        history: of the sweep, which has a start.
        plain: the settings now.
        series: the prices now.

    Raises:
        UserError: naming the first difference.
    """
    assert history.start is not None
    way_out = "repeat its command, or add resume=force to go on nevertheless."
    before, now = _flat(read_config(folder)), _flat(plain)
    for path in sorted(before.keys() | now.keys()):
        old, new = before.get(path, _NEVER), now.get(path, _NEVER)
        require(
            old == new or path.startswith(_FREE),
            f"{folder} must go on with {path}={_shown(old)}, with which it began, but is told {_shown(new)}: {way_out}",
        )
    digest = history.start["data"]["digest"]
    require(
        digest == series.digest,
        f"{folder} must go on with the data that it began with (SHA-256 {digest[:12]}), but {series.name} has "
        f"changed since ({series.digest[:12]}): restore the data, or add resume=force to go on nevertheless.",
    )


def _flat(plain: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in plain.items():
        if isinstance(value, dict) and value:
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            # What was written and read again: dates are words, tuples are lists.
            flat[prefix + name] = yaml.safe_load(yaml.safe_dump(value))
    return flat


def _shown(value: Any) -> str:
    return "nothing" if value is _NEVER else str(yaml.safe_dump(value, default_flow_style=True)).splitlines()[0]
