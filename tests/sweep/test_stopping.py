"""Who may ask a sweep to stop, and what it has cost by then."""

import math
import os
import signal
import threading
import time

import pytest

from lstm_sweep.config import BudgetConfig
from lstm_sweep.errors import UserError
from lstm_sweep.sweep.stopping import Stopping


def budget(seconds: float | None = None, usd: float | None = None, usd_per_hour: float | None = None) -> BudgetConfig:
    return BudgetConfig(seconds=seconds, fits=None, usd=usd, usd_per_hour=usd_per_hour)


def test_sweep_without_limits_goes_on_for_ever() -> None:
    stopping = Stopping(budget(), started=time.perf_counter() - 1e9, seconds_before=1e9)
    assert not stopping.must_stop()
    assert stopping.usd is None


@pytest.mark.parametrize(
    ("limits", "most_seconds"),
    [
        (budget(seconds=60), 60.0),
        (budget(usd=2, usd_per_hour=0.5), 4 * 3600.0),
        (budget(seconds=60, usd=2, usd_per_hour=7200), 1.0),
        (budget(usd_per_hour=3), math.inf),
    ],
)
def test_first_limit_ends_it(limits: BudgetConfig, most_seconds: float) -> None:
    assert limits.most_seconds == pytest.approx(most_seconds)
    now = time.perf_counter()
    if math.isfinite(most_seconds):
        assert Stopping(limits, now - most_seconds, 0.0).must_stop()
        assert not Stopping(limits, now - most_seconds + 0.9, 0.0).must_stop()


def test_earlier_runs_of_the_sweep_count() -> None:
    stopping = Stopping(budget(seconds=60, usd_per_hour=36), time.perf_counter() - 20, seconds_before=50)
    assert stopping.is_out_of_budget
    assert stopping.usd == pytest.approx(0.7, abs=0.01)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_asks_to_stop_and_is_remembered(number: signal.Signals, capfd: pytest.CaptureFixture[str]) -> None:
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    stopping = Stopping(budget(), time.perf_counter(), 0.0)
    try:
        with stopping.listening():
            os.kill(os.getpid(), number)
            assert stopping.signal == number
            assert stopping.must_stop()
        assert signal.getsignal(number) != before[number], "it listens on, for a second one"
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    assert "stopping after this epoch" in capfd.readouterr().err


def test_handlers_are_given_back_where_nobody_asked() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Stopping(budget(), time.perf_counter(), 0.0).listening():
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before


def test_other_threads_cannot_listen_and_do_without() -> None:
    heard: list[bool] = []

    def listen() -> None:
        with Stopping(budget(), time.perf_counter(), 0.0).listening():
            heard.append(True)

    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()
    assert heard == [True]


@pytest.mark.parametrize("limits", [{"seconds": 0}, {"usd": -1, "usd_per_hour": 1}, {"usd_per_hour": math.nan}])
def test_limits_that_are_no_positive_numbers_are_refused(limits: dict[str, float]) -> None:
    with pytest.raises(UserError, match="must be above 0"):
        budget(**limits)


def test_cost_without_a_price_is_refused() -> None:
    with pytest.raises(UserError, match=r"budget.usd=2 needs the price of the machine"):
        budget(usd=2)
