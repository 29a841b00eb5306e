"""The skills of sweeps on the same prices, on one scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from lstm_sweep.comparison.columns import interval_ends
from lstm_sweep.comparison.kinds import Finished


@dataclass(frozen=True)
class SkillBar:
    """A skill and its interval on a scale from 0 to 100, on which naive stands at `zero`."""

    start: float
    stop: float
    dot: float
    zero: float


def skill_bars(sweeps: Sequence[Finished]) -> dict[str, SkillBar]:
    """Bars by name of the sweep, all on the scale that holds every interval whole; none for a sweep without one."""
    spans = {}
    for sweep in sweeps:
        ends, skill = interval_ends(sweep), sweep.number("verdict", "skill")
        if ends and skill is not None:
            spans[sweep.name] = (min(*ends, skill), max(*ends, skill), skill)
    lowest = min([0.0, *(low for low, _, _ in spans.values())])
    highest = max([0.0, *(high for _, high, _ in spans.values())])
    width = (highest - lowest) or 1.0
    places = {name: [round(100 * (each - lowest) / width, 2) for each in (*span, 0.0)] for name, span in spans.items()}
    return {name: SkillBar(*each) for name, each in places.items()}
