"""Where the winner errs more, or less, than naive: by step of the horizon, by volatility, over time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.formats import number, percent
from lstm_sweep.report.page.blocks import Block, Cell, Figure, Part, Row, Table
from lstm_sweep.report.page.figures import NAIVE, WINNER, axis, digits_of, figure, line, naive_axis, numbers, times
from lstm_sweep.report.page.forecasts import DrawnIn, Forecasts
from lstm_sweep.report.page.material import Material
from lstm_sweep.report.page.sections.forecast import MOST_POINTS, registered_fit

VOLATILITY_BARS = 20
"""Changes of the price up to the origin whose deviation is its volatility."""

_REGIMES = ("calm third", "middle third", "wild third")


@dataclass(frozen=True)
class Group:
    """Some of the targets.

    Attributes:
        name: what they have in common.
        count: number of them.
        winner: root of the mean squared error in the unit of `Forecasts`, averaged over the seeds.
        naive: naive's.
    """

    name: str
    count: int
    winner: float
    naive: float

    @property
    def skill(self) -> float:
        """1 - RMSE / RMSE of naive."""
        return 1.0 - self.winner / self.naive if self.naive > 0 else float("nan")


def by_step(forecasts: Forecasts, seeds: list[str]) -> list[Group]:
    """Error by step of the horizon."""
    winner = np.mean([np.square(forecasts.errors(name)) for name in seeds], axis=0)
    change = forecasts.changes(forecasts.actual)
    groups = []
    for step in range(forecasts.horizon):
        scored = forecasts.scored[:, step]
        pair = (_root(winner[scored, step]), _root(np.square(change[scored, step])))
        groups.append(Group(f"step {step + 1}", int(scored.sum()), *pair))
    return groups


def by_volatility(forecasts: Forecasts, seeds: list[str]) -> list[Group]:
    """Error by third of the volatility at the origin; windows without enough past are left out."""
    past = np.concatenate([forecasts.past_prices, forecasts.last_price])
    volatility = past_volatility(past if forecasts.is_signed else np.log(past))
    volatility = volatility[len(forecasts.past_prices) :]
    known = np.isfinite(volatility)
    if known.sum() < len(_REGIMES):
        return []
    edges = np.quantile(volatility[known], [1 / 3, 2 / 3])
    third = np.searchsorted(edges, volatility, side="left")
    loss, naive_loss = forecasts.loss(seeds), forecasts.naive_loss()
    groups = []
    for number_of, name in enumerate(_REGIMES):
        rows = known & (third == number_of)
        if rows.any():
            groups.append(Group(name, int(rows.sum()), _root(loss[rows]), _root(naive_loss[rows])))
    return groups


def past_volatility(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard deviation of the last `VOLATILITY_BARS` changes up to each level, nan where there are fewer.

    Args:
        levels: float64 `(time,)`, log prices, or the values of a signed series.
    """
    volatility = np.full(len(levels), np.nan)
    if len(levels) > VOLATILITY_BARS:
        changes = np.lib.stride_tricks.sliding_window_view(np.diff(levels), VOLATILITY_BARS)
        volatility[VOLATILITY_BARS:] = changes.std(axis=1)
    return volatility


def _root(values: NDArray[np.float64]) -> float:
    return float(np.sqrt(values.mean())) if values.size else float("nan")


def _blocks(material: Material) -> Sequence[Block]:
    forecasts, _ = registered_fit(material)
    seeds = forecasts.of_trial(material.winner or "")
    steps = by_step(forecasts, seeds) if forecasts.horizon > 1 else []
    regimes = by_volatility(forecasts, seeds)
    blocks: list[Block] = [_gain(forecasts, seeds)]
    if regimes:
        why = f"By how much the price moved over the {VOLATILITY_BARS} bars before the forecast."
        blocks.append(_bars("regimes", why, regimes, "", forecasts.drawn))
    if steps:
        blocks.append(_bars("steps", "By how far ahead the forecast looks.", steps, "steps ahead", forecasts.drawn))
    return [*blocks, _table([*regimes, *steps], forecasts.drawn)]


def _bars(name: str, caption: str, groups: list[Group], title: str, drawn: DrawnIn) -> Figure:
    traces = [
        {
            "type": "bar",
            "name": who,
            "x": [group.name.removeprefix("step ") for group in groups],
            "y": numbers([drawn.factor * getattr(group, who) for group in groups]),
            "marker": {"color": colour},
            "hovertemplate": f"%{{x}}: %{{y:.4g}}{drawn.sign}",
        }
        for who, colour in (("winner", WINNER), ("naive", NAIVE))
    ]
    view = figure(
        traces,
        axis(title, type="category"),
        axis(f"RMSE {drawn.words}", rangemode="tozero", **digits_of(drawn.factor * group.naive for group in groups)),
        showlegend=True,
        bargap=0.35,
    )
    return Figure(name, caption, {"": view}, height=300, wide=False)


def _gain(forecasts: Forecasts, seeds: list[str]) -> Figure:
    """Squared error that naive has made and the winner has not, summed up (Goyal and Welch 2008, Fig. 1)."""
    gain = np.cumsum(forecasts.naive_loss() - forecasts.loss(seeds)) * forecasts.drawn.factor**2
    every = max(len(gain) // MOST_POINTS, 1)
    x = times(forecasts.targets[::every, 0])
    trace = line(x, numbers(gain[::every]), "error saved", WINNER, hovertemplate="%{x}: %{y:.4g}<extra></extra>")
    view = figure(
        [trace],
        axis("", type="date"),
        naive_axis("error saved, squared" if forecasts.is_signed else "error saved, %²", **digits_of(gain)),
    )
    caption = (
        "Squared error saved against naive, summed from left to right: rising is better than naive, falling worse."
    )
    return Figure("gain", caption, {"": view}, height=300, wide=False)


def _table(groups: list[Group], drawn: DrawnIn) -> Table:
    rows = [
        Row(
            [
                Cell(group.name),
                Cell(f"{group.count:,}"),
                Cell(number(drawn.factor * group.winner, 4), repr(drawn.factor * group.winner)),
                Cell(number(drawn.factor * group.naive, 4), repr(drawn.factor * group.naive)),
                Cell(percent(group.skill), repr(group.skill)),
            ]
        )
        for group in groups
    ]
    return Table(["targets", "count", f"RMSE{drawn.sign}, winner", f"RMSE{drawn.sign}, naive", "skill"], rows)


BREAKDOWN = Part(
    anchor="breakdown",
    title="Where the error is",
    caption="The winner, averaged over its seeds, against naive: lower is better.",
    blocks=_blocks,
)
