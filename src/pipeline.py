"""A sweep from its config to its verdict, stage by stage."""

import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from src.checks import all_features, candidates, check_names, check_windows
from src.clock import Clock
from src.config import Config
from src.errors import UserError
from src.evaluation.conclusion import conclude
from src.fits import Runner, TrialResult
from src.journal import Journal
from src.runners.build import build_runner
from src.search.oracles import build_oracle
from src.search.space import SearchSpace, build_space
from src.series.load import load_series
from src.series.series import Series
from src.sweep_folder import claim_folder
from src.tracking.tracker import SweepStart, Tracker
from src.tracking.trackers import build_trackers
from src.tuner import Listeners, tune


@dataclass(frozen=True)
class Sweep:
    """A sweep that has passed every check.

    Attributes:
        config: its settings.
        space: what is swept.
        series: the prices.
        runner: what trains.
        folder: sweeps/<name>/.
        trackers: who hears of it.
    """

    config: Config
    space: SearchSpace
    series: Series
    runner: Runner
    folder: Path
    trackers: Sequence[Tracker]


def run_sweep(config: Config, started: float) -> None:
    """Check a sweep, load its data, search, evaluate, and leave everything where people look for it.

    Args:
        config: the sweep.
        started: `time.perf_counter()` when the process began.

    Raises:
        UserError: before anything is trained or logged, where the config or the data is wrong.
    """
    clock = Clock(started, {"import": time.perf_counter() - started})
    space = build_space(config)
    # Before anything makes an array: how many devices JAX has is settled by its first use.
    runner = build_runner(config.runner)
    check_names(config, space)
    with clock.stage("data"):
        series = load_series(config.data, all_features(config, space))
        check_windows(config, space, series)
    folder = claim_folder(config.name)
    sweep = Sweep(config, space, series, runner, folder, build_trackers(config.tracking, folder, sys.stdout))
    with _closing(sweep.trackers):
        with clock.stage("search"):
            results = _search(sweep)
        conclusion = conclude(config, series, folder, space.paths, results, clock)
        for tracker in sweep.trackers:
            for trial_id, scores in conclusion.scores.items():
                tracker.log_scores(trial_id, scores)
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


def _search(sweep: Sweep) -> list[TrialResult]:
    config = sweep.config
    oracle = build_oracle(config.tuner, sweep.space, config.seed, config.training.epochs, sweep.folder / "oracle")
    _start_trackers(sweep, oracle.num_trials)
    (sweep.folder / "config.yaml").write_text(yaml.safe_dump(asdict(config), sort_keys=False))
    with Journal(sweep.folder) as journal:
        return tune(config, sweep.series, oracle, sweep.runner, Listeners(journal, sweep.trackers))


def _start_trackers(sweep: Sweep, num_trials: int) -> None:
    start = SweepStart(
        name=sweep.folder.name,
        folder=sweep.folder,
        config=asdict(sweep.config),
        series=sweep.series,
        swept=sweep.space.paths,
        num_trials=num_trials,
        seeds=sweep.config.seeds,
        epochs=max(candidates(sweep.config, sweep.space, "training.epochs")),
    )
    try:
        for tracker in sweep.trackers:
            tracker.start_sweep(start)
    except UserError:
        # Nothing has been trained: leave no folder behind that looks like an interrupted sweep.
        shutil.rmtree(sweep.folder)
        raise
