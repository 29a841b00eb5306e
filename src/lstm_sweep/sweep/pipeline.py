"""A sweep from its config to its verdict, stage by stage."""

import gc
import logging
import shutil
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from lstm_sweep.config import Config, HyperbandTuner
from lstm_sweep.data.load import load_series
from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError
from lstm_sweep.provenance.environment import environment
from lstm_sweep.provenance.git import git_commit
from lstm_sweep.redaction import masked_settings
from lstm_sweep.report.page.build import write_report
from lstm_sweep.search.candidates import all_features, candidates
from lstm_sweep.search.oracles import Oracle, build_oracle
from lstm_sweep.search.space import SearchSpace, build_space
from lstm_sweep.storage.cache import FitCache
from lstm_sweep.storage.encoding import read_lines
from lstm_sweep.storage.facts import DataFacts, SweepStart
from lstm_sweep.storage.files import replacing
from lstm_sweep.storage.fit_files import FitFiles
from lstm_sweep.storage.folder import COMMAND, SWEEPS, SweepFolder, claim_folder, read_config, write_config
from lstm_sweep.storage.history import History
from lstm_sweep.storage.journal import Journal
from lstm_sweep.storage.lines import StartLine
from lstm_sweep.sweep.conclusion import Conclusion, Search, conclude
from lstm_sweep.sweep.extra_seeds import add_seeds
from lstm_sweep.sweep.loop import tune
from lstm_sweep.sweep.preflight import check_names, check_windows
from lstm_sweep.sweep.recorder import Recorder
from lstm_sweep.sweep.resuming import changes, refuse_changes, repeating_command
from lstm_sweep.sweep.stopping import Stopping
from lstm_sweep.sweep.train_fits import Training
from lstm_sweep.timing import Clock
from lstm_sweep.tracking.build import build_trackers
from lstm_sweep.tracking.tracker import TrackedSweep, Tracker
from lstm_sweep.training.build import build_runner, describe_runner
from lstm_sweep.training.runner import Runner
from lstm_sweep.trials.outcome import TrialResult


@dataclass(frozen=True)
class Sweep:
    """A sweep that has passed every check.

    Attributes:
        config: its settings.
        space: what is swept.
        series: the prices.
        runner: what trains.
        folder: sweeps/<name>/.
        history: what happened to it before.
        environment: what computes its numbers beside the settings: libraries, devices, own sources.
        changes: what of all that is not as it was when the sweep began.
    """

    config: Config
    space: SearchSpace
    series: Series
    runner: Runner
    folder: Path
    history: History
    environment: dict[str, Any]
    changes: list[str]


class Interrupted(BaseException):
    """The sweep was asked to stop, and can go on.

    Attributes:
        signal: number of the signal that asked.
    """

    def __init__(self, signal: int, sentence: str) -> None:
        super().__init__(sentence)
        self.signal = signal


def run_sweep(config: Config, command: str, started: float) -> None:
    """Check a sweep, load its data, search, evaluate, and leave everything where people look for it.

    Args:
        config: the sweep.
        command: content of the file that tells what was typed, kept where the sweep is new.
        started: `time.perf_counter()` when the process began.

    Raises:
        UserError: before anything is trained or logged, where the config or the data is wrong.
        Interrupted: once asked to stop by a signal; what has finished is kept.
    """
    clock = Clock(started, {"import": time.perf_counter() - started})
    space = build_space(config)
    # Before anything makes an array: JAX's settings hold from its first use.
    runner = build_runner(config.runner)
    check_names(config, space)
    with clock.stage("data"):
        series = load_series(config.data, all_features(config, space))
        check_windows(config, space, series)
    with claim_folder(config.name, config.resume) as place, _full_disk_explained(place.path):
        settled = _settled(config, place, series)
        made_by = environment(config.runner, describe_runner(config.runner))
        changed = _changed(config, place, series, made_by)
        sweep = Sweep(settled, space, series, runner, place.path, place.history, made_by, changed)
        if place.history.start is None:
            with replacing(sweep.folder / COMMAND) as unfinished:
                unfinished.write_text(command)
        with Journal(sweep.folder) as journal:
            _run(sweep, journal, clock)


def _settled(config: Config, place: SweepFolder, series: Series) -> Config:
    """The config of a sweep that goes on bears the name that it began with; other settings must not differ."""
    if place.history.start is None:
        return config
    if config.resume != "force":
        refuse_changes(place.path, place.history, masked_settings(asdict(config)), series)
    return replace(config, name=read_config(place.path)["name"])


def _changed(config: Config, place: SweepFolder, series: Series, made_by: dict[str, Any]) -> list[str]:
    if place.history.start is None:
        return []
    return changes(place.path, place.history, masked_settings(asdict(config)), series, made_by)


def _run(sweep: Sweep, journal: Journal, clock: Clock) -> None:
    config, history = sweep.config, sweep.history
    stopping = Stopping(config.budget, clock.started, history.seconds)
    shutil.rmtree(sweep.folder / "oracle", ignore_errors=True)
    oracle = build_oracle(config.tuner, sweep.space, config.seed, config.training.epochs, sweep.folder / "oracle")
    trackers = build_trackers(config.tracking, sweep.folder, sys.stdout)
    with _closing(trackers):
        _start(sweep, journal, trackers, oracle.num_trials)
        # What was imported is here to stay: looking through it for garbage would hold every thread that trains.
        gc.freeze()
        with clock.stage("search"), stopping.listening():
            results = _search(sweep, journal, trackers, oracle, stopping)
        if stopping.signal is not None:
            raise Interrupted(stopping.signal, _how_to_go_on(sweep.folder))
        search = Search(
            config=config,
            series=sweep.series,
            folder=sweep.folder,
            swept=sweep.space.paths,
            results=results,
            usd=stopping.usd,
            stopped=_limit(config, stopping, len(results), oracle.num_trials),
            command=repeating_command(sweep.folder),
        )
        _tell(_with_report(sweep.folder, conclude(search, clock)), journal, trackers)
        for kind in ("checkpoints", "states", "oracle"):
            shutil.rmtree(sweep.folder / kind, ignore_errors=True)


def _start(sweep: Sweep, journal: Journal, trackers: Sequence[Tracker], num_trials: int) -> None:
    plain = masked_settings(asdict(sweep.config))
    write_config(sweep.folder, plain)
    journal.write_start(_facts(sweep, num_trials))
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


def _facts(sweep: Sweep, num_trials: int) -> SweepStart:
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
    )


def _search(
    sweep: Sweep, journal: Journal, trackers: Sequence[Tracker], oracle: Oracle, stopping: Stopping
) -> list[TrialResult]:
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
    if config.evaluation.extra_seeds and not stopping.must_stop():
        return add_seeds(config, results, training)
    return results


def _limit(config: Config, stopping: Stopping, num_results: int, num_trials: int) -> str:
    """What ended the search before its last trial, in words."""
    if num_results >= num_trials:
        return ""
    if stopping.is_out_of_budget:
        spent = f"{stopping.seconds:.0f} seconds" + (f", {stopping.usd:.2f} USD" if stopping.usd is not None else "")
        return f"the budget was spent ({spent}) after {num_results} of {num_trials} trials"
    if config.budget.fits is not None:
        return f"budget.fits={config.budget.fits} was spent after {num_results} of {num_trials} trials"
    return ""


def _with_report(folder: Path, conclusion: Conclusion) -> Conclusion:
    """The conclusion, with the report among its files where one could be written."""
    try:
        report = write_report(folder)
    except Exception as error:  # a sweep that has found its numbers does not fail for a picture of them
        warn = "report.html could not be written (%s: %s); python -m src.report sweep=%s tries again"
        logging.getLogger(__name__).warning(warn, type(error).__name__, error, folder.name)
        return conclusion
    end = conclusion.end
    return replace(conclusion, end=replace(end, files=(*end.files, report.name)))


def _tell(conclusion: Conclusion, journal: Journal, trackers: Sequence[Tracker]) -> None:
    for trial_id, scores in conclusion.scores.items():
        if journal.write_scores(trial_id, scores):
            for tracker in trackers:
                tracker.log_scores(trial_id, scores)
    journal.write_end(conclusion.end)
    for tracker in trackers:
        tracker.end_sweep(conclusion.end)


@contextmanager
def _closing(trackers: Sequence[Tracker]) -> Iterator[None]:
    finished = False
    try:
        yield
        finished = True
    finally:
        for tracker in trackers:
            tracker.close(failed=not finished)


@contextmanager
def _full_disk_explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(
            f"{error.filename or folder} must be writable, but is not ({error.strerror}): make room or set its "
            f"permissions. {_how_to_go_on(folder)}"
        ) from error


def _how_to_go_on(folder: Path) -> str:
    return f"What has finished is kept; go on with: python -m src.sweep name={folder.name} resume=true"
