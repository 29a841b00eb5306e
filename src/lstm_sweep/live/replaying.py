"""Every forecast of a live process, made again from the bars and the versions that it wrote down, and compared."""

from dataclasses import dataclass
from pathlib import Path
from typing import final

import numpy as np

from lstm_sweep.errors import require
from lstm_sweep.invocation import spelled
from lstm_sweep.live.record.journal import read_journal
from lstm_sweep.live.record.lines import BeginLine, ForecastLine, Line, ScoreLine
from lstm_sweep.live.state import LiveState
from lstm_sweep.live.working import Made


@final
@dataclass(frozen=True)
class Replayed:
    """What a replay came to.

    Attributes:
        bars: since the process first began.
        forecasts: that were made again.
        scores: likewise.
        late: forecasts among them that came too late, and are not scored.
        difference: the first, as a sentence; empty where there is none.
    """

    bars: int
    forecasts: int
    scores: int
    late: int
    difference: str


def replay(folder: Path) -> Replayed:
    """Make everything again that is written in a folder, up to the first difference.

    Args:
        folder: live/<name>/.

    Raises:
        UserError: where there is no journal, or a version's files are gone.
    """
    state: LiveState | None = None
    counts = {ForecastLine: 0, ScoreLine: 0}
    for line in read_journal(folder):
        if isinstance(line, BeginLine):
            state = LiveState(line, folder)
        elif state is not None:
            if difference := _difference(state, line):
                return _come_to(state, counts, difference)
            state.apply(line)
            if isinstance(line, ForecastLine | ScoreLine):
                counts[type(line)] += 1
    require(
        state is not None,
        f"{folder} must hold the journal of a live process, but has none: start one with {spelled('serve')}.",
    )
    assert state is not None
    return _come_to(state, counts, "")


def _come_to(state: LiveState, counts: dict[type, int], difference: str) -> Replayed:
    return Replayed(state.num_live, counts[ForecastLine], counts[ScoreLine], state.num_late, difference)


def _difference(state: LiveState, line: Line) -> str:
    if isinstance(line, ForecastLine):
        return _of_forecast(state, line)
    if isinstance(line, ScoreLine):
        again = state.due_score()
        if again != line:
            return f"the score of the forecast after {_at(line.origin)} is {line}, and {again} when made again"
    return ""


def _of_forecast(state: LiveState, line: ForecastLine) -> str:
    where = f"the forecast of {line.role} {line.version} after {_at(line.origin)}"
    if line.origin != state.bars.time(state.last):
        return f"{where} stands in the journal after the bar of {_at(state.bars.time(state.last))}"
    made = state.propose(line.role)
    written = Made(line.prices, line.low, line.high, line.unusual)
    if made != written:
        return f"{where} is {written}, and {made} when made again"
    is_late = state.closes is not None and line.written >= state.closes
    return "" if is_late == line.late else f"{where} is {'' if line.late else 'not '}marked late, which is wrong"


def _at(time: int) -> str:
    return str(np.datetime_as_string(np.datetime64(time, "ns"), unit="s"))
