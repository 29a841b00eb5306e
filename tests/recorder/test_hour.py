"""An hour of two thousand messages a second, in parts of ten minutes."""

from pathlib import Path

import pytest

from benchmarks.controls.recorder import recorded_parts
from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.manifest import manifests_of
from lstm_sweep.market_store.verifying import verify
from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.sync import SyncedBook
from tests.orderbook.witness import Witness
from tests.recorder.endless import endless_lines
from tests.recorder.test_recordings import events_of

MARKET = Market("binance", "XYUSD", "0.01")


def test_endless_market_is_one_of_its_exchange() -> None:
    lines = endless_lines(2000, 3)
    witness = Witness(lambda book: crossed.append(book.is_crossed))
    crossed: list[bool] = []
    sync = MARKET.book(witness)
    for event in events_of(MARKET, [next(lines) for _ in range(50_000)]):
        sync.take(event)
    assert isinstance(sync, SyncedBook)
    assert (sync.holes, witness.said, any(crossed)) == ([], ["synced"], False)
    # 13 changes, 14 trades and 73 best prices in a hundred.
    shares = [len(crossed) / 50_000, len(witness.trades) / 50_000, len(witness.tops) / 50_000]
    assert shares == pytest.approx([0.13, 0.14, 0.73], abs=0.01)


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_an_hour_of_messages_is_recorded_in_flat_memory(tmp_path: Path) -> None:
    rows = list(recorded_parts(tmp_path, 6, 600, 2000))
    assert [row["holds"] for row in rows[2:]] == ["yes"] * 4
    folder = MarketFolder(tmp_path, MARKET)
    parts = [part for manifest in manifests_of(folder) for part in manifest.parts]
    assert [part.ended for part in parts] == ["rotation"] * 6 + ["told"]
    # Each part begins, and the one before ends, with a checkpoint.
    assert sum(part.lines for part in parts) == 6 * 600 * 2000 + 2 + 12
    assert not any(finding.is_wrong for finding in verify(folder, replay=False))
