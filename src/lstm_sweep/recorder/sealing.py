"""Seals parts in a process of its own, one after the other, while recording goes on."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection

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

    def seal(self, folder: MarketFolder, start: int | None = None) -> None:
        """Seal a part; None: all that earlier processes left open."""
        self._thread.submit(self._apart, folder, start)

    def stop(self) -> None:
        """Return once all is sealed, or has failed."""
        self._thread.shutdown()

    def _apart(self, folder: MarketFolder, start: int | None) -> None:
        """Seal in a process that ends by itself, also where this one is killed; its memory goes with it."""
        context = get_context("spawn")
        hears, says = context.Pipe(duplex=False)
        process = context.Process(target=_seal, args=(says, folder, start, self._keep_raw))
        try:
            process.start()
            says.close()
            error = hears.recv()
            process.join()
        except EOFError:
            error = ChildProcessError("the process that seals it was killed")
        except Exception as failure:
            error = failure
        if error is not None:
            self._on_failed(error)


def _seal(says: Connection, folder: MarketFolder, start: int | None, keep_raw: bool) -> None:
    """Seal, and say what went wrong, or None. Ctrl-C is for the recorder, which waits; and receiving goes first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(10)
    error: Exception | None = None
    try:
        if start is None:
            seal_abandoned(folder, keep_raw)
        else:
            seal(folder, start, keep_raw)
    except Exception as failure:
        error = failure
    with suppress(OSError):  # the recorder was killed meanwhile
        says.send(error)
