"""A small live process that goes one bar further when told: a stored series, a forecaster that follows the trend."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.errors import require
from lstm_sweep.live.at_work import ExpiredError
from lstm_sweep.live.view import ForecastView, JudgementView, LiveView, PointView, StepView, VersionView
from lstm_sweep.stats.betting import BettingTest
from lstm_sweep.stats.confidence_sequence import FEWEST, ConfidenceSequence

HORIZON = 2
LAGS = 3
COVERAGE = 0.9
ALPHA = 0.05
DAY = pd.Timedelta(days=1)
BEGIN = pd.Timestamp("2024-01-01")


def followed(past: NDArray[np.float64]) -> NDArray[np.float64]:
    """The last price, and half of the last change more at every step."""
    return past[-1] + 0.5 * (past[-1] - past[-2]) * np.arange(1, HORIZON + 1)


def iso(bar: int) -> str:
    return (BEGIN + bar * DAY).isoformat() + "Z"


class SteppingProcess:
    """Satisfies `LiveProcess`."""

    def __init__(self, bars: int = 400, seed: int = 0, columns: tuple[str, ...] = ("price",)) -> None:
        generator = np.random.default_rng(seed)
        shocks = generator.normal(0, 0.01, bars)
        returns = shocks + 0.6 * np.concatenate([[0.0], shocks[:-1]])
        self.prices: NDArray[np.float64] = 2000 * np.exp(np.cumsum(returns))
        self.columns = columns
        self.points: list[PointView] = []
        self._changed = threading.Condition()
        self._stopped = False
        self._betting, self._sequence = BettingTest(), ConfidenceSequence(2 * ALPHA)
        self._pictures: list[tuple[str, float, float, float | None, float | None]] = []
        self._losses = np.zeros(2)
        champion = VersionView(
            *("champion", "3", "toy version 3", {"model.units": 8, "windows.lags": 3}, iso(-10)),
            *("The winner beats naive by 1.2 % on the test span (p = 0.01).", iso(0)),
        )
        self._view = LiveView(0, "toy", "toy.csv", "starting", "no bar has come yet", 86400.0, versions=(champion,))

    @property
    def view(self) -> LiveView:
        return self._view

    def next_view(self, number: int, timeout: float) -> LiveView | None:
        with self._changed:
            self._changed.wait_for(lambda: self._view.number > number or self._stopped, timeout)
            return self._view if self._view.number > number else None

    def history(self) -> Iterator[PointView]:
        yield from list(self.points)

    def forecast(self, past: pd.DataFrame) -> tuple[NDArray[np.float64], str]:
        require(len(past) >= LAGS, f"a forecast needs {LAGS} past rows, but got {len(past)}: bring more.")
        values = past[list(self.columns)].to_numpy(np.float64)
        bad = ~np.isfinite(values).all(axis=1)
        require(not bad.any(), f"past prices must be numbers, but row {bad.argmax()} is not: correct or drop it.")
        if self._view.state == "expired":
            raise ExpiredError("the model must be younger than 30 days, but is older: retrain it.")
        return followed(values[:, 0]), "3"

    def step(self, bars: int = 1) -> None:
        """So many bars come, and one view after the last of them."""
        for _ in range(bars):
            self._add_bar(len(self.points))
        self.show(state="live", said="the newest bar is forecast")

    def show(self, **changes: object) -> None:
        """A new view, with changes."""
        view = replace(
            self._view,
            number=self._view.number + 1,
            bars=len(self.points),
            forecasts=max(len(self.points) - 1, 0),
            forecast=self._forecast() if len(self.points) > 1 else None,
            points=tuple(self.points[-500:]),
            judgements=(self._judgement(),) if self._betting.bars else (),
        )
        with self._changed:
            self._view = replace(view, **changes)  # type: ignore[arg-type]
            self._changed.notify_all()

    def correct(self, bar: int, price: float) -> None:
        """The source corrects a bar."""
        self.points[bar] = replace(self.points[bar], actual=price)
        self.show(events=(f"{iso(bar)}: corrected to {price:g}", *self._view.events))

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _add_bar(self, bar: int) -> None:
        price, naive = float(self.prices[bar]), float(self.prices[max(bar - 1, 0)])
        if bar < 2:
            self.points.append(PointView(iso(bar), price, naive))
            return
        forecast = float(followed(self.prices[:bar])[0])
        self.points.append(
            PointView(iso(bar), price, naive, forecast, forecast - 30, forecast + 30, challenger=naive + 1.0)
        )
        losses = np.array([(price - naive) ** 2, (price - forecast) ** 2]) / naive**2
        self._losses += losses
        self._betting.add(losses[:1] - losses[1:])
        self._sequence.add(losses[:1] - losses[1:])
        low, high = (float(end[0]) if self._sequence.bars >= FEWEST else None for end in self._sequence.interval())
        self._pictures.append(
            (iso(bar), float(np.exp(self._betting.log_wealth[0])), float(self._sequence.mean[0]), low, high)
        )

    def _forecast(self) -> ForecastView:
        bar = len(self.points) - 1
        held = sum(abs(float(point.actual or 0) - float(point.forecast or 0)) <= 30 for point in self.points[2:])
        steps = tuple(
            StepView(iso(bar + number), float(price), float(price) - 30, float(price) + 30, held, bar - 1)
            for number, price in enumerate(followed(self.prices[: bar + 1]), start=1)
        )
        return ForecastView(iso(bar), float(self.prices[bar]), steps, "3", False, iso(bar))

    def _judgement(self) -> JudgementView:
        unit = self._losses[0] / self._betting.bars / 100
        times, wealth, mean, low, high = zip(*self._pictures[-200:], strict=True)
        p = float(self._betting.p_value()[0])
        claimed = p <= ALPHA
        return JudgementView(
            title="champion against naive",
            sentence=f"The champion is {'' if claimed else 'not '}shown to beat naive (p = {p:.3g}).",
            needed="Nothing more is needed." if claimed else "At a true skill of 1 % it takes about 2,600 bars.",
            scored=self._betting.bars,
            p=p,
            alpha=ALPHA,
            claimed=claimed,
            skill=float(1 - np.sqrt(self._losses[1] / self._losses[0])),
            clipped=float(self._betting.num_clipped[0] / self._betting.bars),
            times=times,
            wealth=wealth,
            mean=tuple(each / unit for each in mean),
            low=tuple(None if each is None else each / unit for each in low),
            high=tuple(None if each is None else each / unit for each in high),
        )
