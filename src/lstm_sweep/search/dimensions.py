"""The three ways to sweep one setting: a list, steps between two ends, everything between two ends."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Choices:
    """A setting swept over a list.

    Attributes:
        path: of the setting ('model.activation').
        values: in the order given, each of the setting's type.
    """

    path: str
    values: tuple[Any, ...]

    @property
    def size(self) -> int:
        """Number of values."""
        return len(self.values)

    @property
    def candidates(self) -> tuple[Any, ...]:
        """Values that must be valid for all to be: every one."""
        return self.values

    def value_at(self, index: int) -> Any:
        """The value at `index`, 0 .. size - 1."""
        return self.values[index]


@dataclass(frozen=True)
class Steps:
    """A setting swept over low, low + step, low + 2 step ...

    Attributes:
        path: of the setting ('model.units').
        low: first value.
        step: distance between neighbours, above zero.
        size: number of values.
    """

    path: str
    low: float
    step: float
    size: int

    @property
    def candidates(self) -> tuple[float, ...]:
        """Values that must be valid for all to be: the ends."""
        return (self.value_at(0), self.value_at(self.size - 1))

    def value_at(self, index: int) -> float:
        """The value at `index`, 0 .. size - 1; in decimals, so that three steps of 0.1 are 0.3 exactly."""
        return type(self.low)(decimal(self.low) + index * decimal(self.step))


@dataclass(frozen=True)
class Range:
    """A setting swept over every number between two ends.

    Attributes:
        path: of the setting ('training.learning_rate').
        low: smallest value; whole where the setting is.
        high: largest value, included; likewise.
        log: whether equal ratios, rather than equal differences, are equally likely.
    """

    path: str
    low: float
    high: float
    log: bool

    @property
    def size(self) -> int | None:
        """Number of values, None where it is endless."""
        return self.high - self.low + 1 if isinstance(self.low, int) and isinstance(self.high, int) else None

    @property
    def candidates(self) -> tuple[float, ...]:
        """Values that must be valid for all to be: the ends."""
        return (self.low, self.high)


Dimension = Choices | Steps | Range


def decimal(number: float) -> Decimal:
    """The number as people write it: 0.1 is one tenth, not the nearest binary fraction."""
    return Decimal(repr(number))
