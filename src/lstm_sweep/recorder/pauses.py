"""How long to wait before something that failed is tried again."""

import random
from typing import Final

LONGEST: Final = 60.0
"""Seconds, of a pause; and how long something must have held for the next pause to be short again."""


class GrowingPauses:
    """A second, then twice as long each time; each is shortened at random, so that not all who wait come at once.

    Args:
        first: seconds of the first pause, before it is shortened.
        longest: seconds of the longest one.
    """

    def __init__(self, first: float = 1.0, longest: float = LONGEST) -> None:
        self._first = first
        self._longest = longest
        self._pause = first

    def next(self) -> float:
        """Seconds to wait now: between half and all of what has grown until now."""
        pause, self._pause = self._pause, min(2 * self._pause, self._longest)
        return pause * random.uniform(0.5, 1.0)

    def reset(self) -> None:
        """Begin anew: what was tried has held."""
        self._pause = self._first
