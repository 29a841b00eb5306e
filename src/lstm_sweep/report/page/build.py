"""Puts the page together: one file, with everything it needs inside."""

import base64
import gzip
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lstm_sweep.report.page.blocks import Block, Figure, LeftOut, Part, Table
from lstm_sweep.report.page.material import Material, read_material
from lstm_sweep.report.page.rendering import TEMPLATE, render_template
from lstm_sweep.report.page.sections.breakdown import BREAKDOWN
from lstm_sweep.report.page.sections.data import DATA
from lstm_sweep.report.page.sections.effects import EFFECTS
from lstm_sweep.report.page.sections.forecast import FORECAST
from lstm_sweep.report.page.sections.history import HISTORY
from lstm_sweep.report.page.sections.importance import IMPORTANCE
from lstm_sweep.report.page.sections.leaderboard import LEADERBOARD
from lstm_sweep.report.page.sections.learning import LEARNING
from lstm_sweep.report.page.sections.making import MAKING
from lstm_sweep.report.page.sections.parallel import PARALLEL
from lstm_sweep.report.page.sections.problems import PROBLEMS
from lstm_sweep.report.page.sections.residuals import RESIDUALS
from lstm_sweep.report.page.sections.stationarity import STATIONARITY
from lstm_sweep.report.page.sections.steps import STEPS
from lstm_sweep.report.page.sections.use import USE
from lstm_sweep.report.page.sections.verdict import opening
from lstm_sweep.storage.files import replacing

REPORT = "report.html"

PARTS = (
    *(LEADERBOARD, FORECAST, BREAKDOWN, STEPS, LEARNING, HISTORY, PARALLEL, EFFECTS, IMPORTANCE, RESIDUALS),
    *(STATIONARITY, USE, PROBLEMS, DATA, MAKING),
)
"""In the order of the page."""

_MOST_COLUMNS = 11
"""Of a table that is printed on an upright sheet."""


@dataclass(frozen=True)
class Filled:
    """A part with its content.

    Attributes:
        part: of the page.
        blocks: its content, empty where it is left out.
        reason: why it is left out, a sentence, or empty.
    """

    part: Part
    blocks: tuple[Block, ...]
    reason: str = ""

    @property
    def is_wide(self) -> bool:
        """Whether it is printed across the sheet."""
        return any(isinstance(block, Table) and len(block.columns) > _MOST_COLUMNS for block in self.blocks)


def write_report(folder: Path) -> Path:
    """Write report.html of a finished sweep; a reader never sees half of it.

    Args:
        folder: sweeps/<name>/.

    Returns:
        The file.

    Raises:
        UserError: where the folder holds no finished sweep, or a file of it is damaged.
    """
    path = folder / REPORT
    page = render(read_material(folder))
    with replacing(path) as unfinished:
        unfinished.write_text(page, encoding="utf-8")
    return path


def render(material: Material) -> str:
    """The page; equal material gives equal text."""
    parts = [_fill(part, material) for part in PARTS]
    has_plots = any(isinstance(block, Figure) for each in parts for block in each.blocks)
    verdict = opening(material)
    return render_template(
        "page.html",
        title=f"{material.name}: {verdict.headline}",
        name=material.name,
        opening=verdict,
        parts=parts,
        as_json=_as_json,
        styles=_inlined("css"),
        scripts=_inlined("js"),
        plotly=packed_plotly() if has_plots else "",
    )


@cache
def packed_plotly() -> str:
    """Plotly's program, gzipped, as base64: less than half of its size. page.js unpacks it."""
    from plotly.offline import get_plotlyjs

    # Level 5: half the time of level 9, for a page that is 1 % larger.
    return base64.b64encode(gzip.compress(get_plotlyjs().encode(), compresslevel=5, mtime=0)).decode()


def _inlined(ending: str) -> list[str]:
    """All style sheets or scripts of the template, by name; page.js, which draws, comes after those that listen."""
    files = sorted(TEMPLATE.glob(f"*.{ending}"), key=lambda file: (file.name == "page.js", file.name))
    return [file.read_text(encoding="utf-8") for file in files]


def _fill(part: Part, material: Material) -> Filled:
    try:
        return Filled(part, tuple(part.blocks(material)))
    except LeftOut as left_out:
        return Filled(part, (), str(left_out))


def _as_json(value: Any) -> str:
    """JSON that nothing can end the script element from."""
    return json.dumps(value, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
