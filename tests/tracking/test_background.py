import threading

import pytest

from lstm_sweep.tracking import background as background_module
from lstm_sweep.tracking.background import Background


class _Job:
    """Fails as often as it is told, and counts."""

    def __init__(self, num_failures: int = 0) -> None:
        self.num_failures = num_failures
        self.done = threading.Semaphore(0)
        self.count = 0

    def __call__(self) -> None:
        self.count += 1
        if self.count <= self.num_failures:
            raise OSError("gone")
        self.done.release()


def _no_progress() -> int:
    return 0


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background_module, "SHORTEST_PAUSE", 0.01)
    monkeypatch.setattr(background_module, "LONGEST_PAUSE", 0.02)
    monkeypatch.setattr(background_module, "PATIENCE", 0.3)
    monkeypatch.setattr(background_module, "LONGEST_CALL", 0.3)


def test_the_job_is_done_when_woken_and_not_before() -> None:
    job = _Job()
    background = Background(job)
    assert not job.done.acquire(timeout=0.05)
    background.wake()
    assert job.done.acquire(timeout=10)
    assert background.close(job, _no_progress)


def test_waking_while_the_job_runs_does_it_once_more() -> None:
    started, go_on = threading.Semaphore(0), threading.Semaphore(0)

    def slow() -> None:
        started.release()
        assert go_on.acquire(timeout=10)

    background = Background(slow)
    background.wake()
    assert started.acquire(timeout=10)
    for _ in range(100):
        background.wake()
    go_on.release()
    assert started.acquire(timeout=10)
    go_on.release()
    assert not started.acquire(timeout=0.1)
    assert background.close(_Job(), _no_progress)


def test_a_job_that_fails_is_done_again_without_being_woken() -> None:
    job = _Job(num_failures=20)
    background = Background(job)
    background.wake()
    assert job.done.acquire(timeout=10)
    assert background.close(_Job(), _no_progress)
    assert background.failure is None


def test_closing_does_the_last_job_until_it_succeeds() -> None:
    last = _Job(num_failures=3)
    assert Background(_Job()).close(last, _no_progress)
    assert last.count == 4


def test_closing_gives_up_on_what_keeps_failing_and_tells_why() -> None:
    background = Background(_Job())
    assert not background.close(_Job(num_failures=10**9), _no_progress)
    assert str(background.failure) == "gone"


def test_closing_gives_up_on_what_never_returns() -> None:
    hanging = threading.Event()
    background = Background(_Job())
    assert not background.close(lambda: hanging.wait(60) and None, _no_progress)
    assert background.failure is None
    hanging.set()


def test_closing_waits_as_long_as_something_comes_of_it() -> None:
    last = _Job(num_failures=100)  # takes longer than its patience
    assert Background(_Job()).close(last, lambda: last.count)
    assert last.count == 101


def test_what_has_been_given_up_ends_with_its_attempt() -> None:
    job = _Job(num_failures=10**9)
    background = Background(_Job())
    background.close(job, _no_progress)
    background._thread.join(timeout=10)
    assert not background._thread.is_alive()
