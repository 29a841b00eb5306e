"""The folder of a sweep: sweeps/<name>/, who may write to it, and what its journal says."""

import difflib
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

import yaml

from lstm_sweep.errors import UserError, require
from lstm_sweep.invocation import spelled
from lstm_sweep.locks import HeldError, holding, is_held
from lstm_sweep.storage.files import UNFINISHED, replacing
from lstm_sweep.storage.history import History
from lstm_sweep.storage.lines import JOURNAL

SWEEPS = Path("sweeps")

COMMAND = "command.json"
"""What was typed to begin the sweep, as a list of arguments."""

CONFIG = "config.yaml"
"""The resolved settings."""

SUMMARY = "summary.json"
"""What came out; its presence tells a finished sweep."""

_MOST_NAMES = 8
"""Sweeps that a sentence lists."""

_LOCK = "lock"

_BEFORE_THE_START = {_LOCK, COMMAND, CONFIG, JOURNAL, "oracle"}
"""What a sweep that was killed before it began may have left; nothing of it is worth resuming."""


@final
@dataclass(frozen=True)
class SweepFolder:
    """A folder that this process alone writes to.

    Attributes:
        path: sweeps/<name>.
        history: what happened in it before.
    """

    path: Path
    history: History


@contextmanager
def claim_folder(name: str, resume: Any) -> Iterator[SweepFolder]:
    """Take the folder of a new sweep, or of one that is resumed.

    Args:
        name: of the sweep.
        resume: whether an unfinished sweep of that name is resumed.

    Yields:
        sweeps/<name>, or sweeps/<name>-2, -3 ... where finished sweeps have the names before.

    Raises:
        UserError: where a sweep of that name is running, was not finished and is not to be resumed, is to be resumed
            and not there, or the folder cannot be written to.
    """
    check_resumable(name, resume)
    number = 1
    while True:
        folder = SWEEPS / (name if number == 1 else f"{name}-{number}")
        history = History.read(folder)
        require(
            number == 1 or folder.exists() or not resume,
            f"resume={resume} needs a sweep {name} that was not finished, but all of that name are: leave it out.",
        )
        if history.end is None:
            with lock_folder(folder):
                yield SweepFolder(folder, _history(folder, resume))
            return
        number += 1


def check_resumable(name: str, resume: Any) -> None:
    """Refuse to resume a sweep that is not there; a new one of a mistyped name would train all again.

    Raises:
        UserError: with the sweeps that can be resumed.
    """
    if not resume or (SWEEPS / name).exists():
        return
    unfinished = [path.name for path in _sweeps(SWEEPS) if not (path / SUMMARY).exists()]
    choice = f"name one of {listed(unfinished, name)}, or leave it out" if unfinished else "leave it out"
    raise UserError(
        f"resume={json.dumps(resume).strip(chr(34))} needs a sweep {name} that was not finished, but there is no "
        f"{SWEEPS / name}: {choice} to begin a new one."
    )


def finished(name: str, sweeps: Path | None = None) -> Path:
    """The folder of a finished sweep, in the folder of all sweeps.

    Raises:
        UserError: where it is not finished, or there is none of that name, with those that there are.
    """
    sweeps = SWEEPS if sweeps is None else sweeps
    folder = sweeps / name
    names = [path.name for path in _sweeps(sweeps) if (path / SUMMARY).exists()]
    advice = f"choose one of {listed(names, name)}" if names else f"run one first, with {spelled('sweep')}"
    if (folder / JOURNAL).exists():
        advice = f"resume it ({spelled('sweep')} name={folder.name} resume=true)"
    require((folder / SUMMARY).is_file(), f"{folder} must be a finished sweep, but has no {SUMMARY}: {advice}.")
    return folder


def latest_finished() -> Path:
    """The folder of the sweep that finished last.

    Raises:
        UserError: where there is none.
    """
    found = [folder for folder in _sweeps(SWEEPS) if (folder / SUMMARY).is_file()]
    require(
        bool(found),
        f"a finished sweep must be there, but below {SWEEPS} is none: run one first, with {spelled('sweep')}.",
    )
    return found[0]


def _sweeps(sweeps: Path) -> list[Path]:
    """Folders of all sweeps, the latest first."""
    journals = sorted(sweeps.glob(f"*/{JOURNAL}"), key=lambda path: path.stat().st_mtime, reverse=True)
    return [path.parent for path in journals]


def listed(names: Sequence[str], typed: str) -> str:
    """Names for a sentence, those closest to what was typed first, the others in their order."""
    close = difflib.get_close_matches(typed, names, n=_MOST_NAMES)
    ordered = list(dict.fromkeys([*close, *names]))
    more = f" and {len(ordered) - _MOST_NAMES} more" if len(ordered) > _MOST_NAMES else ""
    return ", ".join(ordered[:_MOST_NAMES]) + more


def is_running(folder: Path) -> bool:
    """Whether a process writes to the folder of a sweep now."""
    return is_held(folder / _LOCK)


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Keep other processes from writing to the folder of a sweep; one that is killed lets go of it too.

    Raises:
        UserError: where another process does, or the folder cannot be written to.
    """
    with ExitStack() as held:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            held.enter_context(holding(folder / _LOCK, wait=False))
        except HeldError:
            raise UserError(
                f"{folder} holds a sweep that is running: wait for it, or choose another name=NAME."
            ) from None
        except OSError as error:
            raise UserError(f"cannot write to the folder {folder}: {error.strerror}: make it writable.") from None
        yield


def journalled(folder: Path) -> History:
    """The history of a sweep that is there.

    Raises:
        UserError: where there is none, with those that there are.
    """
    names = [path.name for path in _sweeps(folder.parent)]
    advice = f"choose one of {listed(names, folder.name)}" if names else f"run one first, with {spelled('sweep')}"
    is_there = (folder / JOURNAL).exists()
    require(is_there, f"{folder} must be the folder of a sweep, but holds no {JOURNAL}: {advice}.")
    return History.read(folder)


def write_config(folder: Path, plain: dict[str, Any]) -> None:
    """Keep the resolved settings; a reader never sees half of them."""
    with replacing(folder / CONFIG) as unfinished:
        unfinished.write_text(yaml.safe_dump(plain, sort_keys=False))


def read_config(folder: Path) -> dict[str, Any]:
    """The resolved settings of a sweep."""
    plain: dict[str, Any] = yaml.safe_load((folder / CONFIG).read_text())
    return plain


def _history(folder: Path, resume: Any) -> History:
    """Read again under the lock: another process may have resumed the sweep while it held it."""
    history = History.read(folder)
    is_new = history == History() and _names(folder) <= _BEFORE_THE_START
    require(
        is_new or bool(resume),
        f"{folder} holds a sweep that was not finished: resume it ({spelled('sweep')} name={folder.name} resume=true), "
        "choose another name=NAME, or remove that folder.",
    )
    return history


def _names(folder: Path) -> set[str]:
    return {path.name.removesuffix(UNFINISHED) for path in folder.iterdir()}
