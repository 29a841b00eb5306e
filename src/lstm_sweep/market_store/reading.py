"""What was recorded, read again in order and in little memory, while it is recorded, sealed or compacted."""

from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import chain, islice
from typing import Final, TypeVar

import numpy as np
import pyarrow as pa

from lstm_sweep.errors import UserError
from lstm_sweep.market_store.decoding import StoredLine, WholeLines, decoded
from lstm_sweep.market_store.layout import Kind, MarketFolder
from lstm_sweep.market_store.part import bar_of_line
from lstm_sweep.market_store.scanning import SealedRows, whole_events
from lstm_sweep.market_store.sections import StoredPart, sections
from lstm_sweep.market_store.tables.all import TABLE_OF, TABLES
from lstm_sweep.market_store.tables.bars import bar_batch
from lstm_sweep.market_store.tables.table import Placed
from lstm_sweep.orderbook.messages import BookCheckpoint, Event, Lost

_READ = TypeVar("_READ")

_EVENTS: Final = 8192
"""Of an open part, that are held at once."""


def read_events(folder: MarketFolder, start: int | None = None, end: int | None = None) -> Iterator[Event]:
    """The events of sealed and open parts, in order: those that their lines say, whichever file holds them.

    Where a part does not go on from the one before it, a loss is said that no line says: one book may read them all.

    Args:
        folder: of a market.
        start: nanoseconds since 1970; the last part that begins at or before it is read from its beginning, so that
            the book is known at `start`. None: from the first.
        end: only what was received before it; None: all.
    """
    before: Event | None = None
    for _, events in read_parts(folder, start, end):
        first = next(events, None)
        if first is None:
            continue
        # A part that another one goes on from ends with the checkpoint that the other one begins with.
        if before is not None and not (isinstance(first, BookCheckpoint) and first == before):
            yield Lost(first.received, "the recorder began anew")
        yield first
        before = first
        for before in events:
            yield before


def read_parts(
    folder: MarketFolder, start: int | None = None, end: int | None = None
) -> Iterator[tuple[StoredPart, Iterator[Event]]]:
    """The parts that `read_events` reads, each with its events: for a book of its own, as a part needs no other."""
    for section in sections(folder, start, end):
        yield section, _there(folder, section, lambda each: events_of(folder, each, end))


def read_bars(folder: MarketFolder, start: int | None = None, end: int | None = None) -> Iterator[pa.RecordBatch]:
    """Base bars that begin in a span, sealed ones and then those of open parts, as columns of `BAR_SCHEMA`.

    A bar that begins before the one before it ended is left out: the local clock was set back.

    Args:
        folder: of a market.
        start: nanoseconds since 1970 of the first beginning that is wanted; None: from the first.
        end: of the first that is not; None: all.
    """
    until = start
    for section in sections(folder, start, end):
        for batch in _there(folder, section, lambda each: bars_of_part(folder, each, start, end)):
            until, kept = _onward(batch, until)
            if kept.num_rows:
                yield kept


def events_of(folder: MarketFolder, section: StoredPart, end: int | None = None) -> Iterator[Event]:
    """The events of one part; its files are opened at once.

    Raises:
        FileNotFoundError: where one is gone.
    """
    if section.manifest is None or section.sealed is None:
        lines = decoded(folder.market.feed(), WholeLines(folder.lines(section.start)), section.start)
        found = (event for line in lines for event in line.events)
        return (event for event in found if end is None or event.received < end)
    streams = []
    for table in TABLES:
        if section.sealed.rows.get(table.kind):
            rows = SealedRows(folder, section.manifest, table.kind, part=section.start, end=end)
            streams.append(chain.from_iterable(map(table.events, whole_events(iter(rows)))))
    placed: Iterator[Placed[Event]] = merge(*streams) if len(streams) > 1 else chain.from_iterable(streams)
    return (event for _, _, event in placed)


def bars_of_part(
    folder: MarketFolder, section: StoredPart, start: int | None = None, end: int | None = None
) -> Iterator[pa.RecordBatch]:
    """Base bars of one part; its file is opened at once."""
    if section.manifest is not None and section.sealed is not None:
        has_bars = section.sealed.rows.get("bars")
        return iter(
            SealedRows(folder, section.manifest, "bars", part=section.start, start=start, end=end) if has_bars else ()
        )
    lines = WholeLines(folder.bars(section.start))
    bars = [
        bar
        for bar in map(bar_of_line, lines)
        if (start is None or bar.start >= start) and (end is None or bar.start < end)
    ]
    return iter([bar_batch(section.start, bars)] if bars else [])


def _onward(batch: pa.RecordBatch, until: int | None) -> tuple[int, pa.RecordBatch]:
    """Until when bars are there now, and those of a batch that begin after the ones before them."""
    starts, ends = (batch.column(name).to_numpy() for name in ("start", "end"))
    before = np.maximum.accumulate(np.concatenate([[starts[0] if until is None else until], ends]))
    return int(before[-1]), batch.filter(pa.array(starts >= before[:-1]))


def _there(folder: MarketFolder, section: StoredPart, read: Callable[[StoredPart], _READ]) -> _READ:
    """What `read` gives of a part, looked for again where it was sealed or compacted meanwhile."""
    while True:
        try:
            return read(section)
        except FileNotFoundError as error:
            found = next((each for each in sections(folder) if each.start == section.start), None)
            if found is None or found == section:
                raise UserError(
                    f"{error.filename} must be there as its manifest says, but is gone: restore it; "
                    f"{folder.command('verify')} says what else is missing."
                ) from None
            section = found


def read_rows(
    folder: MarketFolder, kind: Kind, start: int | None = None, end: int | None = None
) -> Iterator[pa.RecordBatch]:
    """Rows of one kind that were received in a span, as columns of the sealed files; bars are those of `read_bars`.

    Args:
        folder: of a market.
        kind: of any but raw lines.
        start: nanoseconds since 1970 of the first time that is wanted; None: from the first.
        end: of the first that is not; None: all.
    """
    if kind == "bars":
        yield from read_bars(folder, start, end)
        return
    for section in sections(folder, start, end):
        yield from _there(folder, section, lambda each: _rows_of(folder, each, kind, start, end))


def _rows_of(
    folder: MarketFolder, section: StoredPart, kind: Kind, start: int | None, end: int | None
) -> Iterator[pa.RecordBatch]:
    """Rows of one part; its file is opened at once."""
    if section.manifest is not None and section.sealed is not None:
        has_rows = section.sealed.rows.get(kind)
        return iter(
            SealedRows(folder, section.manifest, kind, part=section.start, start=start, end=end) if has_rows else ()
        )
    lines = decoded(folder.market.feed(), WholeLines(folder.lines(section.start)), section.start)
    return _rows_of_lines(section.start, lines, kind, start, end)


def _rows_of_lines(
    part: int, lines: Iterable[StoredLine], kind: Kind, start: int | None, end: int | None
) -> Iterator[pa.RecordBatch]:
    table = next(table for table in TABLES if table.kind == kind)
    placed = (
        (line.number, item, event)
        for line in lines
        for item, event in enumerate(line.events)
        if TABLE_OF[type(event)] is table
        and (start is None or event.received >= start)
        and (end is None or event.received < end)
    )
    while some := list(islice(placed, _EVENTS)):
        yield table.batch(part, some)
