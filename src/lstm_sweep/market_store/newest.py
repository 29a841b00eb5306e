"""Until when base bars are there."""

from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.reading import read_bars
from lstm_sweep.market_store.sections import sections


def newest_end(folder: MarketFolder) -> int | None:
    """End of the newest base bar, in nanoseconds since 1970; None where there is none yet."""
    for section in reversed(list(sections(folder))):
        # A part that has just begun has none: then the one before it tells.
        ends = [batch.column("end")[-1].as_py() for batch in read_bars(folder, section.start) if batch.num_rows]
        if ends:
            return int(ends[-1])
    return None
