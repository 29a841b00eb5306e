"""Which versions should be at work, looked up again and again; a new one is ready before it takes over."""

import atexit
import os
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, final

import pandas as pd

from lstm_sweep.live.winner import SweepWinner

_PATIENCE = 1.0
"""Seconds that a look at the registry has to end: one that does not answer is asked for minutes."""


class Registry(Protocol):
    """Where versions come from."""

    def versions(self) -> Mapping[str, str]:
        """The numbers of the versions that should be at work, by role."""

    def load(self, number: str) -> SweepWinner:
        """A version."""

    def promote(self, number: str) -> None:
        """Make a version the champion."""


@final
@dataclass(frozen=True)
class Change:
    """A version that should work in a role from now on; none where `winner` is None."""

    role: str
    version: str
    winner: SweepWinner | None


@final
class Watcher:
    """Looks at a registry in a thread of its own."""

    def __init__(
        self,
        registry: Registry,
        seconds: float,
        past: Callable[[SweepWinner], pd.DataFrame],
        found: Callable[[Change], None],
        failed: Callable[[str], None],
    ) -> None:
        """Watch once started.

        Args:
            registry: to look at.
            seconds: between two looks.
            past: prices that a new version forecasts from once, so that it is compiled before it takes over.
            found: told of each change, in the watcher's thread.
            failed: told, in a sentence, that the registry could not be read.
        """
        self._registry, self._seconds = registry, seconds
        self._past, self._found, self._failed = past, found, failed
        self._at_work: dict[str, str] = {}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="versions", daemon=True)

    def start(self, at_work: Mapping[str, str]) -> None:
        """Begin, with the versions that are at work."""
        self._at_work = dict(at_work)
        self._thread.start()

    def close(self) -> None:
        """End, once what is under way has finished, or will find nobody who takes it."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(_PATIENCE)
        if self._thread.is_alive():
            atexit.register(_leave, self._thread)

    def _watch(self) -> None:
        while not self._stopped.is_set():
            try:
                self._look()
            except Exception as error:  # whatever it is, it may pass, and bars go on
                self._failed(f"the registry cannot be read, so that the versions stay as they are: {error}")
            self._stopped.wait(self._seconds)

    def _look(self) -> None:
        wanted = dict(self._registry.versions())
        # The champion first: a challenger that becomes it works on, with all that it has learned.
        for role in sorted(self._at_work.keys() | wanted.keys(), reverse=True):
            number = wanted.get(role)
            if number == self._at_work.get(role):
                continue
            winner = None if number is None else self._registry.load(number)
            if winner is not None:
                winner.forecast_after(self._past(winner))
            self._found(Change(role, number or "", winner))
            self._at_work = (
                {**self._at_work, role: number}
                if number is not None
                else {each: at_work for each, at_work in self._at_work.items() if each != role}
            )


def _leave(thread: threading.Thread) -> None:
    """End the process at once: a thread that compiles while the interpreter is taken down would abort it."""
    if thread.is_alive():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
