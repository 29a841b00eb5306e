"""Whether what is sealed is what was recorded, and what is known to be missing of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_sweep.errors import UserError, printable
from lstm_sweep.locks import is_held
from lstm_sweep.market_store.compacting import leftovers
from lstm_sweep.market_store.decoding import WholeLines
from lstm_sweep.market_store.layout import KINDS, MarketFolder
from lstm_sweep.market_store.manifest import Manifest, SealedPart, check_files, manifests_of
from lstm_sweep.market_store.reading import bars_of_part, events_of
from lstm_sweep.market_store.replayed import ReplayedPart
from lstm_sweep.market_store.scanning import SealedRows, missing_variables
from lstm_sweep.market_store.sections import StoredPart
from lstm_sweep.market_store.tables.bars import same_bars
from lstm_sweep.orderbook.messages import BookCheckpoint, Event, Lost
from lstm_sweep.orderbook.units import NANOSECONDS


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    Attributes:
        part: start of the part that it is about; None where it is about none.
        said: what it is.
        is_wrong: whether nothing that was written down explains it.
    """

    part: int | None
    said: str
    is_wrong: bool


@dataclass(frozen=True)
class _End:
    """How a part ended: why, and with which event."""

    reason: str | None
    event: Event | None


def verify(folder: MarketFolder, replay: bool = True) -> Iterator[Finding]:
    """What is wrong or missing in a market, oldest part first; nothing is written.

    Args:
        folder: of the market.
        replay: whether each part is played through its book, whose holes, base bars and state must be those that were
            sealed; without it, bytes, rows and the order of lines are looked at.
    """
    try:
        manifests = manifests_of(folder)
    except UserError as error:
        yield Finding(None, str(error), True)
        return
    before: _End | None = None
    for manifest in manifests:
        wrong = check_files(folder, manifest)
        yield from (Finding(manifest.parts[0].start, said, True) for said in wrong)
        if wrong:
            before = None
            continue
        if missing := missing_variables(folder, manifest):
            said = f"its base bars have no {', '.join(sorted(missing))}: an earlier version sealed them"
            yield Finding(manifest.parts[0].start, said, False)
        for part in manifest.parts:
            yield from _known(part)
            yield from _of_rows(folder, manifest, part)
            if replay:
                findings, end = _replayed(folder, StoredPart(part.start, manifest, part), before)
                yield from findings
                before = end
    yield from _of_open_parts(folder)
    for path in leftovers(folder):
        yield Finding(None, f"{path} is of no part: a kill left it, and {folder.command('compact')} removes it", False)


def _known(part: SealedPart) -> Iterator[Finding]:
    """What its manifest says is missing."""
    if part.ended is None:
        yield Finding(part.start, "the recorder was killed: what it had not written is missing", False)
    if part.unfinished:
        yield Finding(part.start, f"the last line was not finished: its {part.unfinished:,} bytes are not read", False)
    for start, end, reason in part.holes:
        until = "to the end" if end is None else f"of {(end - start) / NANOSECONDS:.3f} s"
        yield Finding(part.start, f"a hole {until} from {start} on: {reason}", False)


def _of_rows(folder: MarketFolder, manifest: Manifest, part: SealedPart) -> Iterator[Finding]:
    """Whether there are as many rows as there should be, in the order of their lines."""
    for kind in KINDS:
        if kind not in manifest.files or not part.rows.get(kind):
            continue
        rows, last, is_ordered = 0, -1, True
        order = "start" if kind == "bars" else "line"
        for batch in SealedRows(folder, manifest, kind, part=part.start, columns=[order]):
            values = batch.column(order).to_numpy()
            is_ordered &= bool(values[0] >= last and (np.diff(values) >= 0).all())
            last, rows = int(values[-1]), rows + len(values)
        if rows != part.rows[kind]:
            yield Finding(part.start, f"{kind} has {rows:,} rows, not {part.rows[kind]:,}", True)
        if not is_ordered or (kind != "bars" and last >= part.lines):
            yield Finding(part.start, f"{kind} is not in the order of the {part.lines:,} lines", True)


def _replayed(folder: MarketFolder, section: StoredPart, before: _End | None) -> tuple[list[Finding], _End]:
    """What differs from the manifest and from the part before it, once it is played through its book."""
    part, manifest = section.sealed, section.manifest
    assert part is not None
    assert manifest is not None
    replayed, findings, last = ReplayedPart(folder), list[str](), None
    why = "no snapshot that fits its changes came"
    for event in events_of(folder, section):
        if last is None and before is not None and before.reason == "rotation" and event != before.event:
            findings.append("it does not begin with what the part before it ended with: parts between are missing")
        if last is not None and isinstance(event, BookCheckpoint) and _known_to(replayed, event) != event.state:
            findings.append("its book does not end as the next part begins")
        replayed.take(event)
        last = event
        why = event.reason if isinstance(event, Lost) else why
    sealed = {
        "messages": (replayed.messages, part.messages),
        "changes": (replayed.changes, part.changes),
        "trades": (replayed.trades, part.trades),
        "holes": (tuple((hole.start, hole.end, hole.reason) for hole in replayed.holes), part.holes),
    }
    findings += [f"{name} come to {found}, not {said}" for name, (found, said) in sealed.items() if found != said]
    missing = missing_variables(folder, manifest)
    if not same_bars(part.start, replayed.bars, bars_of_part(folder, section), missing):
        findings.append("its base bars are not those that its messages come to")
    found = [Finding(part.start, said, True) for said in findings]
    if last is not None and not replayed.knew_book:
        found.append(Finding(part.start, f"its book was never known: {printable(why)}", False))
    return found, _End(part.ended, last)


def _known_to(replayed: ReplayedPart, event: BookCheckpoint) -> Any:
    """The state of its book when a checkpoint was made, as JSON keeps it; None where it is not known."""
    if not replayed.book.is_synced:
        return None
    return json.loads(json.dumps(replayed.book.checkpoint(event.received).state))


def _of_open_parts(folder: MarketFolder) -> Iterator[Finding]:
    sealed = {part.start for manifest in manifests_of(folder) for part in manifest.parts}
    for start in folder.open_parts():
        if start in sealed:
            yield Finding(
                start, f"it is sealed, and its open files are left: {folder.command('compact')} ends it", False
            )
            continue
        try:
            lines = WholeLines(folder.lines(start))
            count = sum(1 for _ in lines)
        except FileNotFoundError:  # sealed meanwhile
            continue
        if is_held(folder.held(start)):
            yield Finding(start, f"it is being recorded: {count:,} lines until now", False)
            continue
        cut = f", and the last one was not finished: {lines.unfinished:,} bytes" if lines.unfinished else ""
        said = f"it is not sealed, and nobody writes it: {count:,} lines{cut}; {folder.command('compact')} seals it"
        yield Finding(start, said, True)
