"""From the lines of a part to its events, whichever file they lie in: the one place where a line is decoded."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from lstm_sweep.orderbook.feeds.feed import Feed, MalformedLineError
from lstm_sweep.orderbook.lines import events
from lstm_sweep.orderbook.messages import Event, Lost
from lstm_sweep.orderbook.units import LIMIT

LINES: Final = 1024
BYTES: Final = 1 << 23
"""Of a lot of lines, at most."""


class StoredLine(NamedTuple):
    """A line and what it says.

    Attributes:
        number: in its part, from zero.
        received: local time in nanoseconds since 1970; of the line before it where the line has none.
        content: its bytes, without its end.
        events: in order.
    """

    number: int
    received: int
    content: bytes
    events: tuple[Event, ...]


def decoded(feed: Feed, lines: Iterable[bytes], start: int) -> Iterator[StoredLine]:
    """What lines say; one that does not begin with a time, as a damaged disk leaves it, is a loss.

    Args:
        feed: of the market.
        lines: in order, without their ends.
        start: of the part, in nanoseconds since 1970.
    """
    received = start
    for number, content in enumerate(lines):
        found: tuple[Event, ...]
        try:
            found = events(feed, content.decode(errors="replace"))
            stamp = found[0].received if found else int(content.partition(b" ")[0])
            if stamp >= LIMIT:
                raise MalformedLineError(f"{stamp} is no time")
            received = stamp
        except MalformedLineError as error:
            found = (Lost(received, f"a damaged line ({error})"),)
        yield StoredLine(number, received, content, found)


def lots(lines: Iterable[StoredLine]) -> Iterator[list[StoredLine]]:
    """The same lines, some at once: few enough to be held as objects."""
    lot, size = list[StoredLine](), 0
    for line in lines:
        lot.append(line)
        size += len(line.content)
        if len(lot) >= LINES or size >= BYTES:
            yield lot
            lot, size = [], 0
    if lot:
        yield lot


class WholeLines:
    """The lines of a file that have ended; what stands after the last end was never finished, or is being written.

    Attributes:
        unfinished: bytes after the last end, once all lines were read.
    """

    def __init__(self, path: Path) -> None:
        self.unfinished = 0
        self._file = path.open("rb", buffering=1 << 20)

    def __iter__(self) -> Iterator[bytes]:
        """The lines, without their ends; the file is closed after them."""
        with self._file as file:
            for line in file:
                if not line.endswith(b"\n"):
                    self.unfinished = len(line)
                    return
                yield line[:-1]
