"""What a live process begins with: its source, its first version, and who retrains."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lstm_sweep.config import DataConfig, LiveConfig, iso_time
from lstm_sweep.data.bars import bar_length
from lstm_sweep.data.load import load_series
from lstm_sweep.errors import require
from lstm_sweep.live.follow.reloaded import ReloadedSource
from lstm_sweep.live.follow.source import Source
from lstm_sweep.live.follow.stored import StoredSource
from lstm_sweep.live.follower import Follower
from lstm_sweep.live.opening import LIVE, Asked, bars_kept, folder_name, last_bar
from lstm_sweep.live.record.lines import CHAMPION
from lstm_sweep.live.retraining_runs import Retrainer
from lstm_sweep.live.version_files import save_version


def check_lengths(live: LiveConfig) -> None:
    """Refuse what is no length of time, before anything is opened."""
    for name in ("expire", "retrain"):
        if getattr(live, name) is not None:
            bar_length(f"live.{name}", getattr(live, name))


def open_source(asked: Asked, data: DataConfig) -> Source:
    """The series that is followed, or a stored one that is replayed from where the journal ends.

    Raises:
        UserError: where it cannot be read, or nothing is left to replay.
    """
    network, live = asked.winner.members[0], asked.live
    if live.replay is None:
        return ReloadedSource(data, network.features, network.is_signed, live, bars_kept(asked.winner))
    series = load_series(data, network.features, network.is_signed)
    newest = last_bar(LIVE / folder_name(asked))
    if newest is not None:
        first = int(np.searchsorted(series.timestamps, np.datetime64(newest, "ns"), side="right"))
    elif live.begin is not None:
        first = int(np.searchsorted(series.timestamps, iso_time("live.begin", live.begin)))
    else:
        first = int(np.searchsorted(series.timestamps, np.datetime64(asked.winner.facts.unseen_from)))
    require(
        newest is not None or 0 < first < len(series),
        f"a replay needs bars before and after the first that is forecast, but {series.name} has {first} and "
        f"{len(series) - first}: set live.begin to a time between {series.timestamps[0]} and {series.timestamps[-1]}.",
    )
    return StoredSource(series, first, live.replay)


def begin_champion(follower: Follower, asked: Asked) -> None:
    """The version that was asked for is the champion, unless it is already."""
    at_work = follower.state.roles.get(CHAMPION)
    if at_work is None or at_work.line.folder != save_version(follower.folder, asked.winner):
        why = "the process begins" if at_work is None else "it was asked for"
        follower.begin_version(CHAMPION, asked.winner, asked.version, why)


def open_retrainer(asked: Asked, folder: Path, settings: Sequence[str]) -> Retrainer | None:
    """Who retrains, or None where nobody does.

    Args:
        asked: of the process.
        folder: live/<name>/.
        settings: where the command `retrain` finds model and prices.
    """
    live: LiveConfig = asked.live
    if live.retrain is None:
        return None
    every = bar_length("live.retrain", live.retrain)
    return Retrainer(asked.model, every, settings, folder, names_newest=live.replay is not None)
