"""Which settings mattered, and how sure that is."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lstm_sweep.formats import is_number, percent
from lstm_sweep.report.page.blocks import Block, Figure, LeftOut, Notes, Part
from lstm_sweep.report.page.figures import WINNER, Plain, axis, figure, numbers, plotted
from lstm_sweep.report.page.material import Material

_ROW = 30
_LONGEST = 26


def _blocks(material: Material) -> Sequence[Block]:
    importance = material.told("importance") or {}
    shares = {path: share for path, share in (importance.get("values") or {}).items() if is_number(share)}
    if not shares:
        raise LeftOut(importance.get("reason") or "It was not worked out.")
    low, high = (_ends(importance.get(end), shares) for end in ("low", "high"))
    if low and not any(low.values()):
        return [Notes([("plain", _unsure(high))])]
    whiskers = (
        ""
        if not low
        else (
            f" The whiskers hold the true share in {100 - 200 * material.alpha:.3g} of 100 such sweeps, where noise is "
            "normal; a setting whose whisker reaches 0 is not shown to matter."
        )
    )
    method = importance.get("method") or "share"
    caption = f"How much of the differences in score goes back to each setting: {method}.{whiskers}"
    return [Figure("importance", caption, {"": _figure(shares, low, high)}, height=90 + _ROW * len(shares))]


def _ends(found: Any, shares: dict[str, float]) -> dict[str, float]:
    """Ends of the intervals; none where an older version of the program has found none."""
    known = found if isinstance(found, dict) else {}
    return {path: float(known[path]) for path in shares} if all(is_number(known.get(path)) for path in shares) else {}


def _unsure(high: dict[str, float]) -> str:
    most = ", ".join(f"{path} at most {percent(share, 0, '-')}" for path, share in high.items())
    return (
        "No setting is shown to matter: what each does is too small for so few trials and seeds, so there is no "
        f"picture. Of the differences in score, each may explain nothing, or {most}. More trials or seeds tell more."
    )


def _figure(shares: dict[str, float], low: dict[str, float], high: dict[str, float]) -> Plain:
    paths = list(reversed(shares))  # the first is the lowest of a vertical axis
    share = np.array([100.0 * shares[path] for path in paths])
    said = [f"{plotted(path)}: {percent(shares[path], 1, '-')}" for path in paths]
    band = {}
    if low:
        ends = [100.0 * np.array([end[path] for path in paths]) for end in (low, high)]
        said = [f"{text} ({one:.3g} to {other:.3g} %)" for text, one, other in zip(said, *ends, strict=True)]
        sides = {"array": numbers(ends[1] - share), "arrayminus": numbers(share - ends[0])}
        look = {"type": "data", "symmetric": False, "color": "var(--ink)", "thickness": 1.5, "width": 5}
        band = {"error_x": look | sides}
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": numbers(share),
        "y": list(range(len(paths))),
        "marker": {"color": WINNER, "opacity": 0.6},
        "text": said,
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }
    names = [plotted(path if len(path) <= _LONGEST else "…" + path[1 - _LONGEST :]) for path in paths]
    vertical = axis("", tickvals=bars["y"], ticktext=names)
    right = max(100.0 * max(high.values(), default=0.0), float(share.max()), 1.0)
    return figure(
        [bars | band], axis("share of the differences, %", range=[0, min(right * 1.05, 101.0)]), vertical, bargap=0.35
    )


IMPORTANCE = Part(
    anchor="importance",
    title="Which settings mattered",
    caption="How much of the difference between trials goes back to each setting. It says nothing about beating naive.",
    blocks=_blocks,
)
