"""Learning curves: every metric of an epoch, trial by trial."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.formats import counted
from lstm_sweep.report.page.blocks import Block, Figure, LeftOut, Part
from lstm_sweep.report.page.figures import FAINT, NAIVE_NAME, WINNER, axis, figure, line, numbers, plotted
from lstm_sweep.report.page.material import Material
from lstm_sweep.report.page.scale import ClippedScale
from lstm_sweep.report.page.trials import dots
from lstm_sweep.training.epoch_metrics import EPOCH_METRICS, EpochMetric, MetricKind
from lstm_sweep.trials.outcome import EpochRecord

MOST_TRIALS = 200
"""Curves in the plot; of more, those of the best trials."""

OUTSIDE = "below the picture"

MOST_POINTS = 20_000
"""Points of all curves together; of more, every second, third ... epoch is drawn."""


Curve = tuple[list[int], NDArray[np.float64]]
"""Epochs, and a number at each."""


def mean_curve(fits: Sequence[Sequence[EpochRecord]], name: str) -> Curve:
    """Mean over the fits of a trial, epoch by epoch, as far as all of them went.

    Args:
        fits: records of the epochs of each, in order.
        name: of the metric.

    Returns:
        The epochs, and the mean at each, nan where a number was not finite; none where an older version of the
        program did not record the metric.
    """
    by_epoch = [{record.epoch: record.metrics[name] for record in fit if name in record.metrics} for fit in fits]
    epochs = sorted(set.intersection(*(set(each) for each in by_epoch)))
    values = [[each[epoch] for epoch in epochs] for each in by_epoch]
    return epochs, np.mean(values, axis=0) if epochs else np.empty(0)


def _blocks(material: Material) -> Sequence[Block]:
    by_trial: dict[str, list[Sequence[EpochRecord]]] = {}
    for name, epochs in material.epochs.items():
        by_trial.setdefault(name.partition("/")[0], []).append(epochs)
    order = [row["trial"] for row in material.board if row["trial"] in by_trial] or sorted(by_trial)
    if not order:
        raise LeftOut("The journal holds no epochs: every fit was taken from an earlier sweep, or its lines are lost.")
    shown = {trial: by_trial[trial] for trial in order[:MOST_TRIALS]}
    views = {metric.title: _view(material, shown, metric) for metric in reversed(EPOCH_METRICS)}  # skill first
    more = "" if len(order) == len(shown) else f" The best {len(shown)} of {counted(len(order), 'trial')}."
    is_cut = any(trace["name"] == OUTSIDE for view in views.values() for trace in view["data"])
    cut = " ▼: a line that ends below the picture." if is_cut else ""
    caption = (
        "One line per trial, the mean over its seeds as far as all of them trained; the winner is coloured. Skill is "
        "the share by which the error (root of the mean square) is lower than naive's; the losses are what training "
        f"lowers, mean squared errors (MSE) of scaled numbers.{cut}{more}"
    )
    return [Figure("learning", caption, views, chooser="What is drawn", height=380)]


def _view(material: Material, by_trial: dict[str, list[Sequence[EpochRecord]]], metric: EpochMetric) -> dict[str, Any]:
    is_skill = metric.kind is MetricKind.SKILL
    factor = 100.0 if is_skill else 1.0
    curves = {}
    for trial, fits in by_trial.items():
        epochs, values = mean_curve(fits, metric.name)
        if epochs:
            curves[trial] = epochs, factor * values
    every = 1 + sum(len(epochs) for epochs, _ in curves.values()) // MOST_POINTS
    traces = [_trace(material, trial, epochs, values, every) for trial, (epochs, values) in curves.items()]
    traces.sort(key=lambda trace: trace["line"]["color"] == WINNER)  # drawn last, on top
    last = max((epochs[-1] for epochs, _ in curves.values()), default=1)
    x = axis("epoch", tick0=0, dtick=max(1, round(last / 10)))
    if not is_skill:
        return figure(traces, x, axis("mean squared error, scaled", type="log", exponentformat="power"))
    scale = ClippedScale.of(np.concatenate([values for _, values in curves.values()] or [np.empty(0)]))
    return figure([*traces, *_outside(material, curves, scale)], x, scale.axis(), annotations=[NAIVE_NAME])


def _trace(
    material: Material, trial: str, epochs: list[int], values: NDArray[np.float64], every: int
) -> dict[str, Any]:
    kept = [*range(0, len(epochs) - 1, every), len(epochs) - 1]
    best = trial == material.winner
    label = plotted(material.label(trial))
    mode, colour = "lines" if len(kept) > 1 else "markers", WINNER if best else FAINT
    x = [epochs[row] for row in kept]
    trace = line(x, numbers(values[kept]), trial, colour, 2.4 if best else 1.0, mode=mode)
    return trace | {"marker": {"color": colour}, "text": label, "meta": trial, "hovertemplate": _HOVER}


_HOVER = "%{text}<br>epoch %{x}: %{y:.4g}<extra></extra>"


def _outside(material: Material, curves: dict[str, Curve], scale: ClippedScale) -> list[dict[str, Any]]:
    """A mark at the edge where a curve ends below it: the worst would press all others into one line."""
    ends = {trial: (epochs[-1], values[-1]) for trial, (epochs, values) in curves.items()}
    below = {trial: end for trial, end in ends.items() if scale.is_below(end[1])}
    if not below:
        return []
    x, skills = zip(*below.values(), strict=True)
    return [dots(material, list(below), x, skills, scale) | {"name": OUTSIDE}]


LEARNING = Part(
    anchor="learning",
    title="Learning curves",
    caption="What each epoch of training brought. Above the line of naive, a trial is better than it on validation.",
    blocks=_blocks,
)
