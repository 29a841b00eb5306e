"""The web server of a live process: its page, its API, and who may use them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI

from lstm_sweep.config import LiveConfig
from lstm_sweep.live.at_work import LiveProcess
from lstm_sweep.serving.events import add_events
from lstm_sweep.serving.failures import add_failures
from lstm_sweep.serving.frame import Frame
from lstm_sweep.serving.guard import Guard
from lstm_sweep.serving.health import add_health, add_metrics
from lstm_sweep.serving.metrics.requests import RequestMetrics
from lstm_sweep.serving.page.build import add_page
from lstm_sweep.serving.past_bars import add_history
from lstm_sweep.serving.predicting import add_predicting


def build_app(process: LiveProcess, live: LiveConfig, columns: tuple[str, ...]) -> FastAPI:
    """The app of a live process, for `serve`.

    Args:
        process: at work; the app neither starts nor ends it.
        live: its settings.
        columns: of past prices that its model reads, 'price' first.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        events.start()
        yield
        events.close()
        desk.close()

    # FastAPI's pages of documentation load scripts from elsewhere.
    app = FastAPI(
        title="lstm-sweep",
        version=version("lstm-sweep"),
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    requests = RequestMetrics()
    add_page(app, process, live)
    desk = add_predicting(app, process, live, columns)
    events = app.state.events = add_events(app, process)
    add_history(app, process)
    add_health(app, process)
    add_metrics(app, process, requests, events, live.coverage)
    add_failures(app)
    app.add_middleware(Guard, live=live)
    app.add_middleware(Frame, metrics=requests)  # added last, it is around all others
    requests.paths = frozenset(path for each in app.routes if (path := getattr(each, "path", "")))
    return app
