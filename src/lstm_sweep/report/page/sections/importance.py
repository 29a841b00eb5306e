"""Which settings mattered."""

from collections.abc import Sequence

from lstm_sweep.formats import is_number, percent
from lstm_sweep.report.page.blocks import Bar, Block, Cell, LeftOut, Part, Row, Table
from lstm_sweep.report.page.material import Material


def _blocks(material: Material) -> Sequence[Block]:
    importance = material.told("importance") or {}
    values = importance.get("values")
    if not values:
        raise LeftOut(importance.get("reason") or "It was not worked out.")
    shares = {path: share for path, share in values.items() if is_number(share)}
    most = max([*shares.values(), 1e-9])
    rows = [
        Row([Cell(path), Cell(percent(share, 1, "-"), repr(share), bar=Bar(0.0, round(100 * max(share, 0) / most, 2)))])
        for path, share in shares.items()
    ]
    return [Table(["setting", str(importance.get("method") or "share")], rows)]


IMPORTANCE = Part(
    anchor="importance",
    title="Which settings mattered",
    caption="How much of the difference between trials goes back to each setting. It says nothing about beating naive.",
    blocks=_blocks,
)
