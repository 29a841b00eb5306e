"""A market from end to end: recorded, swept, promoted, recorded again and followed live, and all of it made again."""

import signal
from pathlib import Path

import numpy as np
import pytest

from lstm_sweep.data.load import load_series
from lstm_sweep.live.record.lines import BarLine, ForecastLine
from tests.commands import run, started, wait_for
from tests.configs import compose_config
from tests.live.served import MODEL, journal_of, replayed, served
from tests.orderbook.recordings import NEXT_DAY, SPOT

pytestmark = pytest.mark.slow
FEATURES = ("ofi_1", "spread")
BOOK = ("data=book", "data.every=1s", f"data.features=[{','.join(FEATURES)}]")
SMALL = ("model.units=4", "windows.lags=3", "windows.horizon=2", "training.epochs=2", "seeds=1", "name=flow")


def recording(folder: Path, shared_data: Path, store: str, *settings: str) -> tuple[str, ...]:
    """How the samples are recorded again."""
    played = folder / "played"
    played.mkdir(exist_ok=True)
    for name in (SPOT, NEXT_DAY):
        if not (played / name).exists():
            (played / name).symlink_to(shared_data / "orderbook" / name)
    of = ("of=binance", "market=BTCUSDT", "tick=0.01")
    return ("src.record", "exchange=replay", f"path={played}", *of, f"store={store}", *settings)


def test_variables_live_are_those_of_the_store_and_every_forecast_is_made_again(
    shared_data: Path, tmp_path: Path
) -> None:
    recorded = run(tmp_path, *recording(tmp_path, shared_data, "market", "speed=0"))
    assert recorded.returncode == 0, recorded.stderr
    assert run(tmp_path, "src.sweep", *BOOK, *SMALL).returncode == 0
    promoted = run(tmp_path, "src.promote", "sweep=flow", f"model={MODEL}", "force=true")
    assert promoted.returncode == 0, promoted.stderr
    with started(tmp_path, *recording(tmp_path, shared_data, "live_market", "speed=8", "stamps=local")) as recorder:
        wait_for(lambda: sum(path.stat().st_size for path in tmp_path.glob("live_market/*/*/open/*.bars")) > 2_000, 60)
        with served(tmp_path, f"model={MODEL}", "data.store=live_market", "live.poll=1") as site:
            wait_for(lambda: site.ask("/predict").json["state"] == "live", 60)
            wait_for(lambda: len(site.ask("/history").json) > 30, 100)
            assert site.end(signal.SIGTERM)[0] == 0
        assert recorder.wait(120) == 0
    replayed(tmp_path)
    lines = journal_of(tmp_path)
    assert sum(isinstance(line, ForecastLine) for line in lines) > 30
    series = load_series(compose_config(*BOOK, f"data.store={tmp_path / 'live_market'}").data, FEATURES)
    rows = {int(time): row for row, time in enumerate(series.timestamps.astype(np.int64))}
    bars = [line for line in lines if isinstance(line, BarLine)]
    for line in bars:
        row = rows[line.time]
        assert line.values == (series.values[row], *(series.covariates[name][row] for name in FEATURES))
        assert line.filled == series.filled[row]
