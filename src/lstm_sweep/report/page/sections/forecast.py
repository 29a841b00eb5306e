"""The winner's forecast beside the price and beside naive, over the test span."""

from collections.abc import Sequence
from typing import Any

from lstm_sweep.report.page.blocks import Block, Figure, LeftOut, Part
from lstm_sweep.report.page.figures import (
    INK,
    NAIVE,
    NAIVE_NAME,
    WINNER,
    axis,
    digits_of,
    figure,
    line,
    naive_axis,
    numbers,
    times,
)
from lstm_sweep.report.page.forecasts import Forecasts
from lstm_sweep.report.page.material import Material

MOST_POINTS = 15_000
"""Forecasts in the plot over all steps; of more, the latest."""


def registered_fit(material: Material) -> tuple[Forecasts, str]:
    """The forecasts, and the column of the winner's registered seed.

    Raises:
        LeftOut: where there is none.
    """
    forecasts = material.forecasts
    if forecasts is None:
        raise LeftOut(material.no_forecasts)
    if material.winner is None:
        raise LeftOut("No trial completed.")
    fit = material.told("best", "fit")
    names = forecasts.of_trial(material.winner)
    if fit not in names and not names:
        raise LeftOut(f"forecasts.parquet holds no forecast of the winner, {material.winner}.")
    return forecasts, fit if fit in names else names[0]


def _blocks(material: Material) -> Sequence[Block]:
    forecasts, fit = registered_fit(material)
    shown = min(MOST_POINTS // forecasts.horizon, len(forecasts.last_price))
    steps = range(forecasts.horizon)
    views = {_ahead(step): _view(forecasts, fit, step, shown) for step in steps}
    latest = (
        "" if shown == len(forecasts.last_price) else f" The latest {shown:,} windows of {len(forecasts.actual):,}."
    )
    caption = (
        f"Above, prices; naive is the price as it last was. Below, what is hard: the change from the last price, as it "
        f"came and as it was forecast ({fit}); naive forecasts 0. Drag to zoom, double-click to go back.{latest}"
    )
    return [Figure("forecast", caption, views, chooser="How far ahead", height=520)]


def _ahead(step: int) -> str:
    return f"{step + 1} step{'s' if step else ''} ahead"


def _view(forecasts: Forecasts, fit: str, step: int, shown: int) -> dict[str, Any]:
    kept = forecasts.scored[-shown:, step]

    def latest(values: Any) -> Any:
        return values[-shown:][kept]

    x, drawn = times(latest(forecasts.targets[:, step])), forecasts.drawn
    actual, forecast = (latest(prices[:, step]) for prices in (forecasts.actual, forecasts.columns[fit]))
    came, said = (latest(forecasts.changes(each)[:, step]) for each in (forecasts.actual, forecasts.columns[fit]))
    below = {"xaxis": "x", "yaxis": "y2", "showlegend": False, "hovertemplate": f"%{{y:+.4g}}{drawn.sign}"}
    traces = [
        line(x, numbers(actual), "actual price", INK, 1.6),
        line(x, numbers(latest(forecasts.last_price)), "naive", NAIVE, 1.2),
        line(x, numbers(forecast), "forecast", WINNER, 1.2),
        line(x, numbers(drawn.factor * came), "actual change", INK, 1.0, opacity=0.55, **below),
        line(x, numbers(drawn.factor * said), "forecast change", WINNER, 1.4, **below),
    ]
    return figure(
        traces,
        axis("", anchor="y2", type="date"),
        axis("price", domain=[0.44, 1.0], **digits_of(actual)),
        yaxis2=naive_axis(f"change {drawn.title}", domain=[0.0, 0.36], **digits_of(drawn.factor * came)),
        showlegend=True,
        hovermode="x unified",
        annotations=[NAIVE_NAME | {"yref": "y2"}],
    )


FORECAST = Part(
    anchor="forecast",
    title="Forecast, price and naive on the test span",
    caption="A curve that hugs the price proves nothing: naive hugs it too.",
    blocks=_blocks,
)
