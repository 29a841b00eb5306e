"""What a journal says has happened, looked up by what it happened to."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from lstm_sweep.storage.lines import JOURNAL, Line, number_of, read_lines
from lstm_sweep.trials.identity import fit_id
from lstm_sweep.trials.outcome import FitOutcome, FitStatus
from lstm_sweep.trials.spec import FitSpec


@dataclass(frozen=True)
class History:
    """The whole lines of a journal.

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

    start: Line | None = None
    trials: dict[str, dict[str, Any]] = field(default_factory=dict)
    fits: dict[str, Line] = field(default_factory=dict)
    epochs: dict[str, int] = field(default_factory=dict)
    end: Line | None = None
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
        """The history that lines tell, None for a damaged one; a line that is there twice counts once, the first."""
        start, end, num_damaged = None, None, 0
        trials: dict[str, dict[str, Any]] = {}
        fits: dict[str, Line] = {}
        epochs: dict[str, int] = {}
        runs: list[list[int]] = []
        changes: dict[str, None] = {}
        for line in lines:
            match line:
                case None:
                    num_damaged += 1
                    continue
                case {"kind": "start"}:
                    start = start or line
                case {"kind": "run"}:
                    runs.append([line["timestamp"], line["timestamp"]])
                    changes |= dict.fromkeys(line.get("changes", ()))  # journals of older versions tell none
                case {"kind": "trial"}:
                    trials.setdefault(line["trial_id"], line["values"])
                case {"kind": "epoch"}:
                    name = fit_id_of(line)
                    epochs[name] = max(epochs.get(name, 0), line["epoch"])
                case {"kind": "fit"}:
                    fits.setdefault(fit_id_of(line), line)
                case {"kind": "end"}:
                    end = end or line
            if runs:
                runs[-1][1] = max(runs[-1][1], line["timestamp"])
        seconds = sum(last - first for first, last in runs) / 1000
        return cls(start, trials, fits, epochs, end, len(runs), tuple(changes), seconds, num_damaged)

    def outcome(self, spec: FitSpec) -> FitOutcome | None:
        """What a fit came to, without its arrays, or None where it has not ended."""
        line = self.fits.get(spec.fit_id)
        return None if line is None else outcome_of(line, spec)


def outcome_of(line: Line, spec: FitSpec) -> FitOutcome:
    """The outcome that the line of a fit tells, without arrays."""
    return FitOutcome(
        spec=spec,
        status=FitStatus(line["status"]),
        epochs=line["epochs"],
        best_epoch=line["best_epoch"],
        score=number_of(line["score"]),
        val_loss=number_of(line["val_loss"]),
        seconds=line["seconds"],
        message=line["message"],
    )


def fit_lines(folder: Path) -> dict[str, list[Line]]:
    """Whole lines about each fit by fit id: its epochs in order, and last, where it has ended, the fit."""
    lines: defaultdict[str, list[Line]] = defaultdict(list)
    for _, line in read_lines(folder):
        if line is not None and line["kind"] in ("epoch", "fit"):
            lines[fit_id_of(line)].append(line)
    return {
        name: sorted(each, key=lambda line: (line["kind"] == "fit", line.get("epoch"))) for name, each in lines.items()
    }


def fit_id_of(line: Line) -> str:
    """The fit that a line of kind 'epoch' or 'fit' is about."""
    return fit_id(line["trial_id"], line["replicate"], line["fold"])
