"""What a live process is at, as metrics."""

from collections.abc import Iterator
from datetime import UTC, datetime

from lstm_sweep.live.view import STATES, JudgementView, LiveView
from lstm_sweep.serving.iso import utc
from lstm_sweep.serving.metrics.exposition import Metric, Sample, one


def view_metrics(view: LiveView, coverage: float) -> Iterator[Metric]:
    """The metrics of a view.

    Args:
        view: the newest.
        coverage: share of actuals that intervals are to hold.
    """
    yield one("bars_total", "counter", "Bars that came since the process first began.", view.bars)
    yield one("forecasts_total", "counter", "Forecasts that were made, late ones included.", view.forecasts)
    yield one("late_forecasts_total", "counter", "Forecasts made after their target had closed.", view.late)
    yield one("filled_bars_total", "counter", "Bars that never came and were filled.", view.filled)
    yield one("views_total", "counter", "Views that were shown.", view.number)
    states = tuple(Sample(int(view.state == each), {"state": each}) for each in STATES)
    yield Metric("state", "gauge", "1 for the state that the process is in.", states)
    if view.points:
        age = (datetime.now(UTC) - utc(view.points[-1].time)).total_seconds()
        yield one("newest_bar_age_seconds", "gauge", "Seconds since the time of the newest bar.", age)
    versions = tuple(
        Sample(1, {"role": each.role, "version": each.version, "trained_until": each.trained_until})
        for each in view.versions
    )
    yield Metric("model_info", "gauge", "Versions of the model at work.", versions)
    yield one("interval_coverage_wanted", "gauge", "Share of actuals that intervals are to hold.", coverage)
    steps = () if view.forecast is None else view.forecast.steps
    held = tuple(
        Sample(step.held / step.judged, {"step": str(number)}) for number, step in enumerate(steps, 1) if step.judged
    )
    yield Metric("interval_coverage", "gauge", "Share of actuals that such intervals have held, by step.", held)
    yield from _judged(view.judgements)


def _judged(judgements: tuple[JudgementView, ...]) -> Iterator[Metric]:
    def of(name: str, meaning: str, values: list[float | None]) -> Metric:
        pairs = zip(judgements, values, strict=True)
        samples = (Sample(value, {"comparison": each.title}) for each, value in pairs if value is not None)
        return Metric(f"judgement_{name}", "gauge", meaning, tuple(samples))

    yield of("p", "Smallest p so far, valid at whatever bar one looks.", [each.p for each in judgements])
    yield of("alpha", "Level at which the comparison claims.", [each.alpha for each in judgements])
    wealth = [each.wealth[-1] if each.wealth else None for each in judgements]
    yield of("wealth", "Wealth of the bets; 1 / alpha is a claim.", wealth)
    yield of("claimed", "1 once the better one is shown to be better.", [int(each.claimed) for each in judgements])
    yield of("scored", "Origins that were compared.", [each.scored for each in judgements])
    yield of("skill", "1 - RMSE / RMSE of the other.", [each.skill for each in judgements])
