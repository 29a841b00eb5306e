"""Where closed bars come from, whatever the source: an exchange, a growing file, a stored series that is replayed."""

from dataclasses import dataclass
from typing import Protocol, final

from lstm_sweep.data.series import Series


class FeedError(Exception):
    """The source could not be read now, and may be later; the text is a sentence for people."""


@final
@dataclass(frozen=True)
class ClosedBars:
    """What a look at the source found.

    Attributes:
        series: closed bars only, in order; those that are known already, too, as they stand now, for one may have been
            corrected. As `load_series` makes them: a bar that never came is filled and marked so.
        next_close: seconds since 1970 at which the bar after the last one will be closed.
    """

    series: Series
    next_close: float


class Source(Protocol):
    """A series that grows."""

    def look(self) -> ClosedBars:
        """The bars that are closed now.

        Raises:
            FeedError: where they cannot be read now.
            UserError: where they never will be: a setting is wrong.
        """

    def wait(self, seconds: float) -> bool:
        """Wait until a look is worth it, at most so long; returns whether a bar may be there.

        Returns at once after `close`.
        """

    @property
    def ended(self) -> bool:
        """Whether no bar will ever come again."""

    def close(self) -> None:
        """End all waiting, from any thread."""
