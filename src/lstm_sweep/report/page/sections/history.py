"""How the search went: the best so far, beside what luck would have found among the same scores."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.report.page.blocks import Block, Figure, LeftOut, Part
from lstm_sweep.report.page.figures import CLEAR, GRID, NAIVE_NAME, SOFT, WINNER, Plain, axis, figure, line, numbers
from lstm_sweep.report.page.material import Material
from lstm_sweep.report.page.scale import ClippedScale
from lstm_sweep.report.page.trials import dots, skill_of
from lstm_sweep.stats.best_of import best_of

MOST_COUNTS = 200
"""Points of the curve of luck."""

_STEPS = "hv"
"""Shape of lines that stay as they are until the next trial ends."""


def _blocks(material: Material) -> Sequence[Block]:
    ends = material.ends
    scores = np.array([end.score for end in ends], dtype=np.float64)
    if np.isfinite(scores).sum() < 2:
        raise LeftOut(f"It takes two trials that completed; the journal has {int(np.isfinite(scores).sum())}.")
    skills = np.array([skill_of(score) for score in scores])
    scale = ClippedScale.of(skills)
    by_trial = np.arange(1.0, len(ends) + 1)
    by_second = np.array([end.seconds for end in ends])
    views = {
        "by trial": _view(material, by_trial, "trials ended", scores, scale),
        "by second": _view(material, by_second, "seconds since the sweep began", scores, scale),
    }
    caption = (
        "Each dot is a trial, in the order in which trials ended; the line is the best so far. Dashed, with 8 of 10 "
        "cases shaded: the best of as many of these trials in an order drawn at random. A search that learns lies "
        "above it early. Skill is the share by which the error on validation is lower than naive's."
        + scale.note(skills)
        + ("" if np.isfinite(scores).all() else " A random order counts them as the worst of the others.")
        + _cut_note(views["by trial"], scale)
    )
    return [Figure("history", caption, views, chooser="Across", height=360)]


def _view(
    material: Material, x: NDArray[np.float64], title: str, scores: NDArray[np.float64], scale: ClippedScale
) -> Plain:
    skills = np.array([skill_of(score) for score in scores])
    best = np.fmax.accumulate(skills)
    # Dots lie on the line, and say more.
    steps = {"line": {"color": WINNER, "width": 2, "shape": _STEPS}, "hoverinfo": "skip"}
    traces = [
        *_luck(x, scores),
        dots(material, [end.trial_id for end in material.ends], numbers(x), skills.tolist(), scale),
        line(numbers(x), numbers(scale.clip(best)), "best so far", WINNER) | steps,
    ]
    return figure(
        traces,
        axis(title),  # as far as dots reach: one on its edge is cut in half, and lies under no pointer
        scale.axis(zerolinelayer="above traces"),
        showlegend=True,
        annotations=[NAIVE_NAME],
    )


def _cut_note(view: Plain, scale: ClippedScale) -> str:
    """A sentence, with a space before it, where what is drawn of luck leaves the picture; empty where it does not."""
    names = {"the shading": view["data"][:2], "the dashed line": view["data"][2:3]}
    is_below = {
        name: any(value < scale.floor for trace in traces for value in trace["y"] if value is not None)
        for name, traces in names.items()
    }
    cut = [name for name, is_so in is_below.items() if is_so]
    return (
        f" Cut at the lower edge: {' and '.join(cut)}, which {'go' if cut[1:] else 'goes'} on below it." if cut else ""
    )


def _luck(x: NDArray[np.float64], scores: NDArray[np.float64]) -> list[Plain]:
    """What a random order would have had after as many trials; one without a score counts as the worst of them."""
    finite = np.where(np.isfinite(scores), scores, scores[np.isfinite(scores)].max())
    counts = np.unique(np.linspace(1, finite.size, min(finite.size, MOST_COUNTS)).round().astype(np.int64))
    luck = best_of(finite, counts)
    places = numbers(x[counts - 1])
    expected, low, high = (100.0 * (1.0 - np.exp(each)) for each in (luck.expected, luck.high, luck.low))
    edge = {"hoverinfo": "skip", "line": {"width": 0, "color": CLEAR, "shape": _STEPS}}
    band = edge | {"fill": "tonexty", "fillcolor": GRID}
    dashed = {"line": {"color": SOFT, "width": 1.5, "dash": "dash", "shape": _STEPS}}
    hover = {"hovertemplate": "random order, on average: %{y:.4g} %<extra></extra>"}
    return [
        line(places, numbers(low), "", CLEAR) | edge | {"showlegend": False},
        line(places, numbers(high), "8 of 10 random orders", GRID) | band,
        line(places, numbers(expected), "random order, on average", SOFT) | dashed | hover,
    ]


HISTORY = Part(
    anchor="history",
    title="How the search went",
    caption="Whether it found its best early, and whether it found more than luck would have.",
    blocks=_blocks,
)
