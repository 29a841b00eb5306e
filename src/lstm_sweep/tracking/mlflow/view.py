"""What MLflow's page shows of one sweep: a state of the page, as its menu 'Views' saves it (MLflow 3.17)."""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

PREFIX = "mlflow.sharedViewState."
"""Of the tags of an experiment in which MLflow's page keeps states of itself."""

OURS = "sweep-"
"""Of the keys of the views of sweeps; those that people save are random letters."""

ALL = "sweeps"
"""Key of the view of all sweeps."""

LONGEST = 5000
"""Characters of a tag of an experiment that every server takes."""

CHARTS, REST = "Comparison", "Model metrics"
"""Sections of the charts: ours, and the one of metrics without a slash in their name."""

UNSMOOTHED = {"lineSmoothness": 0, "useGlobalLineSmoothing": False, "xAxisKey": "step", "useGlobalXaxisKey": False}
"""Of a chart of curves: as they are, by epoch; left out, MLflow would smooth them."""

NARROWEST, MARGIN, LETTER = 100, -20, 7
"""Pixels of a column of numbers, beside the key of any column, and of a letter of its key."""

FEW = 30
"""Rows that are drawn all; of more, the best 20 are."""


@dataclass(frozen=True)
class View:
    """Runs as MLflow's page is to show them: best first, with columns and charts that compare them.

    Attributes:
        name: in the menu 'Views'.
        created: when the (newest) sweep started, milliseconds since 1970, UTC; the menu is sorted by it.
        condition: that runs satisfy, in MLflow's search syntax.
        settings: params of the columns that come first, and of the parallel coordinates.
        metrics: metrics of the columns that follow; the first is minimised.
        curve: metric whose curves are drawn.
        folded: sections of charts that are folded: metrics of seeds, of which few are looked at.
        rows: how many runs there are, about.
        tags: of the columns that come before all others.
    """

    name: str
    created: int
    condition: str
    settings: Sequence[str]
    metrics: Sequence[str]
    curve: str
    folded: Sequence[str]
    rows: int
    tags: Sequence[str] = ()

    def text(self, listed: bool = True) -> str:
        """The value of its tag; one that is not `listed` in the menu is opened by its address alone.

        Sections, then settings, are left out where it would be longer than a tag may be; how many settings, its name
        says.
        """
        for folded, settings in self._shortenings():
            state = f"deflate;{_deflated(json.dumps(self._state(folded, settings), separators=(',', ':')))}"
            left_out = len(self.settings) - len(settings)
            name = f"{self.name} ({left_out} swept settings left out)" if left_out else self.name
            whole = {"name": name, "createdAt": self.created, "updatedAt": self.created, "state": state}
            text = json.dumps(whole) if listed else state
            if len(text) <= LONGEST:
                break
        return text

    def _shortenings(self) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
        yield self.folded, self.settings
        for number in range(len(self.settings), -1, -1):
            yield (), self.settings[:number]

    def _state(self, folded: Sequence[str], settings: Sequence[str]) -> dict[str, Any]:
        columns = [
            *(f"tags.`{name}`" for name in self.tags),
            *(f"params.`{path}`" for path in settings),
            *(f"metrics.`{name}`" for name in self.metrics),
        ]
        sections = {CHARTS: True, REST: False, **dict.fromkeys(folded, False)}
        return {
            "searchFilter": self.condition,
            "orderByKey": f"metrics.`{self.metrics[0]}`",
            "orderByAsc": True,
            "selectedColumns": columns,
            "columnOrder": columns,
            "columnWidths": {column: max(NARROWEST, MARGIN + LETTER * len(column)) for column in columns},
            "runsHiddenMode": "SHOW_ALL" if self.rows <= FEW else "FIRST_20_RUNS",
            "compareRunCharts": self._charts(settings),
            "compareRunSections": [
                {"uuid": name, "name": name, "display": shown, "isReordered": False, "columns": 2}
                for name, shown in sections.items()
            ],
            "isAccordionReordered": True,
            "groupBy": None,
        }

    def _charts(self, settings: Sequence[str]) -> list[dict[str, Any]]:
        score = self.metrics[0]
        parallel = {"selectedParams": list(settings), "selectedMetrics": [score], "showAllRuns": True}
        return [
            _chart("BAR", metricKey=score, displayName=f"{score}, lower is better"),
            _chart("PARALLEL", **parallel),
            _chart("LINE", metricKey=self.curve, displayName=f"{self.curve} by epoch", **UNSMOOTHED),
        ]


def view_key(sweep_id: str) -> str:
    """Of the view of a sweep, the same whenever it is written."""
    return OURS + hashlib.sha256(sweep_id.encode()).hexdigest()[:16]


def view_page(server: str, experiment: str, key: str) -> str:
    """The page that shows a view, on a server ('http://127.0.0.1:5000')."""
    query = urlencode({"workflowType": "machine_learning", "viewStateShareKey": key})
    return f"{server}/#/experiments/{experiment}/runs?{query}"


def _chart(kind: str, **settings: Any) -> dict[str, Any]:
    common = {"uuid": kind, "type": kind, "metricSectionId": CHARTS, "deleted": False, "isGenerated": False}
    return {**common, "runsCountToCompare": 10, **settings}


def _deflated(text: str) -> str:
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()
