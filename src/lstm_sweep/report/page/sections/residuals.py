"""What the winner's forecast leaves unexplained: after a good forecast, nothing but noise."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.formats import number, p_value
from lstm_sweep.report.page.blocks import Block, Facts, Figure, LeftOut, Part
from lstm_sweep.report.page.figures import NAIVE, SOFT, WINNER, Plain, axis, digits_of, figure, line, numbers, times
from lstm_sweep.report.page.forecasts import DrawnIn
from lstm_sweep.report.page.material import Material
from lstm_sweep.report.page.sections.forecast import MOST_POINTS, registered_fit

FEWEST = 20
"""Residuals below which nothing is said about them."""

_MOST_LAGS = 30
_TESTED_LAGS = 10


@dataclass(frozen=True)
class Correlations:
    """Autocorrelation of residuals.

    Attributes:
        values: at lags 1, 2, ..., float64 `(lag,)`.
        bound: within plus and minus this lie 95 of 100 where there is none.
        tested_lags: lags of the test.
        p_value: of Ljung and Box (1978, Biometrika 65, 297-303): that there is none up to these lags.
    """

    values: NDArray[np.float64]
    bound: float
    tested_lags: int
    p_value: float


def autocorrelation(residuals: NDArray[np.float64]) -> Correlations:
    """Correlations of residuals `(window,)` with those before them; all zero where they never change."""
    from scipy.special import gammaincc

    count = residuals.size
    deviations = residuals - residuals.mean()
    power = deviations @ deviations
    num_lags = min(_MOST_LAGS, count // 4)
    lags = np.arange(1, num_lags + 1)
    products = np.array([deviations[lag:] @ deviations[:-lag] for lag in lags])
    values = products / power if power > 0 else np.zeros(num_lags)
    tested = min(_TESTED_LAGS, num_lags)
    statistic = count * (count + 2) * np.sum(values[:tested] ** 2 / (count - lags[:tested]))
    return Correlations(values, 1.96 / np.sqrt(count), tested, float(gammaincc(tested / 2, statistic / 2)))


def _blocks(material: Material) -> Sequence[Block]:
    forecasts, fit = registered_fit(material)
    first = forecasts.scored[:, 0]
    residuals = -forecasts.errors(fit)[first, 0]
    known = int(np.isfinite(residuals).sum())
    if known < max(FEWEST, residuals.size):
        raise LeftOut(f"It takes {FEWEST} residuals, all of them numbers; here {known} of {residuals.size} are.")
    found, drawn = autocorrelation(residuals), forecasts.drawn
    facts = [
        ("Mean", _written(residuals.mean(), drawn)),
        ("Standard deviation", _written(residuals.std(ddof=1), drawn)),
        (
            f"Test of autocorrelation (Ljung-Box), {found.tested_lags} lags",
            f"{p_value(found.p_value)}: {_meaning(found.p_value, material.alpha)}",
        ),
    ]
    over_time = _over_time(forecasts.targets[first, 0], residuals, drawn)
    figures = over_time, _histogram(drawn.factor * residuals, drawn), _correlogram(found)
    return [*figures, Facts(facts)]


def _written(residual: float, drawn: DrawnIn) -> str:
    return f"{number(drawn.factor * residual, 4)}{drawn.sign}"


def _meaning(p: float, alpha: float) -> str:
    return "they are related to those before them" if p < alpha else "no sign of a relation to those before them"


def _over_time(targets: NDArray[np.datetime64], residuals: NDArray[np.float64], drawn: DrawnIn) -> Figure:
    x, y = times(targets[-MOST_POINTS:]), numbers(drawn.factor * residuals[-MOST_POINTS:])
    hover = f"%{{x}}: %{{y:+.4g}}{drawn.sign}<extra></extra>"
    trace = line(x, y, "residual", WINNER, 1.0, hovertemplate=hover)
    view = figure(
        [trace],
        axis("", type="date"),
        axis(f"residual, {drawn.title}", zeroline=True, zerolinecolor=SOFT, **digits_of(drawn.factor * residuals)),
    )
    caption = "Residuals over time: there should be no pattern. Calm and wild stretches are usual for prices."
    return Figure("residuals-time", caption, {"": view}, height=260)


def _histogram(residuals: NDArray[np.float64], drawn: DrawnIn) -> Figure:
    counts, edges = np.histogram(residuals, bins=min(60, max(10, int(np.sqrt(residuals.size) * 1.5))))
    centres, width = (edges[:-1] + edges[1:]) / 2, float(edges[1] - edges[0])
    bars = {
        "type": "bar",
        "x": numbers(centres),
        "y": counts.tolist(),
        "width": width,
        "marker": {"color": WINNER, "opacity": 0.75},
        "hovertemplate": f"around %{{x:.3g}}{drawn.sign}: %{{y}}<extra></extra>",
    }
    x = np.linspace(edges[0], edges[-1], 200)
    mean, deviation = residuals.mean(), residuals.std(ddof=1) or width
    normal = np.exp(-0.5 * ((x - mean) / deviation) ** 2) / (deviation * np.sqrt(2 * np.pi))
    curve = line(numbers(x), numbers(normal * width * residuals.size), "normal", NAIVE, 2.0, hoverinfo="skip")
    view = figure([bars, curve], axis(f"residual, {drawn.title}", **digits_of(residuals)), axis("windows"), bargap=0.05)
    caption = "How large residuals are, beside the normal curve: a higher peak and longer tails are usual for prices."
    return Figure("residuals-histogram", caption, {"": view}, height=280, wide=False)


def _correlogram(found: Correlations) -> Figure:
    lags = list(range(1, found.values.size + 1))
    bars = {
        "type": "bar",
        "x": lags,
        "y": numbers(found.values),
        "marker": {"color": WINNER},
        "hovertemplate": "%{x} bars apart: %{y:.3f}<extra></extra>",
    }
    vertical = axis("correlation", zeroline=True, zerolinecolor=SOFT)
    bounds = [_across(bound) for bound in (found.bound, -found.bound)]
    view = figure([bars], axis("bars apart"), vertical, shapes=bounds, bargap=0.6)
    caption = (
        "Autocorrelation: how a residual goes with the one so many bars before it. Bars outside the dashed lines, "
        "between which 95 of 100 lie where there is nothing, are what a better forecast could use."
    )
    return Figure("residuals-correlation", caption, {"": view}, height=280, wide=False)


def _across(value: float) -> Plain:
    line = {"color": SOFT, "width": 1, "dash": "dash"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": value, "y1": value, "line": line}


RESIDUALS = Part(
    anchor="residuals",
    title="What the forecast leaves unexplained",
    caption="Residuals of the winner's registered seed, one step ahead: actual - forecast, relative to "
    "the last price unless the series has values at or below zero.",
    blocks=_blocks,
)
