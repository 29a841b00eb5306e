"""What a comparison asks of a contender."""

from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Turn:
    """A stretch of a contender's work during which all others waited.

    Attributes:
        seconds: it took.
        fits: trained in it.
        cache: whether programs compiled before could be used, where that is a choice.
        val_losses: last validation loss of each fit, scaled units, where they are known by turn.
        details: for the record.
    """

    seconds: float
    fits: int
    cache: str = ""
    val_losses: tuple[float, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


class Contender(Protocol):
    """Trains a workload in turns with others.

    Attributes:
        name: for the table.
        remark: what is to be known about it, one sentence.
        num_turns: that it takes.
    """

    name: str
    remark: str
    num_turns: int

    def prepare(self) -> None:
        """Whatever is not timed: start, import, read the windows."""

    def take_turn(self) -> Turn:
        """Train, and say how long it took.

        Raises:
            ContenderError: with the end of its log.
        """

    def close(self) -> None:
        """End every process; called once or more."""
