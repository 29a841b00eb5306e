"""Seals parts in a process of its own, one after the other, while recording goes on."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.sealing import seal, seal_abandoned


class PartSealer:
    """Takes parts that nobody writes any more.

    Args:
        keep_raw: whether their lines stay beside what they say.
        on_failed: called in a thread with what kept a part from being sealed; the next start seals it.
    """

    def __init__(self, keep_raw: bool, on_failed: Callable[[Exception], None]) -> None:
        self._keep_raw = keep_raw
        self._on_failed = on_failed
        self._thread = ThreadPoolExecutor(1, "seals")
        self._works: list[Future[None]] = []

    def seal(self, folder: MarketFolder, start: int) -> None:
        """Seal a part."""
        self._works = [work for work in self._works if not work.done()]
        self._works.append(self._thread.submit(self._apart, _seal_one, folder, start))

    def seal_abandoned(self, folder: MarketFolder) -> None:
        """Seal what earlier processes left open."""
        self._works.append(self._thread.submit(self._apart, _seal_left, folder, None))

    @property
    def is_busy(self) -> bool:
        """Whether something is left to seal."""
        return any(not work.done() for work in self._works)

    def stop(self) -> None:
        """Return once all is sealed, or has failed."""
        self._thread.shutdown()

    def _apart(
        self, work: Callable[[MarketFolder, int | None, bool], None], folder: MarketFolder, start: int | None
    ) -> None:
        try:
            # A process each: what one needed of memory goes with it.
            with ProcessPoolExecutor(1, get_context("spawn"), _settle_in) as pool:
                pool.submit(work, folder, start, self._keep_raw).result()
        except Exception as error:
            self._on_failed(error)


def _settle_in() -> None:
    """Ctrl-C is for the recorder, which waits for this process; and receiving goes first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(10)


def _seal_one(folder: MarketFolder, start: int | None, keep_raw: bool) -> None:
    assert start is not None
    seal(folder, start, keep_raw)


def _seal_left(folder: MarketFolder, start: int | None, keep_raw: bool) -> None:
    seal_abandoned(folder, keep_raw)
