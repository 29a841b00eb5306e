"""Which runs TensorBoard is given: a folder of links to those of the chosen sweeps, beside what describes them."""

import math
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from lstm_sweep.storage.encoding import read_lines
from lstm_sweep.storage.folder import SUMMARY
from lstm_sweep.storage.lines import TrialEndLine, TrialLine
from lstm_sweep.storage.readable import UnreadableError, read_settings, read_summary
from lstm_sweep.timing import now
from lstm_sweep.tracking.tensorboard.chosen import RUNS
from lstm_sweep.tracking.tensorboard.columns import columns_summary
from lstm_sweep.tracking.tensorboard.events import EventFile
from lstm_sweep.tracking.tensorboard.run_names import VERDICT, find_run_name
from lstm_sweep.tracking.tensorboard.verdict_text import overview_text
from lstm_sweep.trials.spec import Trial

OVERVIEW = "verdicts"
"""The run of the verdicts of several sweeps; what it is called tells it from the runs of each of them."""

_OLD_VERDICT = "sweep"
"""The run in which older versions wrote the verdict."""

_FIRST = (VERDICT, _OLD_VERDICT, "naive")
"""Runs that come before trials."""

_FILES = "*tfevents*"


class ShownRuns:
    """Links below one folder, so that runs are called by what they are, after their sweep where there are several.

    Attributes:
        run_of_verdict: the run that says what came out.
        num_runs: linked so far, and the one that describes them.
        num_left_out: runs that there was no room for.
        remarks: sentences: what could not be read.
    """

    def __init__(self, root: Path, sweeps: Sequence[Path], most_runs: int | None) -> None:
        """Nothing is linked yet.

        Args:
            root: an empty folder.
            sweeps: folders of sweeps.
            most_runs: None for all.
        """
        self._root, self._sweeps, self._most_runs = root, sweeps, most_runs
        self._linked: set[Path] = set()
        self._several = len(sweeps) > 1
        self.run_of_verdict = OVERVIEW if self._several else VERDICT
        self.num_runs, self.num_left_out = 1, 0
        self.remarks: list[str] = []

    def describe(self) -> None:
        """Write the columns of the HParams tab, and for several sweeps all verdicts in one table."""
        timestamp = now()
        with EventFile(self._root / self.run_of_verdict, timestamp) as run:
            run.write_summary(columns_summary([self._settings(sweep) for sweep in self._sweeps]), timestamp)
            if self._several:
                verdicts = {sweep.name: _verdict(sweep) for sweep in self._sweeps}
                run.write_text(VERDICT, overview_text(verdicts), timestamp)

    def link(self) -> None:
        """Link what is not linked yet, as far as there is room.

        Verdicts and naive come first, then trials, the best of each sweep before the second of any, then baselines.
        """
        if self.num_left_out:
            return
        runs = (run for sweep in self._sweeps for run in sorted(Path(sweep, RUNS).glob("*")))
        sizes = {run: len(list(run.rglob(_FILES))) for run in runs if run not in self._linked}
        found = [run for run, size in sizes.items() if size]  # others are just being made
        room = math.inf if self._most_runs is None else self._most_runs - self.num_runs
        for run in found if sum(sizes.values()) <= room else _best_first(self._sweeps, found):
            num_more = 0 if self._is_ours(run) else sizes[run]
            if num_more > room:
                self.num_left_out += num_more
            else:
                room -= num_more
                self.num_runs += num_more
                self._link(run)

    def _settings(self, sweep: Path) -> dict[str, Any]:
        """The settings of a sweep, or nothing where they are lost, which is said."""
        try:
            return read_settings(sweep)
        except UnreadableError as error:
            self.remarks.append(f"{sweep.name}: {error}, so what only this sweep has swept has no column.")
            return {}

    def _is_ours(self, run: Path) -> bool:
        """Whether it is the verdict of one sweep alone, which shares its run with what describes all."""
        return not self._several and run.name in (VERDICT, _OLD_VERDICT)

    def _link(self, run: Path) -> None:
        """Link a run; that of a verdict file by file, under its present name, and beside what may be ours."""
        place = self._root / run.parent.parent.name if self._several else self._root
        is_verdict = run.name in (VERDICT, _OLD_VERDICT)
        target = place / (VERDICT if is_verdict else run.name)
        links = {target / file.name: file for file in run.iterdir()} if is_verdict else {target: run}
        for link, linked in links.items():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(linked.absolute())
        self._linked.add(run)


def _best_first(sweeps: Sequence[Path], found: Sequence[Path]) -> list[Path]:
    known = set(found)
    trials = zip_longest(*map(_ranked_trials, sweeps))
    ranked = [run for rank in trials for run in rank if run in known]
    first = [run for run in found if run.name in _FIRST]
    return list(dict.fromkeys([*first, *ranked, *found]))


def _ranked_trials(sweep: Path) -> list[Path]:
    """The folders of trials that have ended, best first."""
    trials: dict[str, Trial] = {}
    scores: dict[str, float] = {}
    for _, line in read_lines(sweep):
        if isinstance(line, TrialLine):
            trials[line.trial_id] = line.trial
        elif isinstance(line, TrialEndLine) and line.trial_id in trials:
            scores[line.trial_id] = line.score if math.isfinite(line.score) else math.inf
    folder = sweep / RUNS
    ranked = sorted(scores, key=lambda each: scores[each])
    # With its number or without it: only one of both is there, and it needs no settings, which may be lost, to tell.
    return [folder / find_run_name(folder, trials[each], recur) for each in ranked for recur in (False, True)]


def _verdict(sweep: Path) -> str:
    """The sentence of a sweep, that it has not ended, or why nobody knows."""
    if not (sweep / SUMMARY).exists():
        return "not finished"
    try:
        verdict = read_summary(sweep).get("verdict")
    except UnreadableError as error:
        return f"no verdict: {error}"
    sentence = verdict.get("sentence") if isinstance(verdict, dict) else None
    return sentence if isinstance(sentence, str) else f"no verdict: {SUMMARY} is not as the sweep wrote it"
