"""A thread that does slow things one after another, so that training never waits for a tracker."""

import queue
import threading
import time
from collections.abc import Callable

Job = Callable[[], None]

MAX_FAILURES = 3
"""Failures in a row after which the remaining jobs are dropped: whatever they talk to is gone."""


class Background:
    """Runs jobs in the order they came. A job that fails is remembered, never raised.

    Attributes:
        failure: the first error, or None.
        lost: jobs that failed or were dropped.
    """

    def __init__(self, flush: Job, seconds: float = 1.0) -> None:
        """Start the thread.

        Args:
            flush: called from it about every `seconds`, and once after the last job.
            seconds: between two flushes.
        """
        self.failure: Exception | None = None
        self.lost = 0
        self._failures_in_a_row = 0
        self._flush = flush
        self._seconds = seconds
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="tracker", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Run `job` later; from any thread, returns at once."""
        self._jobs.put(job)

    def close(self) -> None:
        """Wait until every job has run."""
        self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        due = time.monotonic() + self._seconds
        while self._run_next(due):
            if time.monotonic() >= due:
                self._attempt(self._flush)
                due = time.monotonic() + self._seconds
        self._attempt(self._flush)

    def _run_next(self, due: float) -> bool:
        """Run a job if one comes before `due`; false once none will come."""
        try:
            job = self._jobs.get(timeout=max(0.0, due - time.monotonic()))
        except queue.Empty:
            return True
        if job is not None:
            self._attempt(job)
        return job is not None

    def _attempt(self, job: Job) -> None:
        if self._failures_in_a_row >= MAX_FAILURES:
            self.lost += 1
            return
        try:
            job()
        except Exception as error:  # whatever a store or a network raises: training goes on
            self.failure = self.failure or error
            self.lost += 1
            self._failures_in_a_row += 1
        else:
            self._failures_in_a_row = 0
