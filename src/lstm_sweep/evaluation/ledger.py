"""How often a test span was looked at: the more configurations of sweeps it has judged, the less a success means."""

import fcntl
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

LEDGER = ".test_uses.jsonl"
"""Beside the sweeps: a line for every sweep that was scored on its test span."""


@dataclass(frozen=True)
class TestUse:
    """A sweep that is about to be scored.

    Attributes:
        series: name of the prices.
        data: digest of the prices.
        first_target: ISO time of the first target of the test span.
        last_target: of the last.
        config: digest of the settings that its numbers follow from.
        sweep: its name, for people.
    """

    __test__ = False  # no test of pytest's

    series: str
    data: str
    first_target: str
    last_target: str
    config: str
    sweep: str


def config_digest(plain: dict[str, Any]) -> str:
    """SHA-256 of the settings, but for those that no number follows from (a budget decides who can win)."""
    aside = ("name", "resume", "cache", "tracking")
    content = {name: value for name, value in plain.items() if name not in aside}
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def count_uses(sweeps: Path, use: TestUse) -> int:
    """Note down a use before it happens, and count the different configs so far that used the span, this included.

    Spans count where they overlap and belong to the same series, known by its name or by its content. A config that
    is scored again does not.

    Args:
        sweeps: the folder of all sweeps.
        use: about to happen.
    """
    with (sweeps / LEDGER).open("a+b") as ledger:
        fcntl.flock(ledger, fcntl.LOCK_EX)  # let go of when the file is closed
        ledger.seek(0)
        *lines, torn = ledger.read().split(b"\n")
        ledger.truncate(ledger.tell() - len(torn))  # its sweep was cut off before it was scored
        before = [found for line in lines if (found := _read(line)) is not None]
        if use not in before:
            ledger.write(json.dumps(asdict(use)).encode() + b"\n")
    configs = {each.config for each in before if _shares_targets(each, use)}
    return len(configs | {use.config})


def _read(line: bytes) -> TestUse | None:
    """What a line says, or None where it is damaged."""
    try:
        return TestUse(**json.loads(line))
    except (ValueError, TypeError):
        return None


def _shares_targets(one: TestUse, other: TestUse) -> bool:
    same_series = one.series == other.series or one.data == other.data
    return same_series and one.first_target <= other.last_target and other.first_target <= one.last_target
