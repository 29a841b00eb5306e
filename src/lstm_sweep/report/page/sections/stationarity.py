"""Is the series stationary, before its transform and after it?"""

from collections.abc import Sequence
from typing import Any

from lstm_sweep.formats import MISSING, is_number, number, p_value
from lstm_sweep.report.page.blocks import Block, Cell, LeftOut, Part, Row, Table
from lstm_sweep.report.page.material import Material


def _blocks(material: Material) -> Sequence[Block]:
    told = material.told("stationarity") or {}
    if not (told.get("before") or told.get("after")):
        raise LeftOut("It was not tested.")
    transform = material.settings.get("windows", {}).get("transform", "transform")
    names = {"before": "the price", "after": f"after {transform}"}
    rows = [_row(name, told[key]) for key, name in names.items() if told.get(key)]
    return [Table(["training span", "ADF", "p", "lags", "KPSS", "p", "lags", "together"], rows)]


def _row(name: str, tests: dict[str, Any]) -> Row:
    adf, kpss = tests.get("adf") or {}, tests.get("kpss") or {}
    cells = [Cell(name), *_cells(adf), *_cells(kpss), Cell(tests.get("conclusion") or "not tested")]
    return Row(cells)


def _cells(test: dict[str, Any]) -> list[Cell]:
    statistic, p = test.get("statistic"), test.get("p_value")
    lags = test.get("lags")
    return [
        Cell(number(statistic, 4), repr(statistic) if is_number(statistic) else ""),
        Cell(p_value(p).removeprefix("p ").removeprefix("= "), repr(p) if is_number(p) else ""),
        Cell(MISSING if lags is None else str(lags)),
    ]


STATIONARITY = Part(
    anchor="stationarity",
    title="Is the series stationary?",
    caption="A network learns best from what keeps its mean and spread. ADF supposes that it wanders (a small p "
    "speaks against it), KPSS that it does not (a small p speaks against that; its table ends at 0.01 and 0.1).",
    blocks=_blocks,
)
