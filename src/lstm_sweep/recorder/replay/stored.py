"""The lines of a market of a store, as they were received."""

from collections.abc import Iterator

from lstm_sweep.errors import require
from lstm_sweep.market_store.decoding import WholeLines
from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.scanning import SealedRows
from lstm_sweep.market_store.sections import StoredPart, sections
from lstm_sweep.orderbook.feeds.feed import stamped


class StoredLines:
    """May be read any number of times, from the beginning.

    Args:
        folder: of the market.

    Raises:
        UserError: where it has no lines, or not all of them.
    """

    def __init__(self, folder: MarketFolder) -> None:
        self._folder = folder
        found = sections(folder)
        require(bool(found), f"path must hold recorded lines, but {folder.path} has none: record first.")
        for section in found:
            require(
                section.sealed is None or section.sealed.raw == "kept",
                f"path must hold lines as they came, but those of part {section.start} in {folder.path} were not kept: "
                "name a market that was recorded with keep_raw=true.",
            )

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """Local time in nanoseconds since 1970, and what was received."""
        for section in sections(self._folder):
            yield from _lines(self._folder, section)


def _lines(folder: MarketFolder, section: StoredPart) -> Iterator[tuple[int, str]]:
    if section.manifest is None or section.sealed is None:
        for line in WholeLines(folder.lines(section.start)):
            yield stamped(line.decode(errors="replace"))
    elif section.sealed.rows.get("raw"):
        for batch in SealedRows(folder, section.manifest, "raw", part=section.start):
            for received, payload in zip(
                *(batch.column(name).to_pylist() for name in ("received", "payload")), strict=True
            ):
                yield received, payload.decode(errors="replace")
