"""What a journal says has happened, by what it happened to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from lstm_sweep.storage.encoding import read_lines
from lstm_sweep.storage.facts import SweepEnd, SweepStart
from lstm_sweep.storage.lines import JOURNAL, EndLine, FitLine, Line, RunLine, StartLine, TrialLine
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome
from lstm_sweep.trials.spec import FitSpec


@dataclass(frozen=True)
class History:
    """What the whole lines of a journal say.

    Attributes:
        start: what the sweep was when it started, or None where it never did.
        trials: values by trial id.
        fits: lines of finished fits by fit id.
        epochs: number of journalled epochs by fit id.
        end: what the sweep came to, or None where it has not ended.
        num_runs: times that the sweep was started or resumed.
        changes: what was not as it was when the sweep began, in whichever of these runs.
        seconds: wall time of these runs together, each as far as its last line.
        num_damaged: lines that are not what was once written; what they said is lost, and done again.
    """

    start: SweepStart | None = None
    trials: dict[str, dict[str, Any]] = field(default_factory=dict)
    fits: dict[str, FitLine] = field(default_factory=dict)
    epochs: dict[str, int] = field(default_factory=dict)
    end: SweepEnd | None = None
    num_runs: int = 0
    changes: tuple[str, ...] = ()
    seconds: float = 0.0
    num_damaged: int = 0

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The history of a sweep; an empty one where nothing was journalled."""
        if not (folder / JOURNAL).exists():
            return cls()
        return cls.of(line for _, line in read_lines(folder))

    @classmethod
    def of(cls, lines: Iterable[Line | None]) -> Self:
        """The history in lines, None for a damaged one; a line that is there twice counts once, the first."""
        start, end, num_damaged = None, None, 0
        trials: dict[str, dict[str, Any]] = {}
        fits: dict[str, FitLine] = {}
        epochs: dict[str, int] = {}
        runs: list[list[int]] = []
        changes: dict[str, None] = {}
        for line in lines:
            match line:
                case None:
                    num_damaged += 1
                    continue
                case StartLine():
                    start = start or line.start
                case RunLine():
                    runs.append([line.timestamp, line.timestamp])
                    changes |= dict.fromkeys(line.changes)
                case TrialLine():
                    trials.setdefault(line.trial_id, line.trial.values)
                case EpochRecord():
                    epochs[line.fit_id] = max(epochs.get(line.fit_id, 0), line.epoch)
                case FitLine():
                    fits.setdefault(line.fit_id, line)
                case EndLine():
                    end = end or line.end
            if runs:
                runs[-1][1] = max(runs[-1][1], line.timestamp)
        seconds = sum(last - first for first, last in runs) / 1000
        return cls(start, trials, fits, epochs, end, len(runs), tuple(changes), seconds, num_damaged)

    def outcome(self, spec: FitSpec) -> FitOutcome | None:
        """What a fit came to, without its arrays, or None where it has not ended."""
        line = self.fits.get(spec.fit_id)
        return None if line is None else line.outcome(spec)


@dataclass(frozen=True)
class FitHistory:
    """What a journal says of one fit.

    Attributes:
        epochs: its records, in order.
        end: its last line, or None where it has not ended.
    """

    epochs: list[EpochRecord]
    end: FitLine | None


def histories_of_fits(lines: Iterable[Line | None]) -> dict[str, FitHistory]:
    """What lines say of each fit, by fit id; damaged ones (None) and those about anything else are left out."""
    epochs: dict[str, list[EpochRecord]] = {}
    ends: dict[str, FitLine] = {}
    for line in lines:
        if isinstance(line, EpochRecord | FitLine):
            records = epochs.setdefault(line.fit_id, [])
            if isinstance(line, EpochRecord):
                records.append(line)
            else:
                ends[line.fit_id] = line
    return {
        name: FitHistory(sorted(records, key=lambda record: record.epoch), ends.get(name))
        for name, records in epochs.items()
    }
