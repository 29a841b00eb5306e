"""What the command line lets people choose."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """How cases are run.

    Attributes:
        data: CSV of daily prices, or None for the S&P 500 that comes with a library.
        minutes: CSV of prices by the minute, or None for a simulated one of the usual size.
        only: words; contenders that have none of them in their names are left out, or () for all.
        fits: of the case `tracking`.
        tiny: only see whether everything runs; the numbers mean nothing.
    """

    data: Path | None
    minutes: Path | None
    only: tuple[str, ...]
    fits: int
    tiny: bool
