"""Whether the process is at work: for people, for what watches it, and for who expects a server of MLflow's."""

from importlib.metadata import version

from fastapi import FastAPI
from fastapi.responses import Response

from lstm_sweep.live.at_work import LiveProcess
from lstm_sweep.live.view import LiveView
from lstm_sweep.serving.answers import Health
from lstm_sweep.serving.events import LiveEvents
from lstm_sweep.serving.metrics.exposition import CONTENT_TYPE, exposed, one
from lstm_sweep.serving.metrics.of_view import view_metrics
from lstm_sweep.serving.metrics.requests import RequestMetrics
from lstm_sweep.serving.plain import as_json

_UNHEALTHY = ("stale", "ended")


def health_of(view: LiveView) -> Health:
    """What a view says of the process; a model that has expired is a state, not a failure."""
    champion = view.versions[0].version if view.versions else None
    program = version("lstm-sweep")
    return Health(view.state not in _UNHEALTHY, view.state, view.said, view.warnings, champion, program)


def add_health(app: FastAPI, process: LiveProcess) -> None:
    """Add GET /health, and /ping and /version as MLflow's servers have them."""

    @app.get(
        "/health",
        response_model=Health,
        responses={503: {"model": Health}},
        summary="Whether bars come and are forecast; 503 where they do not",
    )
    async def health() -> Response:
        found = health_of(process.view)
        return Response(as_json(found), 200 if found.healthy else 503, media_type="application/json")

    @app.get("/ping", summary="Whether the server answers")
    async def ping() -> Response:
        return Response("\n", media_type="application/json")

    @app.get("/version", summary="The version of MLflow whose form POST /invocations has")
    async def mlflow_version() -> Response:
        return Response(version("mlflow"), media_type="application/json")


def add_metrics(
    app: FastAPI, process: LiveProcess, requests: RequestMetrics, events: LiveEvents, coverage: float
) -> None:
    """Add GET /metrics."""

    @app.get("/metrics", summary="Numbers for Prometheus")
    async def metrics() -> Response:
        streams = one("event_streams", "gauge", "Pages that are sent every new view.", events.open)
        text = exposed([*view_metrics(process.view, coverage), *requests.metrics(), streams])
        return Response(text, headers={"Content-Type": CONTENT_TYPE})
