"""The parts of a market in order, sealed or open, whatever happens to them meanwhile."""

from dataclasses import dataclass

from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.manifest import Manifest, SealedPart, manifest_by_part


@dataclass(frozen=True)
class StoredPart:
    """One part, and where it lies.

    Attributes:
        start: names it.
        manifest: of the sealed files that it is in; None while it is open.
        sealed: what the manifest says of it.
    """

    start: int
    manifest: Manifest | None
    sealed: SealedPart | None


def sections(folder: MarketFolder, start: int | None = None, end: int | None = None) -> list[StoredPart]:
    """The parts that reading a span needs, oldest first: from the last one that begins at or before `start`.

    Args:
        folder: of the market.
        start: nanoseconds since 1970; None: from the first.
        end: only parts that begin before it; None: all.
    """
    # In this order: a part that is sealed meanwhile is found twice rather than never.
    left = folder.open_parts()
    found = {
        each: StoredPart(each, manifest, next(part for part in manifest.parts if part.start == each))
        for each, manifest in manifest_by_part(folder).items()
    }
    found |= {each: StoredPart(each, None, None) for each in left if each not in found}
    ordered = [found[each] for each in sorted(found)]
    before = [place for place, each in enumerate(ordered) if start is not None and each.start <= start]
    return [each for each in ordered[before[-1] if before else 0 :] if end is None or each.start < end]
