"""Shows a sweep to whoever started it: a progress bar on a terminal, plain lines anywhere else."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column

from lstm_sweep.formats import counted, rate, signed_percent
from lstm_sweep.storage.facts import SweepEnd, SweepStart
from lstm_sweep.storage.lines import FitLine, Line, RunLine, TrialEndLine
from lstm_sweep.tracking.tracker import TrackedSweep, Tracker
from lstm_sweep.trials.label import result_label
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, FitStatus, TrialResult
from lstm_sweep.trials.spec import Trial

_ROOMY = 70
"""Columns beside the name from which on there is room to say what the best is the best on."""

_NARROWEST = 60
"""Columns of a terminal that the whole progress bar needs."""


class ConsoleTracker(Tracker):
    """Writes to one stream: what is run, how far it is, and what trials came to."""

    def __init__(self, stream: TextIO, logged_to: str = "") -> None:
        """Write to `stream`, with a progress bar if it is a terminal; `logged_to` says where else, in a line."""
        self._stream = stream
        self._logged_to = [logged_to] if logged_to else []
        self._bar: _Bar | None = None
        self._best = -math.inf
        self._num_ended = 0

    def start_sweep(self, sweep: TrackedSweep, lines: Sequence[Line | None]) -> None:
        """Print what is run, what loading did to the data, and how far an earlier run of the sweep came."""
        start = self._start = sweep.start
        scores = [line.score for line in lines if isinstance(line, TrialEndLine)]
        done = {line.fit_id for line in lines if isinstance(line, FitLine) and line.replicate < start.seeds}
        self._num_ended = len(scores)
        self._best = max((_skill(score) for score in scores if math.isfinite(score)), default=-math.inf)
        block = (f"  {line}" for line in (*start.data.notes, *start.notes, *self._logged_to))
        for text in (_opening(start), *block, *_resumed(sweep, lines, done)):
            self._print(text)
        if self._stream.isatty():
            self._bar = _Bar(self._stream, start.name, start.num_trials * start.fits_per_trial, len(done))
            self._bar.show_best(self._best)

    def start_trial(self, trial: Trial) -> None:
        """Nothing: a trial is shown when it ends."""

    def log_epoch(self, record: EpochRecord) -> None:
        """Nothing: epochs are too many to read."""

    def end_fit(self, outcome: FitOutcome) -> None:
        """Move the bar, unless it is a seed that only the evaluation asked for."""
        if self._bar is not None and outcome.spec.replicate < self._start.seeds:
            self._bar.advance()

    def end_trial(self, result: TrialResult) -> None:
        """One line, or the best skill beside the bar."""
        self._num_ended += 1
        self._best = max(self._best, _skill(result.score))
        if self._bar is not None:
            self._bar.show_best(self._best)
        else:
            number = f"{self._num_ended}/{self._start.num_trials}"
            self._print(f"trial {number}: {result_label(result)}: {_came_to(result)}")

    def log_scores(self, trial_id: str, scores: Mapping[str, float]) -> None:
        """Nothing: the table has them."""

    def end_sweep(self, end: SweepEnd) -> None:
        """Make room for the table, which whoever runs the sweep prints."""
        self._stop_bar()

    def close(self, failed: bool) -> None:
        """Leave the terminal as it was."""
        self._stop_bar()

    def _stop_bar(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _print(self, text: str) -> None:
        print(text, file=self._stream, flush=True)


class _Bar:
    """Fits done, rate, time left and best skill, redrawn in place."""

    def __init__(self, stream: TextIO, name: str, num_fits: int, num_done: int) -> None:
        console = Console(file=stream)
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),  # what the words leave
            MofNCompleteColumn(),
            TextColumn("fits,{task.fields[rate]}", table_column=Column(no_wrap=True)),
            TimeRemainingColumn(compact=True),
            TextColumn("left{task.fields[best]}", table_column=Column(no_wrap=True)),
        )
        # Where they do not fit beside each other, rich would cut all of them; the count says the most.
        shown = columns if console.width >= _NARROWEST else (MofNCompleteColumn(), TextColumn("fits"))
        self._progress = Progress(*shown, console=console, expand=True, speed_estimate_period=3600)
        self._task: TaskID = self._progress.add_task(name, total=num_fits, completed=num_done, rate="", best="")
        self._best_of = "best on validation" if console.width - len(name) >= _ROOMY else "best skill"
        self._num_before = num_done
        self._progress.start()

    def advance(self) -> None:
        self._progress.advance(self._task)
        task = self._progress.tasks[self._task]
        num_now = task.completed - self._num_before
        self._progress.update(self._task, rate=f" {rate(num_now / task.elapsed)}," if task.elapsed else "")

    def show_best(self, skill: float) -> None:
        if math.isfinite(skill):
            self._progress.update(self._task, best=f", {self._best_of} {signed_percent(skill)}")

    def stop(self) -> None:
        self._progress.stop()


def _opening(start: SweepStart) -> str:
    data = start.data
    fits = f"{counted(start.num_trials, 'trial')} x {counted(start.seeds, 'seed')}"
    folds = f" x {counted(start.folds, 'fold')}" if start.folds else ""
    return (
        f"Sweep {start.name}: {data.bars:,} bars of {data.name}, {data.first[:10]} to {data.last[:10]}; "
        f"{fits}{folds}, up to {counted(start.epochs, 'epoch')}"
    )


def _resumed(sweep: TrackedSweep, lines: Sequence[Line | None], done: set[str]) -> list[str]:
    """What an earlier run of the sweep left, where there was one."""
    if not lines:
        return []
    num_damaged = sum(line is None for line in lines)
    damaged = f"{counted(num_damaged, 'line')} of the journal {'is' if num_damaged == 1 else 'are'} damaged: "
    lost = [f"{damaged}what was said there is lost, and done again."] if num_damaged else []
    num_fits = sweep.start.num_trials * sweep.start.fits_per_trial
    num_waiting = len(_checkpoints(sweep.folder) - done)
    resumes = "resumes" if num_waiting == 1 else "resume"
    waiting = f", {num_waiting:,} {resumes} from a checkpoint" if num_waiting else ""
    is_done = "is" if len(done) == 1 else "are"
    changes = next((line.changes for line in reversed(lines) if isinstance(line, RunLine)), ())
    warned = [f"not as it began, and numbers from here on may not be: {'; '.join(changes)}"] if changes else []
    return [f"resumed: {len(done):,} of {counted(num_fits, 'fit')} {is_done} done{waiting}", *lost, *warned]


def _checkpoints(folder: Path) -> set[str]:
    """Fits that left one."""
    below = folder / "checkpoints"
    return {str(path.relative_to(below).with_suffix("")) for path in below.rglob("*.npz")}


def _skill(score: float) -> float:
    return -math.expm1(score)


def _came_to(result: TrialResult) -> str:
    if result.status is not FitStatus.COMPLETED:
        messages = [outcome.message for outcome in result.outcomes if outcome.message]
        return ": ".join([str(result.status), *messages[:1]])
    spread = f"±{result.score_std:.4f}" if math.isfinite(result.score_std) else ""
    return f"skill {signed_percent(_skill(result.score))} (score {result.score:.4f}{spread})"
