"""The part of a market that is being written: append only, readable while it grows."""

import json
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final

from filelock import BaseFileLock

from lstm_sweep.market_store.holding import take_lock
from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.whole_files import make_folder, sync_folder
from lstm_sweep.orderbook.bars import BookBar
from lstm_sweep.orderbook.catalogue import VARIABLES
from lstm_sweep.orderbook.lines import line_of
from lstm_sweep.orderbook.messages import BookCheckpoint

_BUFFER: Final = 1 << 20


class OpenPart:
    """Lines and bars on their way to the disk; `begin` makes one.

    Attributes:
        start: names the part; local time in nanoseconds since 1970.
        size: bytes of lines until now.
        lines: how many.
    """

    def __init__(self, folder: MarketFolder, start: int, lock: BaseFileLock) -> None:
        self.start = start
        self.size = 0
        self.lines = 0
        self._lock = lock
        self._lines = _appending(folder.lines(start))
        self._bars = _appending(folder.bars(start))
        self._notes = _appending(folder.notes(start))
        sync_folder(folder.open)

    @staticmethod
    def begin(folder: MarketFolder, start: int, checkpoint: BookCheckpoint | None) -> "OpenPart":
        """Begin a part, and hold its lock until it is closed or this process ends.

        Args:
            folder: of a market that has begun.
            start: local time in nanoseconds since 1970, of no other part of the market.
            checkpoint: what is known; None where the recorder has just started.

        Raises:
            UserError: where another process writes this part.
            FileExistsError: where the part is there.
            OSError: where it cannot be written.
        """
        if folder.manifest(start).exists():
            raise FileExistsError(f"{folder.manifest(start)} is sealed")
        make_folder(folder.open)
        lock = take_lock(folder.held(start))
        try:
            part = OpenPart(folder, start, lock)
        except BaseException:
            lock.release()
            raise
        if checkpoint is not None:
            part.append(line_of(checkpoint).encode())
        return part

    def append(self, line: bytes) -> None:
        """Add `<local ns> <payload>`, with or without its end; ends of lines in the payload become spaces."""
        line = line.removesuffix(b"\n")
        if b"\n" in line:
            line = line.replace(b"\n", b" ")
        self.size += self._lines.write(line + b"\n")
        self.lines += 1

    def append_bars(self, bars: Sequence[BookBar]) -> None:
        """Add bars that have closed."""
        for bar in bars:
            self._bars.write(bar_line(bar))

    def note_clock(self, received: int, offset: int) -> None:
        """Note by how many nanoseconds the local clock is ahead of the exchange's, as measured at a local time."""
        self._notes.write(json.dumps({"clock": [received, offset]}).encode() + b"\n")

    def flush(self) -> None:
        """Give all to the system, so that readers see it; lines before the bars that follow from them."""
        for file in (self._lines, self._bars, self._notes):
            file.flush()

    def sync(self) -> None:
        """Bring all to the disk."""
        self.flush()
        for file in (self._lines, self._bars, self._notes):
            os.fsync(file.fileno())

    def close(self, reason: str) -> None:
        """Bring all to the disk and let go of the part, which is ready to be sealed.

        Args:
            reason: why it ends: 'rotation' where the next part goes on from the same book, else in words.
        """
        try:
            self.sync()
            self._notes.write(json.dumps({"closed": reason}).encode() + b"\n")
            self.sync()
        finally:
            for file in (self._lines, self._bars, self._notes):
                try:
                    file.close()
                except OSError:
                    # What a full disk does not take was lost before; the file is closed nevertheless.
                    continue
            self._lock.release()


def bar_line(bar: BookBar) -> bytes:
    """A bar as a line of JSON: start, end, whether it is whole, and its values, null where one is not known."""
    values = [None if math.isnan(value) else value for value in (bar.values[each.name] for each in VARIABLES)]
    return json.dumps([bar.start, bar.end, bar.is_whole, values], separators=(",", ":")).encode() + b"\n"


def bar_of_line(line: bytes) -> BookBar:
    """The bar that a line says, to the bit.

    Raises:
        ValueError: where it says none.
    """
    start, end, is_whole, values = json.loads(line)
    names = [each.name for each in VARIABLES]
    known = (math.nan if value is None else value for value in values)
    return BookBar(start, end, dict(zip(names, known, strict=True)), is_whole)


def _appending(path: Path) -> BinaryIO:
    return path.open("xb", buffering=_BUFFER)
