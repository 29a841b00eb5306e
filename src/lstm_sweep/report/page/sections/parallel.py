"""All swept settings of all trials at once, as parallel coordinates."""

from collections.abc import Sequence

from lstm_sweep.report.page.blocks import Block, Figure, LeftOut, Part
from lstm_sweep.report.page.figures import CLEAR, Plain, figure, numbers, plotted
from lstm_sweep.report.page.lost import lost_note
from lstm_sweep.report.page.material import Material
from lstm_sweep.report.page.ranges import placed, ticks_of
from lstm_sweep.report.page.scale import ClippedScale
from lstm_sweep.report.page.trials import Dot, completed, thinned

_MOST_UPRIGHT = 8
"""Axes whose names fit beside each other."""


def _blocks(material: Material) -> Sequence[Block]:
    everyone = completed(material)
    if not material.swept:
        raise LeftOut("Nothing was swept.")
    if len(everyone) < 2:
        raise LeftOut(f"It takes two trials that completed; here {len(everyone)} did.")
    shown, said = thinned(everyone)
    skills = [dot.skill for dot in everyone]
    scale = ClippedScale.of(skills)
    dimensions = [_dimension(material, path, shown) for path in material.swept]
    caption = (
        "One line per trial, the stronger its colour the higher its skill (the share by which its error on "
        "validation is lower than naive's). Drag along an axis to keep only the trials that pass there; click to "
        f"let go.{said}{scale.note(skills)} {lost_note(material)}".rstrip()
    )
    view = _figure(dimensions, shown, scale)
    return [Figure("parallel", caption, {"": view}, height=380, width=96 * (len(dimensions) + 1))]


def _figure(dimensions: list[Plain], shown: Sequence[Dot], scale: ClippedScale) -> Plain:
    skills = scale.clip([dot.skill for dot in shown])
    low, high = scale.limits
    ticks = ticks_of(low, high, is_log=False)
    words = [f"{tick:.4g}" for tick in ticks]
    if scale.is_below([dot.skill for dot in shown]).any():
        far = [tick for tick in ticks if tick - low > 0.06 * (high - low)]
        ticks, words = [low, *far], [f"▼ {low:.3g}", *(f"{tick:.4g}" for tick in far)]
    last = {
        "label": "skill, %",
        "values": numbers(skills),
        "range": numbers([low, high]),
        "tickvals": numbers(ticks),
        "ticktext": words,
    }
    trace = {
        "type": "parcoords",
        "dimensions": [*dimensions, last],
        "customdata": [dot.trial for dot in shown],
        "line": {"color": numbers(skills), "colorscale": [[0, "var(--pale)"], [1, "var(--accent)"]]},
        "labelangle": -20 if len(dimensions) >= _MOST_UPRIGHT else 0,
        "labelfont": {"size": 12, "color": "var(--ink)"},
        "tickfont": {"size": 11, "color": "var(--ink)"},
        "rangefont": {"size": 1, "color": CLEAR},
        "unselected": {"line": {"color": "var(--faint)", "opacity": 0.15}},
    }
    return figure([trace], {}, {}, margin={"l": 52, "r": 44, "t": 60, "b": 18})


def _dimension(material: Material, path: str, shown: Sequence[Dot]) -> Plain:
    where = placed(material, path, [dot.values.get(path) for dot in shown])
    is_log = where.kind == "log"
    return {
        "label": plotted(path.rpartition(".")[2]) + (" (log)" if is_log else ""),
        "values": numbers(where.places),
        "range": numbers(where.ends),
        "tickvals": numbers(where.ticks),
        "ticktext": where.words,
    }


PARALLEL = Part(
    anchor="parallel",
    title="All settings at once",
    caption="Which combinations did well: follow the strongest lines from the right to the left.",
    blocks=_blocks,
)
