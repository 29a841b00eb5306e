"""How a line of a sweep's journal is written, and read.

Journals outlive versions of the program: keys that a later version added are ignored, keys that an older one did not
write have defaults where a line can do without them, and lines of an unknown kind are skipped.
"""

import contextlib
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lstm_sweep.storage.checked_lines import decode_entries, encode_entries, whole_lines
from lstm_sweep.storage.facts import DataFacts, SweepEnd, SweepStart
from lstm_sweep.storage.lines import (
    JOURNAL,
    EndLine,
    FitLine,
    Line,
    RunLine,
    ScoresLine,
    StartLine,
    TrialEndLine,
    TrialLine,
)
from lstm_sweep.trials.outcome import EpochRecord, FitStatus
from lstm_sweep.trials.spec import Trial

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Entries = Mapping[str, Any]
"""Plain values of JSON by key."""

_Built = TypeVar("_Built", bound="DataclassInstance")

_KINDS: dict[str, type[Line]] = {
    "start": StartLine,
    "run": RunLine,
    "trial": TrialLine,
    "epoch": EpochRecord,
    "fit": FitLine,
    "trial_end": TrialEndLine,
    "scores": ScoresLine,
    "end": EndLine,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


class UnknownKindError(Exception):
    """A whole line of a kind that this version of the program does not know."""


def encode(line: Line) -> bytes:
    """One line with its end; numbers that are not finite become null, as JSON has none."""
    entries = {"kind": _NAMES[type(line)]}
    for name, value in asdict(line).items():
        entries |= value if name in _FLAT else {name: value}
    return encode_entries(entries)


def decode(text: bytes) -> Line | None:
    """A line without its end, or None where it is not what was once written, or lacks what it needs.

    Raises:
        UnknownKindError: where it is whole, but of a later version.
    """
    entries = decode_entries(text)
    if entries is None or "kind" not in entries:
        return None
    try:
        kind = _KINDS.get(entries["kind"])
        if kind is None:
            raise UnknownKindError(entries["kind"])
        flat = {each.name: _FLAT[each.name](entries) for each in fields(kind) if each.name in _FLAT}
        return _build(kind, entries | flat)
    except (AttributeError, KeyError, TypeError, ValueError):  # a missing key, a value of another type
        return None


def read_lines(folder: Path, start: int = 0) -> Iterator[tuple[int, Line | None]]:
    """Lines of the journal in a sweep's folder that are written to their end, without those of unknown kinds.

    Args:
        folder: sweeps/<name>/.
        start: byte to begin at: 0, or an end that was yielded before.

    Yields:
        The byte after each line, and its content, or None where the line is damaged.
    """
    for end, text in whole_lines(folder / JOURNAL, start):
        with contextlib.suppress(UnknownKindError):
            yield end, decode(text)


def _build(kind: type[_Built], entries: Entries) -> _Built:
    """A dataclass from the entries that are named as its fields.

    Raises:
        TypeError: where an entry without a default is missing.
    """
    named = [each for each in fields(kind) if each.name in entries]
    return kind(**{each.name: _READERS.get(each.type, _same)(entries[each.name]) for each in named})


def _metrics(entries: Entries) -> dict[str, float]:
    """Of the line of an epoch every entry that is a number, or was not a finite one, and no field of the record."""
    own = {"kind", *(each.name for each in fields(EpochRecord))}
    return {name: _number(value) for name, value in entries.items() if name not in own and _is_number(value)}


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _numbers(values: Mapping[str, float | None]) -> dict[str, float]:
    return {name: _number(value) for name, value in values.items()}


def _numbers_by_name(groups: Mapping[str, Mapping[str, float | None]]) -> dict[str, dict[str, float]]:
    return {name: _numbers(values) for name, values in groups.items()}


def _same(value: Any) -> Any:
    return value


_READERS: dict[Any, Callable[[Any], Any]] = {
    float: _number,
    Mapping[str, float]: _numbers,
    Mapping[str, Mapping[str, float]]: _numbers_by_name,
    tuple[str, ...]: tuple,
    FitStatus: FitStatus,
    DataFacts: partial(_build, DataFacts),
}
"""What makes the value of a field from JSON's, by the type of the field; others are equal."""

_FLAT: dict[str, Callable[[Entries], Any]] = {
    "start": partial(_build, SweepStart),
    "trial": partial(_build, Trial),
    "end": partial(_build, SweepEnd),
    "metrics": _metrics,
}
"""Fields of lines whose own entries stand among those of the line, and what finds them there."""
