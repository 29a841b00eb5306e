"""The page of a live process: one file, which asks nothing of any other place."""

import base64
import hashlib
import re
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from lstm_sweep.config import LiveConfig
from lstm_sweep.live.at_work import LiveProcess
from lstm_sweep.report.page.rendering import TEMPLATE, render_template

_OWN = Path(__file__).parent / "template"

_SCRIPTS = ("words.js", "chart.js", "keys.js", "pictures.js", "tables.js", "page.js")
"""In the order in which they need each other."""


def render_live_page(name: str, series: str, coverage: float) -> str:
    """The page, before it is told anything.

    Args:
        name: of the live process.
        series: name of its prices.
        coverage: share of actuals that intervals are to hold.
    """
    return render_template(
        "live.html",
        _OWN,
        title=f"{series}: live",
        name=name,
        series=series,
        coverage=coverage,
        styles=[(folder / file).read_text("utf-8") for folder, file in ((TEMPLATE, "page.css"), (_OWN, "live.css"))],
        scripts=[
            *((_OWN / file).read_text("utf-8") for file in _SCRIPTS),
            (TEMPLATE / "print.js").read_text("utf-8"),
        ],
    )


def policy_of(page: str) -> str:
    """A Content-Security-Policy under which only this page's own styles and scripts run, and nothing else is asked."""
    allowed = {
        tag: " ".join(_digest(text) for text in re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL))
        for tag in ("style", "script")
    }
    return (
        f"default-src 'self'; style-src {allowed['style']}; script-src {allowed['script']}; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def add_page(app: FastAPI, process: LiveProcess, live: LiveConfig) -> None:
    """Add GET /."""
    page = render_live_page(process.view.name, process.view.series, live.coverage)
    headers = {"Content-Security-Policy": policy_of(page)}

    @app.get("/", response_class=HTMLResponse, summary="The page, for people")
    async def index() -> HTMLResponse:
        return HTMLResponse(page, headers=headers)
