"""A thread that catches up with what has happened, so that training never waits for a slow tracker."""

import threading
import time
from collections.abc import Callable
from typing import final

Job = Callable[[], None]

SHORTEST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
REST = 120.0
"""A pause is this many times as long as the job before it computed (waiting for a server costs training nothing)."""
PATIENCE = 10.0
"""Seconds without progress that `close` waits for a job that fails ..."""
LONGEST_CALL = 60.0
"""... and for one that has not failed yet."""


@final
class Background:
    """Does one job after it was woken, about once a second, and again where it failed, until it succeeds.

    Whatever happens is to be found by the job itself: nothing is queued, so an outage takes no memory.

    Attributes:
        failure: what the last attempt raised, None where it succeeded.
    """

    def __init__(self, job: Job) -> None:
        """Start the thread; it sleeps."""
        self.failure: Exception | None = None
        self._job = job
        self._woken = threading.Event()
        self._closing = threading.Event()
        self._given_up = threading.Event()
        self._thread = threading.Thread(target=self._work, name="tracker", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something has happened; from any thread, returns at once."""
        self._woken.set()

    def close(self, last: Job, progress: Callable[[], int]) -> bool:
        """Do `last` in place of the job, and end.

        Args:
            last: tried until it succeeds, or nothing has come of it for long enough.
            progress: a number that grows while something comes of it.

        Returns:
            Whether it succeeded.
        """
        self._job = last
        self._closing.set()
        self._woken.set()
        done, since = progress(), time.monotonic()
        while self._thread.is_alive():
            self._thread.join(0.1)
            if progress() != done:
                done, since = progress(), time.monotonic()
            elif time.monotonic() - since > (LONGEST_CALL if self.failure is None else PATIENCE):
                self._given_up.set()
                return False
        return self.failure is None

    def _work(self) -> None:
        num_failures = 0
        while not self._given_up.is_set():
            self._woken.wait()
            self._woken.clear()
            closing = self._closing.is_set()
            computed = time.thread_time()
            self.failure = self._attempt()
            if self.failure is None and closing:
                return
            if self.failure is None:
                num_failures = 0
                self._pause(REST * (time.thread_time() - computed))
            else:
                num_failures += 1
                self._woken.set()
                self._pause(SHORTEST_PAUSE * 2 ** min(num_failures - 1, 10))

    def _attempt(self) -> Exception | None:
        try:
            self._job()
        except Exception as error:  # whatever a store or a network raises: training continues
            return error
        return None

    def _pause(self, seconds: float) -> None:
        """Cut short by `close`, which itself allows the shortest of pauses."""
        if self._closing.is_set():
            self._given_up.wait(SHORTEST_PAUSE)
        else:
            self._closing.wait(min(max(seconds, SHORTEST_PAUSE), LONGEST_PAUSE))
