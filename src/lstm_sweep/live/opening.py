"""The folder of a live process: begun anew, or continued where its journal ends."""

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import final

import numpy as np

from lstm_sweep.config import LiveConfig
from lstm_sweep.data.bars import bar_length
from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError, require
from lstm_sweep.invocation import spelled
from lstm_sweep.live.follow.source import FeedError, Source
from lstm_sweep.live.follower import Clock, Follower, changed_rows, values_at
from lstm_sweep.live.record.journal import LiveJournal, read_journal
from lstm_sweep.live.record.lines import JOURNAL, BarLine, BeginLine
from lstm_sweep.live.state import LiveState
from lstm_sweep.live.winner import SweepWinner
from lstm_sweep.locks import HeldError, holding
from lstm_sweep.stats.conformal import CALIBRATION

LIVE = Path("live")
"""The folder of all live processes."""

_LOCK = "lock"
_SPARE = 512
"""Bars that are kept beside those that the first version needs: a later one may read more."""


@final
@dataclass(frozen=True)
class Asked:
    """What a live process was asked to do.

    Attributes:
        live: its settings.
        model: what it works with ('btc', 'sweep dropout').
        winner: that begins, and `version` its number in the registry, or 'sweep'.
        timed: whether bars have times, and `zone` whose clock the market keeps.
    """

    live: LiveConfig
    model: str
    winner: SweepWinner
    version: str
    timed: bool = True
    zone: str | None = None


@contextmanager
def opened(asked: Asked, source: Source, clock: Clock = time.time) -> Iterator[Follower]:
    """A follower that stands where its journal ends, and tells the time by `clock`, while in the block.

    Raises:
        UserError: where another process works in the folder, the journal is another model's, or the source cannot be
            read.
    """
    folder = LIVE / folder_name(asked)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with holding(folder / _LOCK, wait=False), LiveJournal(folder) as journal:
            state = read_state(folder) or _begun(asked, source, journal, folder)
            _refuse_other(state, asked, _first_look(source))
            expire = asked.live.expire
            longest = None if expire is None else bar_length("live.expire", expire)
            yield Follower(state, journal, source, longest, clock)
    except UserError:
        journal_file = folder / JOURNAL
        if journal_file.exists() and not journal_file.stat().st_size:  # nothing has begun: leave nothing behind
            shutil.rmtree(folder)
        raise
    except HeldError:
        raise UserError(
            f"{folder} must be free, but another process works there: stop it, or choose another live.name."
        ) from None


def folder_name(asked: Asked) -> str:
    """Of its folder below live/, with signs that every file system takes."""
    return asked.live.name or _as_name(asked.model)


def find_folder(model: str) -> Path:
    """The folder of what works, or worked, with a model ('btc', 'sweep dropout'), or of a name of its own.

    Raises:
        UserError: where there is none, with those that there are.
    """
    folder = LIVE / _as_name(model)
    names = sorted(path.parent.name for path in LIVE.glob(f"*/{JOURNAL}") if path.stat().st_size)
    require(
        folder.name in names,
        f"{folder} must hold the journal of a live process, but has none: "
        + (f"choose live.name={' or '.join(names[:8])}." if names else f"start one with {spelled('serve')}."),
    )
    return folder


def _as_name(model: str) -> str:
    return re.sub(r"[^\w.-]+", "-", model).strip("-.")


def bars_kept(winner: SweepWinner) -> int:
    """Past bars that are kept at hand, for forecasts and for what intervals are learned from."""
    return max(winner.rows_read, _SPARE) + 2 * CALIBRATION + winner.horizon


def last_bar(folder: Path) -> int | None:
    """Time of the newest bar in the journal of a folder, nanoseconds since 1970; None where it has not begun."""
    newest, missing = None, 1
    for line in read_journal(folder):
        if isinstance(line, BeginLine):
            missing = line.history
        elif isinstance(line, BarLine):
            newest, missing = line.time, missing - 1
    return newest if missing <= 0 else None


def read_state(folder: Path) -> LiveState | None:
    """What the journal in a folder comes to; None where it has not begun, or was killed as it did."""
    state = None
    for line in read_journal(folder):
        if isinstance(line, BeginLine):
            state = LiveState(line, folder)
        elif state is not None:
            state.apply(line)
    return state if state is not None and len(state.bars) >= state.begin.history else None


def _begun(asked: Asked, source: Source, journal: LiveJournal, folder: Path) -> LiveState:
    """The first lines, all of them or none: what the process rests on, and the bars before it."""
    series, winner = _first_look(source), asked.winner
    require(
        len(series) > winner.first_origin,
        f"a forecast needs {winner.first_origin + 1} past bars, but {series.name} has {len(series)}: begin later, or "
        "bring more.",
    )
    keep = bars_kept(winner)
    begin = BeginLine(
        name=folder.name,
        model=asked.model,
        series=series.name,
        features=tuple(series.covariates),
        signed=winner.members[0].is_signed,
        timed=asked.timed,
        step=int(np.median(np.diff(series.timestamps).astype(np.int64))),
        zone=asked.zone,
        coverage=asked.live.coverage,
        alpha=asked.live.alpha,
        keep=keep,
        history=min(keep, len(series)),
        timestamp=time.time_ns() // 1_000_000,
    )
    times = series.timestamps.astype(np.int64)
    rows = range(len(series) - begin.history, len(series))
    bars = [
        BarLine(time=int(times[row]), values=values_at(series, row), filled=bool(series.filled[row])) for row in rows
    ]
    journal.write(begin, *bars)
    state = LiveState(begin, folder)
    for line in bars:
        state.apply(line)
    return state


def _first_look(source: Source) -> Series:
    try:
        return source.look().series
    except FeedError as error:
        raise UserError(f"the prices must be there to begin, but {error}") from None


def _refuse_other(state: LiveState, asked: Asked, series: Series) -> None:
    """A journal goes on with what it began with."""
    begin, folder = state.begin, LIVE / state.begin.name
    known, now = (begin.model, *begin.features), (asked.model, *series.covariates)
    require(
        known == now,
        f"{folder} must go on as it began, with {' and '.join(known)}, but is asked for {' and '.join(now)}: choose "
        "another live.name.",
    )
    settled = {"live.coverage": (begin.coverage, asked.live.coverage), "live.alpha": (begin.alpha, asked.live.alpha)}
    for setting, (before, wanted) in settled.items():
        require(
            before == wanted,
            f"{folder} must continue with what its judgement rests on, {setting}={before:g}, but is asked for "
            f"{wanted:g}: write {setting}={before:g}, or choose another live.name.",
        )
    both = np.isin(state.bars.series().timestamps, series.timestamps).sum()
    changed = len(changed_rows(state, series))
    require(
        both == 0 or changed < both / 2,
        f"{folder} must go on with the prices that it began with ({begin.series}), but {changed} of {both} bars have "
        f"others in {series.name}: choose another live.name.",
    )
