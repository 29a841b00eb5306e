"""What a store holds, market by market."""

from collections.abc import Sequence
from dataclasses import dataclass

from lstm_sweep.locks import is_held
from lstm_sweep.market_store.decoding import WholeLines
from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.manifest import SealedPart, manifests_of


@dataclass(frozen=True)
class MarketSummary:
    """A market of a store.

    Attributes:
        first, last: local times of its first and its last sealed line, nanoseconds since 1970; None without one.
        parts: how many are sealed.
        files: that they lie in.
        messages: how many are sealed.
        bytes: of sealed files and open parts.
        holes: how many are known.
        open_lines: lines that are not sealed.
        is_recorded: whether somebody is recording it now.
    """

    first: int | None
    last: int | None
    parts: int
    files: int
    messages: int
    bytes: int
    holes: int
    open_lines: int
    is_recorded: bool


def summary_of(folder: MarketFolder) -> MarketSummary:
    """A market as it is now."""
    manifests = manifests_of(folder)
    parts = [part for manifest in manifests for part in manifest.parts]
    open_parts = sorted(set(folder.open_parts()) - {part.start for part in parts})
    lines, size = 0, 0
    for start in open_parts:
        try:
            lines += sum(1 for _ in WholeLines(folder.lines(start)))
            size += folder.lines(start).stat().st_size
        except FileNotFoundError:  # sealed meanwhile
            continue
    return MarketSummary(
        first=manifests[0].first if manifests else None,
        last=max((manifest.last for manifest in manifests), default=None),
        parts=len(parts),
        files=sum(len(manifest.files) for manifest in manifests),
        messages=sum(sum(part.messages.values()) for part in parts),
        bytes=size + sum(file.bytes for manifest in manifests for file in manifest.files.values()),
        holes=_holes(parts),
        open_lines=lines,
        is_recorded=any(is_held(folder.held(start)) for start in open_parts),
    )


def _holes(parts: Sequence[SealedPart]) -> int:
    """How many there are: one that goes over the end of a part is known to the next one, too, and is its first."""
    count, last = 0, None
    for part in parts:
        starts = [start for start, _, _ in part.holes]
        count += len(starts) - (starts[:1] == [last])
        last = starts[-1] if starts else None
    return count
