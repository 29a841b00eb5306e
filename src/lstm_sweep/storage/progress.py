"""When each trial of a sweep ended, as its journal says."""

from collections.abc import Iterable
from dataclasses import dataclass

from lstm_sweep.storage.lines import Line, RunLine, TrialEndLine


@dataclass(frozen=True)
class TrialEnded:
    """The end of a trial.

    Attributes:
        trial_id: of the trial.
        score: as the search was told it, before any extra seeds; nan where a fit did not complete.
        seconds: since its first run began, without the time between an interruption and its resumption.
    """

    trial_id: str
    score: float
    seconds: float


def trial_ends(lines: Iterable[Line | None]) -> list[TrialEnded]:
    """Ends of trials in lines, in order; None stands for a damaged line."""
    ends: dict[str, TrialEnded] = {}
    earlier, start, last = 0, 0, 0
    for line in lines:
        if line is None:
            continue
        if isinstance(line, RunLine) or not start:
            earlier += last - start
            start = line.timestamp
        last = max(last, line.timestamp)
        if isinstance(line, TrialEndLine):
            seconds = (earlier + line.timestamp - start) / 1000
            ends.setdefault(line.trial_id, TrialEnded(line.trial_id, line.score, seconds))
    return list(ends.values())
