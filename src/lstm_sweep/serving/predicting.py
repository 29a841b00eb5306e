"""Forecasts: the newest one, kept ready for whoever asks, and those after past prices that a request brings."""

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, final

from fastapi import FastAPI, Request
from fastapi.responses import Response

from lstm_sweep.config import LiveConfig
from lstm_sweep.live.at_work import LiveProcess
from lstm_sweep.live.view import LiveView
from lstm_sweep.serving.answers import AskedForecast, NewestForecast, Predictions
from lstm_sweep.serving.bodies import most_bytes, read_body
from lstm_sweep.serving.failures import Failure, RefusedError
from lstm_sweep.serving.past_prices import MLFLOW, OWN, Columns, Reader, read_past
from lstm_sweep.serving.plain import as_json
from lstm_sweep.serving.schemas import past_prices_schema

_THREADS = 4
_MOST_WAITING = 256
"""Requests that may wait for a thread; more are sent away, for they would wait for seconds."""


@final
class NewestAnswer:
    """The bytes of GET /predict, made once for each view."""

    def __init__(self, process: LiveProcess) -> None:
        self._process, self._answer = process, b""
        self._of: LiveView | None = None

    def bytes(self) -> bytes:
        """JSON of the newest forecast."""
        view = self._process.view
        if view is not self._of:
            self._of, self._answer = view, as_json(newest_forecast(view))
        return self._answer


def newest_forecast(view: LiveView) -> NewestForecast:
    """What a view says of the next bars; a model that has expired forecasts nothing."""
    is_there = view.forecast is not None and view.state != "expired"
    judgement = view.judgements[0].sentence if view.judgements else None
    forecast, reason = (view.forecast, None) if is_there else (None, view.said)
    return NewestForecast(view.series, view.number, view.state, view.said, forecast, reason, judgement)


@final
class Desk:
    """Computes forecasts beside the event loop, which goes on answering what is ready."""

    def __init__(self, process: LiveProcess, live: LiveConfig, columns: Columns) -> None:
        self._process, self._columns, self._most_rows = process, columns, live.most_rows
        self._most_bytes = most_bytes(live.most_rows, len(columns))
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="forecast")
        self._waiting = 0

    async def answer(
        self, request: Request, forms: Mapping[str, Reader], form: Callable[[AskedForecast], bytes]
    ) -> Response:
        """Forecast what a request asks for."""
        body = await read_body(request, self._most_bytes)
        if self._waiting >= _MOST_WAITING:
            raise RefusedError(
                503,
                f"at most {_MOST_WAITING} requests may wait, but so many do: ask again in a second.",
                {"Retry-After": "1"},
            )
        self._waiting += 1
        try:
            kind = request.headers.get("content-type", "")
            made = asyncio.get_running_loop().run_in_executor(self._threads, self._forecast, body, kind, forms, form)
            return Response(await made, media_type="application/json")
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """End the threads; what waits is not computed any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _forecast(
        self, body: bytes, kind: str, forms: Mapping[str, Reader], form: Callable[[AskedForecast], bytes]
    ) -> bytes:
        past = read_past(body, kind, forms, self._columns, self._most_rows)
        prices, version = self._process.forecast(past)
        return form(AskedForecast(float(past["price"].iloc[-1]), prices.tolist(), version, len(past)))


def _as_mlflow(forecast: AskedForecast) -> bytes:
    row = {f"step_{number}": price for number, price in enumerate(forecast.forecast, start=1)}
    return json.dumps({"predictions": [row]}).encode()


def add_predicting(app: FastAPI, process: LiveProcess, live: LiveConfig, columns: Columns) -> Desk:
    """Add GET and POST /predict, and POST /invocations."""
    newest, desk = NewestAnswer(process), Desk(process, live, columns)
    failures: dict[int | str, dict[str, Any]] = {
        status: {"model": Failure} for status in (400, 401, 408, 413, 415, 429, 503)
    }

    @app.get("/predict", response_model=NewestForecast, summary="The newest forecast")
    async def predict() -> Response:
        return Response(newest.bytes(), media_type="application/json")

    @app.post(
        "/predict",
        response_model=AskedForecast,
        responses=failures,
        openapi_extra=past_prices_schema(OWN, columns),
        summary="The forecast after past prices, oldest first",
    )
    async def predict_after(request: Request) -> Response:
        return await desk.answer(request, OWN, as_json)

    @app.post(
        "/invocations",
        response_model=Predictions,
        responses=failures,
        openapi_extra=past_prices_schema(MLFLOW, columns),
        summary="The same in the form of MLflow's servers",
    )
    async def invocations(request: Request) -> Response:
        return await desk.answer(request, MLFLOW, _as_mlflow)

    return desk
