"""A sweep from its config to its verdict, stage by stage."""

import gc
import shutil
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from lstm_sweep.config import Config, HyperbandTuner
from lstm_sweep.errors import UserError
from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.provenance.git import git_commit
from lstm_sweep.redaction import redacted_settings
from lstm_sweep.report.table.layout import format_table, width_of
from lstm_sweep.search.candidates import candidates
from lstm_sweep.search.cut import draw, num_drawn, search_notes
from lstm_sweep.search.grid import Point
from lstm_sweep.search.oracles import Oracle, build_oracle
from lstm_sweep.storage.cache import FitCache
from lstm_sweep.storage.encoding import read_lines
from lstm_sweep.storage.facts import DataFacts, SweepStart
from lstm_sweep.storage.files import replacing
from lstm_sweep.storage.fit_files import FitFiles
from lstm_sweep.storage.folder import COMMAND, SWEEPS, write_config
from lstm_sweep.storage.journal import Journal
from lstm_sweep.storage.lines import StartLine
from lstm_sweep.sweep.asked import begin
from lstm_sweep.sweep.conclusion import Concluded, conclude
from lstm_sweep.sweep.extra_seeds import add_seeds
from lstm_sweep.sweep.interruption import Interrupted, resumable
from lstm_sweep.sweep.last_lines import last_lines
from lstm_sweep.sweep.loop import tune
from lstm_sweep.sweep.prepare import Sweep, prepared
from lstm_sweep.sweep.recorder import Recorder
from lstm_sweep.sweep.resuming import repeating_command
from lstm_sweep.sweep.stopping import Stopping, limit_reached
from lstm_sweep.sweep.train_fits import Training
from lstm_sweep.timing import Clock
from lstm_sweep.tracking.build import build_trackers
from lstm_sweep.tracking.tracker import TrackedSweep, Tracker

__all__ = ["Interrupted", "run_sweep"]


def run_sweep(config: Config, command: str, started: float) -> Path:
    """Check a sweep, load its data, search, evaluate, and leave everything where people look for it.

    Args:
        config: the sweep.
        command: content of the file that tells what was typed, kept where the sweep is new.
        started: `time.perf_counter()` when the process began.

    Returns:
        The folder of the sweep, sweeps/<name>/.

    Raises:
        UserError: before anything is trained or logged, where the config or the data is wrong.
        Interrupted: once asked to stop by a signal; what has finished is kept.
    """
    clock = Clock(started, {"import": time.perf_counter() - started})
    with prepared(config, clock) as sweep:
        if sweep.history.start is None:
            with replacing(sweep.folder / COMMAND) as unfinished:
                unfinished.write_text(command)
        with Journal(sweep.folder) as journal, resumable(sweep.folder):
            _run(sweep, journal, clock)
    return sweep.folder


def _run(sweep: Sweep, journal: Journal, clock: Clock) -> None:
    config, folder = sweep.config, sweep.folder
    stopping = Stopping(config.budget, clock.started, sweep.history.seconds)
    shutil.rmtree(folder / "oracle", ignore_errors=True)
    first = draw(config, sweep.space, _num_drawn(sweep))
    oracle = build_oracle(config.tuner, sweep.space, config.seed, config.training.epochs, folder / "oracle", first)
    trackers = build_trackers(config.tracking, folder, sys.stdout, sweep.logged_to)
    with _closing(trackers):
        begin()
        start = _start(sweep, journal, trackers, _facts(sweep, oracle.num_trials, first))
        # What was imported is here to stay: looking through it for garbage would hold every thread that trains.
        gc.freeze()
        with clock.stage("search"), stopping.listening():
            search = _search(sweep, journal, trackers, oracle, stopping)
        if stopping.signal is not None:
            raise Interrupted(stopping.signal, folder)
        stopped = limit_reached(config.budget, stopping, len(search.results), oracle.num_trials)
        search = replace(
            search, usd=stopping.usd, stopped=stopped, command=repeating_command(folder), notes=start.notes
        )
        concluded = conclude(search, clock)
        _end(concluded, journal, trackers)
        width = width_of(sys.stdout)
        print(format_table(concluded.board, concluded.above, width=width, signed=sweep.series.is_signed), flush=True)
        for kind in ("checkpoints", "states", "oracle"):
            shutil.rmtree(folder / kind, ignore_errors=True)
    # A tracker that is closed has delivered everything, or said why not.
    addresses = [tracker.address() for tracker in trackers]
    print(*last_lines(search, concluded, addresses, width), sep="\n", flush=True)


def _start(sweep: Sweep, journal: Journal, trackers: Sequence[Tracker], facts: SweepStart) -> SweepStart:
    """Tell everybody; what the sweep was when it first started."""
    plain = redacted_settings(asdict(sweep.config))
    write_config(sweep.folder, plain)
    journal.write_start(facts)
    journal.write_run(sweep.history.num_runs, sweep.changes)
    lines = [line for _, line in read_lines(sweep.folder)]
    start = next(line.start for line in lines if isinstance(line, StartLine))
    tracked = TrackedSweep(start, sweep.folder, plain)
    try:
        for tracker in trackers:
            tracker.start_sweep(tracked, lines if sweep.history.start else [])
    except UserError:
        if sweep.history.start is None:
            # Nothing has been trained: leave no folder behind that looks like an interrupted sweep.
            shutil.rmtree(sweep.folder)
        raise
    return start


def _num_drawn(sweep: Sweep) -> int:
    """A sweep continues with the trials that it began with, whatever it may try now."""
    began = sweep.history.start
    return num_drawn(sweep.config, sweep.space) if began is None else began.num_drawn


def _facts(sweep: Sweep, num_trials: int, first: Sequence[Point]) -> SweepStart:
    config = sweep.config
    return SweepStart(
        sweep_id=uuid.uuid4().hex,
        name=sweep.folder.name,
        data=DataFacts.of(sweep.series),
        swept=tuple(sweep.space.paths),
        num_trials=num_trials,
        seeds=config.seeds,
        folds=config.evaluation.folds if config.evaluation.folds > 1 else None,
        epochs=max(candidates(config, sweep.space, "training.epochs")),
        environment=sweep.environment,
        commit=git_commit(),
        num_drawn=len(first),
        notes=search_notes(config, sweep.space, first),
    )


def _search(
    sweep: Sweep, journal: Journal, trackers: Sequence[Tracker], oracle: Oracle, stopping: Stopping
) -> EndedSearch:
    config = sweep.config
    content = {**sweep.environment, "data": sweep.series.digest}
    recorder = Recorder(
        journal=journal,
        files=FitFiles(sweep.folder),
        history=sweep.history,
        cache=FitCache(SWEEPS, sweep.folder, content, config.cache),
        trackers=trackers,
        asked_to_stop=stopping.must_stop,
        keeps_states=isinstance(config.tuner, HyperbandTuner),
    )
    training = Training(sweep.series, sweep.runner, recorder)
    results = tune(config, oracle, training)
    search = EndedSearch(config, sweep.series, sweep.folder, sweep.space.paths, results)
    if config.evaluation.extra_seeds and not stopping.must_stop():
        return add_seeds(search, training)
    return search


def _end(concluded: Concluded, journal: Journal, trackers: Sequence[Tracker]) -> None:
    for trial_id, each in concluded.scores.items():
        if journal.write_scores(trial_id, each):
            for tracker in trackers:
                tracker.log_scores(trial_id, each)
    journal.write_end(concluded.end)
    for tracker in trackers:
        tracker.end_sweep(concluded.end)


@contextmanager
def _closing(trackers: Sequence[Tracker]) -> Iterator[None]:
    finished = False
    try:
        yield
        finished = True
    finally:
        for tracker in trackers:
            tracker.close(failed=not finished)
