"""Brings what was received to the disk in a thread of its own, so that a slow disk stops nobody from receiving."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Final, TypeAlias

from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.part import OpenPart
from lstm_sweep.orderbook.bars import BookBar
from lstm_sweep.orderbook.messages import BookCheckpoint

SYNC_EVERY: Final = 1.0
"""Seconds between two moments at which all is on the disk."""

_FLUSH_EVERY: Final = 0.05
"""Seconds after which readers see what came, and what a kill of the process leaves to the system."""

_Step: TypeAlias = Callable[[], None] | bytes


class PartWriter:
    """Writes the parts of one market, one after the other.

    Args:
        folder: of the market.
        on_closed: called in the thread with the start of each part that is ready to be sealed.
        on_failed: called in the thread, once, with what kept it from writing; nothing is written after it.

    Attributes:
        size: bytes of lines until now.
    """

    def __init__(
        self, folder: MarketFolder, on_closed: Callable[[int], None], on_failed: Callable[[Exception], None]
    ) -> None:
        self.size = 0
        self._folder = folder
        self._on_closed = on_closed
        self._on_failed = on_failed
        self._part: OpenPart | None = None
        self._steps: SimpleQueue[_Step | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=f"writes {folder.path}", daemon=True)
        self._thread.start()

    def begin(self, start: int, checkpoint: BookCheckpoint | None) -> None:
        """Begin a part."""
        self._steps.put(partial(self._begin, start, checkpoint))

    def append(self, line: bytes) -> None:
        """Write a line of the open part, with its end."""
        self.size += len(line)
        self._steps.put(line)

    def append_bars(self, bars: Sequence[BookBar]) -> None:
        """Write bars that have closed."""
        self._steps.put(partial(self._append_bars, list(bars)))

    def note_clock(self, received: int, offset: int) -> None:
        """Note how far the local clock is ahead of the exchange's, in nanoseconds."""
        self._steps.put(partial(self._note_clock, received, offset))

    def close(self, reason: str) -> None:
        """End the open part."""
        self._steps.put(partial(self._close, reason))

    def stop(self) -> None:
        """Return once all of it is written."""
        self._steps.put(None)
        self._thread.join()

    def _work(self) -> None:
        synced = time.monotonic()
        try:
            while self._write_what_came():
                if time.monotonic() >= synced + SYNC_EVERY:
                    synced = time.monotonic()
                    self._sync()
        except Exception as error:  # whatever it is, the recorder must end and say it
            with suppress(Exception):
                self._close("nothing more could be written")
            self._on_failed(error)

    def _write_what_came(self) -> bool:
        """Wait a moment for something to write, then write what is there; false once it is to stop."""
        is_going_on = True
        with suppress(Empty):
            is_going_on = self._write(self._steps.get(timeout=SYNC_EVERY))
            until = time.monotonic() + SYNC_EVERY
            while is_going_on and time.monotonic() < until:
                is_going_on = self._write(self._steps.get_nowait())
        if self._part is not None:
            self._part.flush()
        if is_going_on:
            time.sleep(_FLUSH_EVERY)
        return is_going_on

    def _write(self, step: _Step | None) -> bool:
        if isinstance(step, bytes):
            self._open_part.append(step)
        elif step is not None:
            step()
        return step is not None

    @property
    def _open_part(self) -> OpenPart:
        assert self._part is not None
        return self._part

    def _sync(self) -> None:
        if self._part is not None:
            self._part.sync()

    def _begin(self, start: int, checkpoint: BookCheckpoint | None) -> None:
        self._part = OpenPart.begin(self._folder, start, checkpoint)

    def _append_bars(self, bars: Sequence[BookBar]) -> None:
        self._open_part.append_bars(bars)

    def _note_clock(self, received: int, offset: int) -> None:
        self._open_part.note_clock(received, offset)

    def _close(self, reason: str) -> None:
        part, self._part = self._part, None
        if part is not None:
            part.close(reason)
            self._on_closed(part.start)
