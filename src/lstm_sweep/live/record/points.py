"""Every bar of a journal with what was forecast for it, read one by one."""

from collections.abc import Iterator
from pathlib import Path

from lstm_sweep.live.iso_times import iso
from lstm_sweep.live.record.journal import read_journal
from lstm_sweep.live.record.lines import CHALLENGER, CHAMPION, BarLine, ForecastLine
from lstm_sweep.live.view import PointView


def read_points(folder: Path) -> Iterator[PointView]:
    """The bars since a live process first began, oldest first; corrections are told apart, and change nothing here.

    Args:
        folder: live/<name>/.
    """
    before: BarLine | None = None
    made: dict[str, ForecastLine] = {}
    for line in read_journal(folder):
        if isinstance(line, ForecastLine):
            made[line.role] = line
        elif isinstance(line, BarLine):
            if line.received is not None and before is not None:
                yield point(line, before.values[0], made)
            before, made = line, {}


def point(bar: BarLine, naive: float, made: dict[str, ForecastLine]) -> PointView:
    """One bar, the price before it, and the forecasts of one step that were made for it, by role."""
    champion, challenger = made.get(CHAMPION), made.get(CHALLENGER)
    return PointView(
        time=iso(bar.time),
        actual=None if bar.filled else bar.values[0],
        naive=naive,
        forecast=None if champion is None else champion.prices[0],
        low=None if champion is None else champion.low[0],
        high=None if champion is None else champion.high[0],
        challenger=None if challenger is None else challenger.prices[0],
        late=champion is not None and champion.late,
    )
