import threading
from functools import partial

from src.tracking.background import MAX_FAILURES, Background


def _fail() -> None:
    raise OSError("gone")


def _nothing() -> None:
    pass


def test_jobs_run_in_the_order_they_came() -> None:
    done: list[int] = []
    background = Background(_nothing)
    for number in range(100):
        background.submit(partial(done.append, number))
    background.close()
    assert done == list(range(100))
    assert background.failure is None


def test_flush_is_called_while_nothing_else_happens_and_once_after_the_last_job() -> None:
    flushed = threading.Semaphore(0)
    background = Background(flushed.release, seconds=0.01)
    assert flushed.acquire(timeout=10)
    assert flushed.acquire(timeout=10)
    background.close()
    last = threading.Semaphore(0)
    Background(last.release, seconds=1000.0).close()
    assert last.acquire(blocking=False)


def test_flush_is_not_put_off_by_a_stream_of_jobs() -> None:
    flushed = threading.Event()
    background = Background(flushed.set, seconds=0.01)

    def again() -> None:
        if not flushed.is_set():
            background.submit(again)

    background.submit(again)
    assert flushed.wait(timeout=10)
    background.close()


def test_the_first_failure_is_remembered_and_the_rest_runs() -> None:
    done: list[int] = []
    background = Background(_nothing)
    background.submit(_fail)
    background.submit(partial(done.append, 1))
    background.close()
    assert done == [1]
    assert str(background.failure) == "gone"
    assert background.lost == 1


def test_after_failures_in_a_row_the_rest_is_dropped_and_counted() -> None:
    done: list[int] = []
    background = Background(_nothing)
    for _ in range(MAX_FAILURES):
        background.submit(_fail)
    background.submit(partial(done.append, 1))
    background.close()
    assert done == []
    assert background.lost == MAX_FAILURES + 2  # the job, and the last flush


def test_a_success_between_failures_keeps_the_thread_trying() -> None:
    done: list[int] = []
    background = Background(_nothing)
    for number in range(2 * MAX_FAILURES):
        background.submit(_fail)
        background.submit(partial(done.append, number))
    background.close()
    assert len(done) == 2 * MAX_FAILURES
