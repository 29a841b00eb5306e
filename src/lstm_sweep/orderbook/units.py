"""Prices, sizes and times as integers, read from text without rounding."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from lstm_sweep.errors import UserError

LIMIT: Final = 1 << 63
"""Numbers are kept in 64 bits: all are below it."""

NANOSECONDS: Final = 1_000_000_000
"""In a second."""

SIZE_UNIT: Final = "0.00000001"
"""Sizes are whole multiples of it."""

_WITH_EXPONENT: Final = re.compile(r"[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]{1,2}")


@dataclass(frozen=True, slots=True)
class Ticks:
    """Numbers that are whole multiples of a smallest step, counted in it.

    Attributes:
        text: the step as it was written.
        decimals: how many decimals a multiple has at most.
        unit: the step in its last decimal: 5 for '0.05'.
    """

    text: str
    decimals: int
    unit: int

    @staticmethod
    def of(text: str) -> "Ticks":
        """The multiples of a step.

        Raises:
            UserError: where it is no number above zero.
        """
        try:
            step = Decimal(text)
        except InvalidOperation:
            step = Decimal(0)
        if not (step.is_finite() and step > 0):
            raise UserError(
                f"The smallest step of a price must be a number above zero, but is {text!r}: write the one that the "
                "exchange gives for the market, such as 0.01."
            )
        decimals = max(0, -int(step.normalize().as_tuple().exponent))
        return Ticks(text, decimals, int(step.scaleb(decimals)))

    def count(self, text: str) -> int:
        """How many steps a number at or above zero is, exactly.

        Raises:
            ValueError: where the text is no such number, or no whole multiple of the step.
        """
        before, _, part = text.partition(".")
        if len(part) > self.decimals:
            part = part[: self.decimals] + part[self.decimals :].rstrip("0")
        digits = before + part
        if not (digits.isascii() and digits.isdigit()):
            return self._count_of_decimal(text)
        count, rest = divmod(int(digits) * 10 ** max(0, self.decimals - len(part)), self.unit)
        if rest or len(part) > self.decimals:
            raise ValueError(f"{text} is no whole multiple of {self.text}")
        if count >= LIMIT:
            raise ValueError(f"{text} is more than fits into 64 bits")
        return count

    def _count_of_decimal(self, text: str) -> int:
        """The slow way, for numbers with an exponent: 1e-05."""
        if not _WITH_EXPONENT.fullmatch(text):
            raise ValueError(f"{text!r} is no number at or above zero")
        return self.count(f"{Decimal(text):f}")

    def value(self, count: float) -> float:
        """A count of steps (or of halves of them) as a number, rounded once."""
        return count * self.unit / 10**self.decimals


SIZES: Final = Ticks.of(SIZE_UNIT)

REMEMBERED: Final = 1 << 16
"""Texts whose counts are kept, which are some ten megabytes."""


class Counts(dict[str, int]):
    """Counts of steps by their texts: a market writes the same few numbers again and again.

    Args:
        ticks: what is counted.
    """

    def __init__(self, ticks: Ticks) -> None:
        super().__init__()
        self._count = ticks.count

    def __missing__(self, text: str) -> int:
        """Count it once.

        Raises:
            ValueError: as `Ticks.count`; AttributeError where it is no text.
        """
        count = self._count(text)
        if len(self) >= REMEMBERED:
            self.clear()
        self[text] = count
        return count


def whole(value: object, unit: int = 1) -> int:
    """A whole number at or above zero, as JSON has it (7 or '7'), times `unit`.

    Raises:
        ValueError: where it is none, or does not fit into 64 bits, in which numbers are kept.
    """
    number = -1
    if type(value) is int:
        number = value * unit
    elif isinstance(value, str) and value.isascii() and value.isdigit():
        number = int(value) * unit
    if 0 <= number < LIMIT:
        return number
    raise ValueError(f"{value!r} is no whole number that fits into 64 bits")


def nanoseconds(seconds: str) -> int:
    """Seconds since 1970 as text, in nanoseconds; digits beyond them are cut off.

    Raises:
        ValueError: where it is no number.
    """
    before, _, part = seconds.partition(".")
    return int(before) * NANOSECONDS + int(part[:9].ljust(9, "0"))


def nanoseconds_of_iso(text: str) -> int:
    """A time in UTC as '2021-04-17T16:43:37.075687Z', in nanoseconds since 1970.

    Raises:
        ValueError: where it is no such time.
    """
    before, _, part = text.removesuffix("Z").partition(".")
    moment = datetime.fromisoformat(before).replace(tzinfo=UTC)
    return int(moment.timestamp()) * NANOSECONDS + int(part[:9].ljust(9, "0"))
