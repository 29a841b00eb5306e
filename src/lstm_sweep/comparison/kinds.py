"""What a folder of a sweep came to: a finished sweep, one that is not, or something that cannot be read."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from functools import cached_property
from typing import Any

from lstm_sweep.formats import is_number
from lstm_sweep.storage.facts import DataFacts


class UnfinishedKind(Enum):
    """What keeps a sweep out of the tables, in words that follow a number."""

    RUNS = "running"
    STOPPED = "not finished"
    LOST = "ended, but without a summary"
    UNREADABLE = "that cannot be read"


@dataclass(frozen=True)
class Unfinished:
    """A sweep without a summary that can be read: it runs, was stopped, or is damaged.

    Attributes:
        name: of the sweep.
        kind: what it is counted as.
        state: how far it is, in words.
        advice: what to do, a phrase; empty where nothing is to be done.
    """

    name: str
    kind: UnfinishedKind
    state: str
    advice: str = ""


@dataclass(frozen=True)
class Finished:
    """A sweep with a summary. Nothing in it is taken for granted: older and damaged ones are looked at too.

    Attributes:
        name: of its folder.
        summary: content of summary.json.
        settings: of config.yaml by path, as `lstm_sweep.comparison.settings` flattens them; empty where it is lost.
        data: what its journal says of the prices, or None where that line is lost.
        swept: paths of the swept settings.
        begun: milliseconds since 1970, UTC, or None.
        experiment: that it was asked for by, or an empty string.
        has_report: whether its page is there.
        remarks: what could not be read, sentences.
        all_uses: different sweeps that have used its test span until now, as `lstm_sweep.comparison.caution` finds.
    """

    name: str
    summary: dict[str, Any] = field(repr=False)
    settings: dict[str, Any] = field(repr=False)
    data: DataFacts | None
    swept: tuple[str, ...]
    begun: int | None
    experiment: str = ""
    has_report: bool = False
    remarks: tuple[str, ...] = ()
    all_uses: int = 1

    def told(self, *path: str) -> Any:
        """An entry of the summary, or None where it, or what it lies in, is missing."""
        value: Any = self.summary
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def number(self, *path: str) -> float | None:
        """A finite number of the summary, or None."""
        value = self.told(*path)
        return value if is_number(value) else None

    @cached_property
    def digest(self) -> str:
        """Of the prices; where nobody wrote it down no other sweep is on the same."""
        return str(self.told("data", "digest") or f"unknown, of {self.name}")

    @property
    def uses(self) -> int:
        """Sweeps that the test span had judged when this one was, itself included; p is multiplied by it."""
        return int(self.number("verdict", "num_uses") or 1)

    @property
    def alpha(self) -> float:
        """Level of its verdict."""
        return self.number("verdict", "alpha") or 0.05

    @property
    def beats_naive(self) -> bool:
        """What its verdict said, at its time."""
        return self.told("verdict", "beats_naive") is True

    @property
    def corrected_p(self) -> float | None:
        """Its p multiplied by all uses of the test span until now, not only by those up to its verdict; at most 1."""
        p = self.number("verdict", "p_value")
        return None if p is None else min(1.0, p / self.uses * max(self.all_uses, self.uses))

    @property
    def holds(self) -> bool:
        """Whether its verdict would be the same now."""
        return self.corrected_p is None or not self.beats_naive or self.corrected_p < self.alpha

    @property
    def day(self) -> str:
        """When it began, to the minute, UTC: '2026-11-21 09:30', or an empty string."""
        return "" if self.begun is None else f"{datetime.fromtimestamp(self.begun / 1000, UTC):%Y-%m-%d %H:%M}"


ReadSweep = Finished | Unfinished
