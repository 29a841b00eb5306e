"""How often intervals hold while a real, trained network follows real prices bar by bar, counted from its journal."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lstm_sweep.data.load import load_series
from lstm_sweep.data.series import Series
from lstm_sweep.forecaster import build_forecaster
from lstm_sweep.live.follow.closing import rows_of
from lstm_sweep.live.record.journal import read_journal
from lstm_sweep.live.record.lines import CHAMPION, BeginLine, ForecastLine, ScoreLine
from lstm_sweep.live.state import LiveState
from lstm_sweep.live.winner import SweepWinner
from lstm_sweep.training.sequential import SequentialRunner
from lstm_sweep.windows.windows import build_windows
from tests.configs import compose_config
from tests.examples import make_fit
from tests.listeners import Recorder
from tests.live.worlds import Bars, at_work, facts_of, run

pytestmark = pytest.mark.slow

LENGTH, UNSEEN = 4000, 2000
"""Bars, and the row of the first target that training has not seen, from which on they are replayed."""

SERIES = {
    "sp500": ("data=sp500",),
    "days": ("data=csv", "data.path={}/btc_usd_1d_2011-2025.csv"),
    "minutes": ("data=csv", "data.path={}/btc_usd_1m_2017-01_to_2017-06.csv.gz"),
}
COVERAGES = (0.8, 0.9, 0.95)
Ends = dict[int, tuple[tuple[float | None, ...], tuple[float | None, ...]]]
"""Low and high ends per step, by the time of the origin."""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def prices(name: str, folder: Path) -> Series:
    """As a sweep reads them, the latest."""
    config = compose_config(*(each.format(folder) for each in SERIES[name])).data
    series = load_series(config, ())
    return rows_of(series, len(series) - LENGTH, len(series))


def trained(series: Series, horizon: int) -> SweepWinner:
    """By a sweep's own runner, on what lies before the bars that are replayed."""
    spec = make_fit(horizon=horizon, batch_size=64, learning_rate=0.003, train=0.4, validation=0.1, test=0.5)
    (outcome,) = SequentialRunner().run(series, [spec], Recorder())
    assert outcome.weights is not None
    windows = build_windows(series, spec.windows, ())
    facts = replace(facts_of(series), unseen_from=str(series.timestamps[UNSEEN]))
    return SweepWinner(facts, (build_forecaster(spec, windows, outcome.weights),))


def ends_at(coverage: float, folder: Path) -> Ends:
    """The intervals of all that was forecast, had the journal in a folder begun with another coverage."""
    found: Ends = {}
    state: LiveState | None = None
    for line in read_journal(folder):
        if isinstance(line, BeginLine):
            state = LiveState(replace(line, coverage=coverage), folder)
            continue
        assert state is not None
        if isinstance(line, ForecastLine):
            unit = state.bars.unit(state.last)
            quantiles = [each.quantile() for each in state.roles[CHAMPION].version.intervals]
            halves = [None if quantile is None else quantile * unit for quantile in quantiles]
            pairs = list(zip(line.prices, halves, strict=True))
            low = tuple(None if half is None else price - half for price, half in pairs)
            high = tuple(None if half is None else price + half for price, half in pairs)
            found[line.origin] = (low, high)
        state.apply(line)
    return found


def held(ends: Ends, series: Series, step: int) -> list[bool]:
    """Of each interval so many steps ahead, in the order of its bar, whether it held the price that came."""
    times, came = series.timestamps.astype(np.int64).tolist(), series.values.tolist()
    answers = []
    for target in range(UNSEEN, LENGTH):
        low, high = ends.get(times[target - step], ((None,) * step, (None,) * step))
        bottom, top = low[step - 1], high[step - 1]
        if bottom is not None and top is not None and not series.filled[target]:
            answers.append(bottom <= came[target] <= top)
    return answers


def furthest(answers: list[bool], coverage: float) -> float:
    """Of any 1,000 in a row, how far the share that held lies from the coverage."""
    sums = np.cumsum([0, *answers])
    return float(np.abs((sums[1000:] - sums[:-1000]) / 1000 - coverage).max())


def skill(scores: list[ScoreLine]) -> float:
    """1 - RMSE / RMSE of naive, on relative errors."""
    return 1 - float(np.sqrt(sum(line.champion for line in scores) / sum(line.naive for line in scores)))


@pytest.mark.parametrize("horizon", [1, 7])
@pytest.mark.parametrize("name", SERIES)
def test_over_any_thousand_bars_intervals_hold_within_three_points(name: str, horizon: int, shared_data: Path) -> None:
    """Each level of its own: the intervals of a journal follow from its bars, its forecasts and its coverage."""
    series = prices(name, shared_data)
    source = Bars(series, UNSEEN)
    with at_work(trained(series, horizon), source) as follower:
        run(follower, source, LENGTH - UNSEEN)
        folder, asked = follower.folder, follower.state.begin.coverage
    lines = list(read_journal(folder))
    # A forecaster much worse than naive would say nothing of the intervals of one that people use.
    assert skill([line for line in lines if isinstance(line, ScoreLine)]) > -0.03
    assert ends_at(asked, folder) == {
        line.origin: (line.low, line.high) for line in lines if isinstance(line, ForecastLine)
    }
    for coverage in COVERAGES:
        ends = ends_at(coverage, folder)
        for step in range(1, horizon + 1):
            answers = held(ends, series, step)
            assert len(answers) > 1500
            assert furthest(answers, coverage) < 0.03, f"{100 * coverage:g} % intervals {step} steps ahead"
