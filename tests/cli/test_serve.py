"""`python -m src.serve`, as it is typed: versions that change under requests, and how it ends."""

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.live.record.lines import CHAMPION, EventLine, ForecastLine, ScoreLine, VersionLine
from lstm_sweep.live.registered import find_registered
from tests.live.served import MODEL, Served, client_of, journal_of, promoted, registry_of, replayed, served

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

MOVES, APART = 50, 0.4
"""How often the alias is moved, and the seconds from one time to the next."""

PER_SECOND, CLIENTS = 50, 5
PAST = [100.0 + float(change) for change in np.random.default_rng(3).normal(size=60).cumsum()]


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model of three versions, whose forecasts differ: the first is the champion."""
    folder = tmp_path_factory.mktemp("registered")
    for seed in (1, 2, 3):
        promoted(folder, seed)
    return folder


@dataclass
class Asking:
    """Clients that ask so often, in turn by POST and by GET, until they are told to stop."""

    site: Served
    stop: threading.Event = field(default_factory=threading.Event)
    posted: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    got: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def ask(self, client: int) -> None:
        begun = time.monotonic() + client / PER_SECOND
        for number in range(100_000):
            if self.stop.wait(max(0.0, begun + number * CLIENTS / PER_SECOND - time.monotonic())):
                return
            body = {"prices": PAST} if number % 2 else None
            try:
                answer = self.site.ask("/predict", body)
            except OSError as error:
                self.failed.append(repr(error))
                continue
            if answer.status != 200:
                self.failed.append(f"{answer.status} {answer.body!r}")
            else:
                (self.got if body is None else self.posted).append((time.time(), answer.json))

    def during(self, act: Callable[[], None]) -> None:
        """Ask while `act` is under way."""
        threads = [threading.Thread(target=self.ask, args=(client,)) for client in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            act()
        finally:
            self.stop.set()
            for thread in threads:
                thread.join()


def test_no_request_fails_and_none_is_answered_by_a_version_that_was_never_champion_under_50_moves(
    registered: Path,
) -> None:
    """Version 3 is the challenger at first, and champion in the second half only."""
    client, moves = client_of(registered), [(0.0, "1")]
    past = pd.DataFrame({"price": PAST})
    expected = {
        n: find_registered(f"{MODEL}/{n}", registry_of(registered)).forecast_after(past).tolist() for n in "123"
    }
    assert len({tuple(prices) for prices in expected.values()}) == 3

    def move() -> None:
        for number in range(MOVES):
            version = "21"[number % 2] if number < MOVES // 2 else "321"[number % 3]
            moves.append((time.time(), version))
            client.set_registered_model_alias(MODEL, CHAMPION, version)
            time.sleep(APART)

    settings = (f"model={MODEL}", "live.replay=0.5", "live.alias_seconds=0.2")
    with served(registered, *settings) as site:
        asking = Asking(site)
        begun = time.monotonic()
        asking.during(move)
        seconds = time.monotonic() - begun
        assert site.end(signal.SIGTERM) == (0, "")
    assert asking.failed == []
    first = {version: min(at for at, moved in moves if moved == version) for version in "123"}
    assert len(asking.posted) + len(asking.got) > 0.8 * PER_SECOND * seconds
    for at, answer in asking.posted:
        assert answer["forecast"] == expected[answer["version"]]
        assert first[answer["version"]] <= at
    assert all(first[answer["forecast"]["version"]] <= at for at, answer in asking.got)
    assert {answer["version"] for _, answer in asking.posted} == {"1", "2", "3"}
    lines = journal_of(registered)
    assert {line.version for line in lines if isinstance(line, ForecastLine) and line.role == CHAMPION} == set("123")
    assert [line.text for line in lines if isinstance(line, EventLine)] == []
    changes = [line for line in lines if isinstance(line, VersionLine) and line.role == CHAMPION]
    assert all(one.version != other.version for one, other in zip(changes, changes[1:], strict=False))
    assert any(isinstance(line, ScoreLine) for line in lines)
    replayed(registered)
