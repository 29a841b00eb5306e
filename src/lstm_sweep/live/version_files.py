"""The files of every version that ever worked in a live process, kept so that each forecast can be made again."""

import hashlib
import os
import shutil
import tempfile
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from typing import final

from lstm_sweep.errors import UserError, require
from lstm_sweep.forecaster import Forecaster
from lstm_sweep.live.winner import SweepWinner, WinnerFacts

VERSIONS = "versions"
_FACTS = "winner.json"
_KEPT = 4
"""Versions that stay at hand with their compiled networks: an alias may come back to one."""


def save_version(folder: Path, winner: SweepWinner) -> str:
    """Keep a version below versions/ of a live process.

    Args:
        folder: live/<name>/.
        winner: to keep.

    Returns:
        The name of its folder, made of its content: equal versions have one.
    """
    (folder / VERSIONS).mkdir(exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=folder / VERSIONS, prefix=".unfinished-"))
    try:
        for number, member in enumerate(winner.members):
            member.save(unfinished / f"member_{number}")
        (unfinished / _FACTS).write_text(winner.facts.written() + "\n", encoding="utf-8")
        name = _digest(unfinished)
        if not (folder / VERSIONS / name).exists():
            os.replace(unfinished, folder / VERSIONS / name)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return name


def load_version(folder: Path, name: str, label: str) -> SweepWinner:
    """Read what `save_version` kept.

    Raises:
        UserError: where it is gone or damaged.
    """
    place = folder / VERSIONS / name
    members = sorted(place.glob("member_*"), key=lambda each: int(each.name.partition("_")[2]))
    require(bool(members), f"{place} must hold a version of the model, but does not: bring it back.")
    try:
        facts = WinnerFacts.read((place / _FACTS).read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError) as error:
        raise UserError(
            f"{place / _FACTS} must say what the version is, but does not ({error}): bring it back."
        ) from None
    return SweepWinner(facts, tuple(map(Forecaster.load, members)), label)


@final
class LoadedVersions:
    """The versions of one live process, those of late at hand."""

    def __init__(self, folder: Path) -> None:
        """Of live/<name>/."""
        self._folder, self._at_hand = folder, OrderedDict[str, SweepWinner]()

    def load(self, name: str, label: str) -> SweepWinner:
        """As `load_version`."""
        winner = self._at_hand.pop(name, None) or load_version(self._folder, name, label)
        self._at_hand[name] = winner
        if len(self._at_hand) > _KEPT:
            self._at_hand.popitem(last=False)
        return replace(winner, version=label)


def _digest(folder: Path) -> str:
    """Of names and contents; archives hold the time at which they were made, so of their arrays."""
    state = hashlib.sha256()
    for path in sorted(folder.rglob("*.json")):
        state.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    for member in sorted(folder.glob("member_*")):
        for array in Forecaster.load(member).weights:
            state.update(array.tobytes())
    return state.hexdigest()[:16]
