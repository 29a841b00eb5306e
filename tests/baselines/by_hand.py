"""The same forecasts by loops over plain numbers, slower and simpler."""

import math
from collections.abc import Sequence


def drift(logs: Sequence[float], num_training: int, origin: int, horizon: int) -> list[float]:
    steps = [logs[row] - logs[row - 1] for row in range(1, num_training)]
    mean = math.fsum(steps) / len(steps)
    return [logs[origin] + step * mean for step in range(1, horizon + 1)]


def smoothing(
    logs: Sequence[float],
    origin: int,
    horizon: int,
    *,
    alpha: float,
    beta: float | None,
    phi: float | None,
    level: float,
    slope: float | None,
) -> list[float]:
    """Additive-error smoothing in error-correction form, then its forecasts one after another."""
    trend, damping, gain = slope or 0.0, 1.0 if phi is None else phi, beta or 0.0
    for row in range(origin + 1):
        error = logs[row] - level - damping * trend
        level, trend = level + damping * trend + alpha * error, damping * trend + gain * error
    forecasts = []
    for _ in range(horizon):
        trend *= damping
        level += trend
        forecasts.append(level)
    return forecasts


def arima(
    logs: Sequence[float],
    origin: int,
    horizon: int,
    *,
    ar: Sequence[float],
    ma: Sequence[float],
    differences: int,
    mean: float,
    drift: float,
) -> list[float]:
    """Box and Jenkins' difference equation, conditional on zeros before the start: right once they are forgotten."""
    rest = [logs[row] - mean - drift * (row + 1) for row in range(origin + 1)]
    ends, series = [], rest
    for _ in range(differences):
        ends.append(series[-1])
        series = [later - earlier for earlier, later in zip(series, series[1:], strict=False)]
    num_known, errors, values = len(series), [0.0] * len(series), list(series) + [0.0] * horizon
    errors += [0.0] * horizon
    for row in range(len(values)):
        expected = sum(weight * values[row - lag] for lag, weight in enumerate(ar, 1) if row >= lag)
        expected += sum(weight * errors[row - lag] for lag, weight in enumerate(ma, 1) if row >= lag)
        if row < num_known:
            errors[row] = values[row] - expected
        else:
            values[row] = expected
    future = values[num_known:]
    for end in reversed(ends):
        future = [end + sum(future[: step + 1]) for step in range(horizon)]
    return [value + mean + drift * (origin + 2 + step) for step, value in enumerate(future)]
