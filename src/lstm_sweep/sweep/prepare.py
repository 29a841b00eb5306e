"""Everything that is checked and claimed before a sweep trains or logs anything."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lstm_sweep.config import Config
from lstm_sweep.data.load import load_series
from lstm_sweep.data.series import Series
from lstm_sweep.provenance.environment import environment
from lstm_sweep.search.candidates import all_features, takes_any_sign
from lstm_sweep.search.space import SearchSpace, build_space
from lstm_sweep.storage.folder import SweepFolder, claim_folder, read_config
from lstm_sweep.storage.history import History
from lstm_sweep.sweep.interruption import disk_errors_explained
from lstm_sweep.sweep.preflight import check_beginning, check_names, check_windows
from lstm_sweep.sweep.resuming import changes, refuse_changes
from lstm_sweep.timing import Clock
from lstm_sweep.tracking.destination import find_destination
from lstm_sweep.training.build import build_runner, describe_runner
from lstm_sweep.training.runner import Runner


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
        logged_to: where in MLflow, for people.
    """

    config: Config
    space: SearchSpace
    series: Series
    runner: Runner
    folder: Path
    history: History
    environment: dict[str, Any]
    changes: list[str]
    logged_to: str


@contextmanager
def prepared(config: Config, clock: Clock) -> Iterator[Sweep]:
    """Check a sweep, load its data, and hold its folder while in the block.

    Args:
        config: of the sweep.
        clock: times the loading.

    Raises:
        UserError: where the config or the data is wrong, or the disk cannot be written.
    """
    space = build_space(config)
    # Before anything makes an array: JAX's settings hold from its first use.
    runner = build_runner(config.runner)
    check_names(config, space)
    check_beginning(config, space)
    with clock.stage("data"):
        series = load_series(config.data, all_features(config, space), takes_any_sign(config, space))
        check_windows(config, space, series)
    with claim_folder(config.name, config.resume) as place, disk_errors_explained(place.path):
        yield _claimed(config, space, series, runner, place)


def _claimed(config: Config, space: SearchSpace, series: Series, runner: Runner, place: SweepFolder) -> Sweep:
    is_new = place.history.start is None
    if not is_new and config.resume != "force":
        refuse_changes(place.path, place.history, config, series)
    made_by = environment(config.runner, describe_runner(config.runner))
    began = None if is_new else read_config(place.path)
    destination = find_destination(config.tracking, began)
    # A sweep that is resumed bears the name that it began with.
    name = config.name if began is None else began["name"]
    return Sweep(
        config=replace(config, name=name, tracking=destination.config),
        space=space,
        series=series,
        runner=runner,
        folder=place.path,
        history=place.history,
        environment=made_by,
        changes=[] if is_new else changes(place.path, place.history, config, series, made_by),
        logged_to=destination.text,
    )
