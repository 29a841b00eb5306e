"""Every bar since the process began, with its forecast, as a stream that is never whole in memory."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime
from itertools import islice
from typing import Annotated, Literal

from fastapi import FastAPI, Query
from fastapi.responses import StreamingResponse

from lstm_sweep.errors import UserError
from lstm_sweep.live.at_work import LiveProcess
from lstm_sweep.live.view import PointView
from lstm_sweep.serving.failures import Failure
from lstm_sweep.serving.iso import utc
from lstm_sweep.serving.plain import as_json, plain

COLUMNS = tuple(each.name for each in fields(PointView))

_TOGETHER = 500
"""Bars that are sent at once."""


def chosen(points: Iterable[PointView], after: datetime | None, limit: int | None) -> Iterator[PointView]:
    """The first `limit` of the bars after a time."""
    later = points if after is None else (each for each in points if utc(each.time) > after)
    return islice(later, limit)


def as_csv(points: Iterable[PointView]) -> Iterator[str]:
    """Parts of a table: a header, and a line per bar; what is missing is empty."""
    yield ",".join(COLUMNS) + "\n"
    for some in _together(points):
        text = io.StringIO()
        rows = ([_cell(each) for each in plain(point).values()] for point in some)
        csv.writer(text, lineterminator="\n").writerows(rows)
        yield text.getvalue()


def as_json_list(points: Iterable[PointView]) -> Iterator[bytes]:
    """Parts of a JSON list of objects, one on each line."""
    opening = b"[\n"
    for some in _together(points):
        yield opening + b",\n".join(map(as_json, some))
        opening = b",\n"
    yield b"[]\n" if opening == b"[\n" else b"\n]\n"


def _together(points: Iterable[PointView]) -> Iterator[list[PointView]]:
    rest = iter(points)
    while some := list(islice(rest, _TOGETHER)):
        yield some


def _cell(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def add_history(app: FastAPI, process: LiveProcess) -> None:
    """Add GET /history."""

    @app.get(
        "/history",
        response_model=list[PointView],
        responses={200: {"content": {"text/csv": {}}}, "4XX": {"model": Failure}},
        summary="All bars with their forecasts, oldest first",
    )
    def history(
        form: Annotated[Literal["json", "csv"], Query(alias="format")] = "json",
        after: Annotated[str | None, Query(description="ISO time; UTC unless it says otherwise")] = None,
        limit: Annotated[int | None, Query(ge=1, le=10**9, description="bars at most")] = None,
    ) -> StreamingResponse:
        points = chosen(process.history(), None if after is None else _time(after), limit)
        if form == "csv":
            disposition = {"Content-Disposition": 'attachment; filename="history.csv"'}
            return StreamingResponse(as_csv(points), headers=disposition, media_type="text/csv")
        return StreamingResponse(as_json_list(points), media_type="application/json")


def _time(text: str) -> datetime:
    try:
        return utc(text.replace(" ", "+") if "T" in text else text)  # a + that was not escaped
    except ValueError:
        raise UserError(
            f"after must be an ISO time, but is {text[:200]!r}: write it like 2024-12-31T23:00:00Z."
        ) from None
