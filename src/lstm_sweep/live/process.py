"""A live process at work: it follows, forecasts and judges in one thread, and answers from any."""

import queue
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from typing import final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.config import LiveConfig
from lstm_sweep.errors import UserError
from lstm_sweep.live.at_work import ExpiredError
from lstm_sweep.live.follow.source import FeedError, Source
from lstm_sweep.live.follower import Follower
from lstm_sweep.live.record.lines import CHALLENGER, CHAMPION
from lstm_sweep.live.record.points import read_points
from lstm_sweep.live.retraining_runs import Retrainer
from lstm_sweep.live.showing import show
from lstm_sweep.live.view import LiveView, PointView
from lstm_sweep.live.watching import Change, Registry, Watcher
from lstm_sweep.live.winner import SweepWinner

_SLICE = 0.2
"""Longest time in seconds until a change of versions is noted while no bar comes."""

_SHORTEST = 0.05
"""Seconds between two views while bars come faster than anybody looks."""

_AFTER_FAILURE = 1.0

_TROUBLE = ("stale", "expired", "ended")


@final
class FollowingProcess:
    """Takes a follower from bar to bar until it is closed."""

    def __init__(
        self,
        follower: Follower,
        source: Source,
        live: LiveConfig,
        registry: Registry | None = None,
        retrainer: Retrainer | None = None,
    ) -> None:
        """Prepare; nothing happens before `start`.

        Args:
            follower: with a champion at work.
            source: that it follows.
            live: settings.
            registry: where versions come from; None where the first one stays.
            retrainer: trains a challenger now and then; None where nobody does.
        """
        self._follower, self._source, self._live = follower, source, live
        self._registry, self._retrainer = registry, retrainer
        self._news: queue.SimpleQueue[Change | str] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._changed = threading.Condition()
        champion = follower.state.roles[CHAMPION]
        self._answering: tuple[SweepWinner, str] = champion.version.winner, champion.line.version
        self._usual, self._last_words = _words(live)
        self._feed, self._said = "starting", "the first bar is awaited"
        self._view = show(follower.state, 0, self._feed, self._said)
        self._shown_at = 0.0
        self._thread = threading.Thread(target=self._follow, name="follow", daemon=True)
        self._watcher = (
            None
            if registry is None
            else Watcher(registry, live.alias_seconds, self._follower.some_past, self._found, self._news.put)
        )

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()
        if self._watcher is not None:
            roles = self._follower.state.roles
            self._watcher.start({role: each.line.version for role, each in roles.items()})

    def close(self) -> None:
        """End; what is under way is finished and written first."""
        self._stopped.set()
        self._source.close()
        for each in (self._watcher, self._retrainer):
            if each is not None:
                each.close()
        if self._thread.is_alive():
            self._thread.join()
        with self._changed:
            self._changed.notify_all()

    @property
    def view(self) -> LiveView:
        """The newest view, at once."""
        return self._view

    def next_view(self, number: int, timeout: float) -> LiveView | None:
        """The newest view once its number is above `number`; None after `timeout` seconds, or once it has stopped."""
        with self._changed:
            self._changed.wait_for(lambda: self._view.number > number or self._stopped.is_set(), timeout)
            return self._view if self._view.number > number else None

    def history(self) -> Iterator[PointView]:
        """Every bar since the process first began, oldest first."""
        return read_points(self._follower.folder)

    def forecast(self, past: pd.DataFrame) -> tuple[NDArray[np.float64], str]:
        """The champion's forecast after past prices, float64 `(horizon,)`, and the number of its version.

        Raises:
            UserError: as `Forecaster.forecast`.
            ExpiredError: where the model has.
        """
        winner, version = self._answering
        if self._follower.is_expired(winner):
            raise ExpiredError(
                f"a model must be younger than live.expire={self._live.expire} to forecast, but version {version} is "
                "not: retrain it."
            )
        return winner.forecast_after(past), version

    def _follow(self) -> None:
        """Never end in silence: what nobody expects is shown, too."""
        try:
            self._follow_on()
        except Exception as error:
            if not isinstance(error, UserError):
                traceback.print_exc()
            self._tell("stale", f"the process broke off ({error or type(error).__name__}): start it again")
        self._publish()

    def _follow_on(self) -> None:
        while not self._stopped.is_set():
            try:
                self._take_news()
                found = self._step()
                self._decide()
            except FeedError as error:
                self._tell("stale", str(error))
                found = 0
            except OSError as error:
                self._tell("stale", f"the journal cannot be written ({error.strerror}): make room; it is tried again")
                self._stopped.wait(_AFTER_FAILURE)
                continue
            if found == 0 or time.monotonic() - self._shown_at >= _SHORTEST:
                self._publish()
            self._wait()

    def _step(self) -> int:
        found = self._follower.step()
        champion = self._follower.state.roles[CHAMPION].version.winner
        if self._source.ended and (found == 0 or self._feed == "ended"):
            self._tell("ended", self._last_words)
        elif self._follower.is_expired(champion):
            self._tell("expired", f"the model is older than live.expire={self._live.expire}: retrain it")
        elif self._is_overdue():
            self._tell("stale", "the next bar is overdue")
        else:
            self._tell("live", self._usual)
        return found

    def _is_overdue(self) -> bool:
        state = self._follower.state
        patience = self._live.grace + max(self._live.poll, state.begin.step / 1e9)
        return state.closes is not None and time.time() > state.closes / 1000 + patience and not self._source.ended

    def _take_news(self) -> None:
        """Versions that the watcher has found, and what else people should know."""
        while not self._news.empty():
            news = self._news.get()
            if isinstance(news, str):
                self._follower.note(news)
            elif news.version == self._number_of(news.role):
                pass  # this process has promoted it itself
            elif news.winner is None:
                self._follower.end_version(news.role, "the registry has none any more")
            elif misfit := self._follower.misfit(news.winner):
                self._follower.note(f"version {news.version} cannot work here: {misfit}")
            else:
                self._follower.begin_version(news.role, news.winner, news.version, "as the registry says")

    def _number_of(self, role: str) -> str:
        at_work = self._follower.state.roles.get(role)
        return "" if at_work is None else at_work.line.version

    def _decide(self) -> None:
        """Promote a challenger that is shown better, where that was asked for; retrain, where it is time."""
        rival, comparison = self._follower.state.roles.get(CHALLENGER), self._follower.state.against_champion
        asked = self._live.promote == "auto" and self._registry is not None
        if asked and rival is not None and comparison is not None and comparison.may_promote:
            try:
                assert self._registry is not None
                self._registry.promote(rival.line.version)
            except UserError as error:
                self._follower.note(f"version {rival.line.version} is shown better, but is not promoted yet: {error}")
            else:
                self._answering = (rival.version.winner, rival.line.version)
                why = "shown to be better than the champion"
                self._follower.begin_version(CHAMPION, *self._answering, why)
                self._follower.end_version(CHALLENGER, "it is the champion now")
        if self._retrainer is not None:
            for said in self._retrainer.turn(self._follower.state):
                self._follower.note(said)

    def _found(self, change: Change) -> None:
        """In the watcher's thread: requests are answered by a new champion from here on."""
        if change.role == CHAMPION and change.winner is not None and not self._follower.misfit(change.winner):
            self._answering = (change.winner, change.version)
        self._news.put(change)

    def _tell(self, feed: str, said: str) -> None:
        """What is shown of the feed; trouble, and its end, are said on the terminal, too."""
        if feed != self._feed and (feed in _TROUBLE or self._feed in _TROUBLE):
            print(f"{feed}: {said}", file=sys.stderr, flush=True)
        self._feed, self._said = feed, said

    def _publish(self) -> None:
        view = show(self._follower.state, self._view.number + 1, self._feed, self._said)
        self._shown_at = time.monotonic()
        if replace(view, number=self._view.number) == self._view:
            return
        with self._changed:
            self._view = view
            self._changed.notify_all()

    def _wait(self) -> None:
        """Until a bar may be there, or there are news."""
        if self._source.ended:
            self._stopped.wait(_SLICE)
            return
        self._source.wait(_SLICE)


def _words(live: LiveConfig) -> tuple[str, str]:
    """What is said of the feed as long as all is well, and once it has ended."""
    if live.replay is None:
        return "bars come as they close", "the series has ended"
    return (
        f"a stored series is replayed, a bar every {live.replay:g} s: none of this happens now",
        "the stored series has been replayed to its end: none of this happened now",
    )
