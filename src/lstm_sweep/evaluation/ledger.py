"""How often a test span was looked at: the more configurations of sweeps it has judged, the less a success means."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from lstm_sweep.config import Config, affecting_results, known_before
from lstm_sweep.locks import holding

LEDGER = ".test_uses.jsonl"
"""Beside the sweeps: a line for every sweep that was scored on its test span."""

_LOCK = ".test_uses.lock"


@dataclass(frozen=True)
class TestUse:
    """A sweep that is about to be scored.

    Attributes:
        series: name of the prices.
        data: digest of the prices.
        first_target: ISO time of the first target of the test span.
        last_target: of the last.
        config: digest of the settings that affect its results.
        sweep: its name, for people.
    """

    __test__ = False  # no test of pytest's

    series: str
    data: str
    first_target: str
    last_target: str
    config: str
    sweep: str


def config_digest(config: Config) -> str:
    """SHA-256 of the settings that affect results (a budget does: it decides who can win)."""
    return _digest(affecting_results(config))


def config_digest_of_version_0_1(config: Config) -> str:
    """As version 0.1 wrote it, which also counted settings that affect nothing: its ledgers are still read."""
    aside = ("name", "resume", "cache", "tracking")
    return _digest({name: value for name, value in known_before(config).items() if name not in aside})


def count_uses(sweeps: Path, use: TestUse, former_config: str = "") -> int:
    """Write down a use ahead of it, and count the different configurations that used the span, this one included.

    Spans count where they overlap and belong to the same series, known by its name or by its content. A configuration
    that is scored again does not.

    Args:
        sweeps: the folder of all sweeps.
        use: about to happen.
        former_config: digest by which an older version may have written down the configuration of `use`.
    """
    with holding(sweeps / _LOCK, wait=True), (sweeps / LEDGER).open("a+b") as ledger:
        ledger.seek(0)
        *lines, torn = ledger.read().split(b"\n")
        ledger.truncate(ledger.tell() - len(torn))  # its sweep was cut off before it was scored
        before = [found for line in lines if (found := _read(line)) is not None]
        if any(each.config == former_config for each in before):
            use = replace(use, config=former_config)
        if use not in before:
            ledger.write(json.dumps(asdict(use)).encode() + b"\n")
    configs = {each.config for each in before if shares_targets(each, use)}
    return len(configs | {use.config})


def read_uses(sweeps: Path) -> list[TestUse]:
    """Every use that was written down, the first one first; none where there is no ledger, and nothing is written."""
    try:
        lines = (sweeps / LEDGER).read_bytes().split(b"\n")
    except OSError:
        return []
    return [found for line in lines if (found := _read(line)) is not None]


def shares_targets(one: TestUse, other: TestUse) -> bool:
    """Whether two uses looked at the same prices, known by name or by content, at an overlapping time."""
    same_series = one.series == other.series or one.data == other.data
    return same_series and one.first_target <= other.last_target and other.first_target <= one.last_target


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _read(line: bytes) -> TestUse | None:
    """What a line says, or None where it is damaged."""
    try:
        found = TestUse(**json.loads(line))
    except (ValueError, TypeError):
        return None
    return found if all(isinstance(each, str) for each in asdict(found).values()) else None
