"""A recorded market that is followed: what was shown of each bar as it came is what the sealed store says of it."""

import random
from pathlib import Path

import numpy as np
import pytest

from lstm_sweep.config import BookData
from lstm_sweep.data.load import load_series
from lstm_sweep.errors import UserError
from lstm_sweep.live.follow.reloaded import ReloadedSource
from lstm_sweep.live.follow.source import FeedError
from tests.configs import compose_config
from tests.data.recorded.stores import Recording
from tests.live.follow.following import live_config
from tests.moving_market import HandClock
from tests.orderbook.recordings import NEXT_DAY, SPOT, stamped_lines

SECOND = 1_000_000_000
FEATURES = ("ofi_1", "ofi_10", "spread", "imbalance_5", "signed_volume", "realised_variance")


def book(root: Path, *settings: str) -> BookData:
    config = compose_config("data=book", f"data.store={root}", *settings).data
    assert isinstance(config, BookData)
    return config


@pytest.mark.parametrize(("seed", "every"), [(1, 5), (2, 20)])
def test_bars_as_they_came_are_those_of_the_sealed_store_to_the_bit(
    shared_data: Path, tmp_path: Path, every: int, seed: int
) -> None:
    lines = [line for name in (SPOT, NEXT_DAY) for line in stamped_lines(shared_data, name)]
    rng, clock = random.Random(seed), HandClock(lines[0][0] / 1e9)
    recording = Recording(tmp_path, lines[0][0])
    config = book(tmp_path, f"data.every={every}s")
    source = ReloadedSource(config, FEATURES, False, live_config(), 3, clock)
    shown: dict[int, tuple[float, ...]] = {}
    written, rotations = 0, 0
    while written < len(lines):
        chunk = lines[written : written + rng.randint(1, 6_000)]
        recording.add(chunk)
        written += len(chunk)
        clock.now = chunk[-1][0] / 1e9 + 3
        if rng.random() < 0.2 and written < len(lines):
            # As a recorder does: at a base bar's end, before the first line after it.
            boundary = (lines[written][0] // SECOND + 1) * SECOND
            rest = [line for line in lines[written : written + 5_000] if line[0] < boundary]
            recording.add(rest)
            written += len(rest)
            recording.rotate(boundary)
            rotations += 1
        source.wait(0)
        try:
            series = source.look().series
        except (FeedError, UserError):
            assert not shown
            continue
        for row, time in enumerate(series.timestamps.astype(np.int64).tolist()):
            values = (series.values[row], *(column[row] for column in series.covariates.values()))
            if not series.filled[row]:
                assert shown.setdefault(time, values) == values
    recording.end()
    assert rotations > 2
    whole = load_series(config, FEATURES)
    columns = [whole.values, *whole.covariates.values()]
    assert len(shown) > 500 // every
    for row, time in enumerate(whole.timestamps.astype(np.int64).tolist()):
        if time in shown:
            assert shown[time] == tuple(column[row] for column in columns)
    assert set(whole.timestamps.astype(np.int64).tolist()) >= set(shown)


def test_bars_that_end_by_volume_are_not_followed(tmp_path: Path) -> None:
    config = book(tmp_path, "data.bars=volume", "data.size=5", "data.every=null")
    with pytest.raises(UserError, match="nobody knows when others end"):
        ReloadedSource(config, FEATURES, False, live_config(), 3)
