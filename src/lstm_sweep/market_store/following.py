"""Base bars as they come, over all parts of a market."""

import time
from collections.abc import Callable, Iterator
from typing import Final

from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.part import bar_of_line
from lstm_sweep.market_store.scanning import SealedRows
from lstm_sweep.market_store.sections import StoredPart, sections
from lstm_sweep.market_store.tables.bars import bars_of
from lstm_sweep.orderbook.bars import BookBar

POLL: Final = 0.2
"""Seconds between two looks at what is appended."""


def follow_bars(folder: MarketFolder, after: int, stopped: Callable[[], bool]) -> Iterator[BookBar]:
    """Base bars that begin at `after` or later: those that are there, and then each one as it is appended.

    Args:
        folder: of a market.
        after: nanoseconds since 1970.
        stopped: is asked whenever nothing new is there; ends it where true.
    """
    read_until: dict[int, int] = {}
    while True:
        before = after
        for section in sections(folder, after):
            try:
                news = _news(folder, section, after, read_until)
            except FileNotFoundError:
                break  # sealed or compacted meanwhile: what is left of it comes before any later part
            for bar in news:
                if bar.start >= after:
                    after = bar.end
                    yield bar
        if after == before:
            if stopped():
                return
            time.sleep(POLL)


def _news(folder: MarketFolder, section: StoredPart, after: int, read_until: dict[int, int]) -> Iterator[BookBar]:
    """Bars of a part that were not read yet."""
    if section.manifest is not None and section.sealed is not None:
        if not section.sealed.rows.get("bars"):
            return iter(())
        rows = SealedRows(folder, section.manifest, "bars", part=section.start, start=after)
        return (bar for batch in rows for bar in bars_of(batch))
    with folder.bars(section.start).open("rb") as file:
        file.seek(read_until.get(section.start, 0))
        lines = file.read()
    whole = lines[: lines.rfind(b"\n") + 1]
    read_until[section.start] = read_until.get(section.start, 0) + len(whole)
    return map(bar_of_line, whole.splitlines())
