"""Shows a sweep to whoever started it: a progress bar on a terminal, plain lines anywhere else."""

import math
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

from src.fits import EpochRecord, FitOutcome, FitStatus, Trial, TrialResult
from src.tracking.labels import trial_label
from src.tracking.tracker import SweepEnd, SweepStart, Tracker


class ConsoleTracker(Tracker):
    """Writes to one stream: what is run, how far it is, and what came out."""

    def __init__(self, stream: TextIO) -> None:
        """Write to `stream`, with a progress bar if it is a terminal."""
        self._stream = stream
        self._bar: _Bar | None = None
        self._best = -math.inf
        self._num_ended = 0

    def start_sweep(self, start: SweepStart) -> None:
        """Say what is run, and what loading did to the data."""
        self._num_trials = start.num_trials
        for line in (_opening(start), *start.series.notes):
            self._print(line)
        if self._stream.isatty():
            self._bar = _Bar(self._stream, start.name, start.num_trials * start.seeds)

    def start_trial(self, trial: Trial) -> None:
        """Nothing: a trial is shown when it ends."""

    def log_epoch(self, record: EpochRecord) -> None:
        """Nothing: epochs are too many to read."""

    def end_fit(self, outcome: FitOutcome) -> None:
        """Move the bar."""
        if self._bar is not None:
            self._bar.advance()

    def end_trial(self, result: TrialResult) -> None:
        """One line, or the best skill beside the bar."""
        self._num_ended += 1
        self._best = max(self._best, _skill(result.score))
        if self._bar is not None:
            self._bar.show_best(self._best)
        else:
            self._print(f"trial {self._num_ended}/{self._num_trials}: {trial_label(result.trial)}: {_came_to(result)}")

    def log_scores(self, trial_id: str, scores: dict[str, float]) -> None:
        """Nothing: the table has them."""

    def end_sweep(self, end: SweepEnd) -> None:
        """The table and the verdict."""
        self._stop_bar()
        for block in (end.table, end.tags.get("verdict", "")):
            if block:
                self._print(block)

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

    def __init__(self, stream: TextIO, name: str, num_fits: int) -> None:
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),  # what the words leave
            MofNCompleteColumn(),
            TextColumn("fits,{task.fields[rate]}", table_column=Column(no_wrap=True)),
            TimeRemainingColumn(compact=True),
            TextColumn("left{task.fields[best]}", table_column=Column(no_wrap=True)),
        )
        self._progress = Progress(*columns, console=Console(file=stream), expand=True, speed_estimate_period=3600)
        self._task: TaskID = self._progress.add_task(name, total=num_fits, rate="", best="")
        self._progress.start()

    def advance(self) -> None:
        self._progress.advance(self._task)
        task = self._progress.tasks[self._task]
        self._progress.update(self._task, rate=_rate(task.completed / task.elapsed) if task.elapsed else "")

    def show_best(self, skill: float) -> None:
        if math.isfinite(skill):
            self._progress.update(self._task, best=f", best skill {_percent(skill)}")

    def stop(self) -> None:
        self._progress.stop()


def _opening(start: SweepStart) -> str:
    series = start.series
    first, last = (str(time)[:10] for time in (series.timestamps[0], series.timestamps[-1]))
    fits = f"{_counted(start.num_trials, 'trial')} x {_counted(start.seeds, 'seed')}"
    return (
        f"Sweep {start.name}: {len(series):,} bars of {series.name}, {first} to {last}; "
        f"{fits}, up to {_counted(start.epochs, 'epoch')}"
    )


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _rate(per_second: float) -> str:
    return f" {per_second:.3g} fits/s," if per_second >= 1 else f" {1 / per_second:.3g} s/fit,"


def _skill(score: float) -> float:
    return -math.expm1(score)


def _percent(share: float) -> str:
    return f"{100 * share:+.2f} %"


def _came_to(result: TrialResult) -> str:
    if result.status is not FitStatus.COMPLETED:
        messages = [outcome.message for outcome in result.outcomes if outcome.message]
        return ": ".join([str(result.status), *messages[:1]])
    spread = f"±{result.score_std:.4f}" if math.isfinite(result.score_std) else ""
    return f"skill {_percent(_skill(result.score))} (score {result.score:.4f}{spread})"
