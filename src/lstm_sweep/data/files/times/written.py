"""Times as a clock on a wall shows them, before they become UTC."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class WrittenTimes:
    """What a file says of its times, and what it leaves open.

    Attributes:
        wall: datetime64[ns] `(row,)`, as written.
        offset: timedelta64[ns] `(row,)` east of UTC, NaT where none is named; None where no row names one.
        zones: str `(row,)`, abbreviations that are no offset (EST), '' where there is none; None where no row has one.
        has_clock: whether any row says more than a day.
        notes: what was chosen, a sentence each.
    """

    wall: NDArray[np.datetime64]
    offset: NDArray[np.timedelta64] | None = None
    zones: NDArray[Any] | None = None
    has_clock: bool = True
    notes: tuple[str, ...] = ()
