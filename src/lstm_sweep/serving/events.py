"""Server-sent events: every new view, to any number of pages."""

import asyncio
import secrets
import threading
import time
from collections.abc import AsyncIterator
from typing import final

from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

from lstm_sweep.live.at_work import LiveProcess
from lstm_sweep.live.view import LiveView
from lstm_sweep.serving.failures import Failure, RefusedError
from lstm_sweep.serving.plain import as_json

HEARTBEAT_SECONDS = 15.0

_HEARTBEAT = b": heartbeat\nevent: heartbeat\ndata: {}\n\n"
_RETRY = b"retry: 2000\n\n"
_PAUSE = 0.5
_MOST_STREAMS = 1000
_KEPT = 100
"""Views that a page which comes back may know already."""


@final
class LiveEvents:
    """Waits for views in a thread of its own, and hands each to all streams of the event loop.

    A stream that is slower than the views leaves some out: it always goes on with the newest, and with all points that
    changed since the view that it sent last. None waits for another.

    Attributes:
        open: streams now.
    """

    def __init__(self, process: LiveProcess) -> None:
        self.open = 0
        self._process, self._run = process, secrets.token_hex(4)
        self._kept: dict[int, LiveView] = {process.view.number: process.view}
        self._newest = process.view
        self._made: dict[int | None, bytes] = {}
        self._news = asyncio.Event()
        self._closed, self._stop = False, threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to wait for views; the event loop runs."""
        arguments = (asyncio.get_running_loop(), self._newest.number)
        self._thread = threading.Thread(target=self._follow, args=arguments, name="live events", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End all streams; called in the event loop."""
        self._closed = True
        self._stop.set()
        self._news.set()

    async def stream(self, last: str) -> AsyncIterator[bytes]:
        """The events of one page.

        Args:
            last: id of the last event that it knows, or empty.
        """
        self.open += 1
        try:
            yield _RETRY
            number, _, run = last.partition("@")
            known = self._kept.get(int(number)) if run == self._run and number.isdecimal() else None
            while not self._closed:
                news, newest = self._news, self._newest
                if newest is not known:
                    yield self._event(known, newest)
                    known = newest
                    continue
                try:
                    await asyncio.wait_for(news.wait(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield _HEARTBEAT
        finally:
            self.open -= 1

    def _follow(self, loop: asyncio.AbstractEventLoop, number: int) -> None:
        while not self._stop.is_set():
            began = time.monotonic()
            view = self._process.next_view(number, _PAUSE)
            if view is None:  # at once where the process has stopped
                self._stop.wait(max(_PAUSE - (time.monotonic() - began), 0.0))
                continue
            number = view.number
            try:
                loop.call_soon_threadsafe(self._publish, view)
            except RuntimeError:  # the loop has ended
                return

    def _publish(self, view: LiveView) -> None:
        self._newest = self._kept[view.number] = view
        if len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        self._made.clear()
        if not self._closed:
            self._news.set()
            self._news = asyncio.Event()

    def _event(self, known: LiveView | None, newest: LiveView) -> bytes:
        """Most streams know the view before, so that what one is sent is made once."""
        key = None if known is None else known.number
        if newest is not self._newest:
            return event(known, newest, self._run)
        if key not in self._made:
            self._made[key] = event(known, newest, self._run)
        return self._made[key]


def event(known: LiveView | None, newest: LiveView, run: str) -> bytes:
    """A view as an event.

    Args:
        known: that the page has; of its points, those that are still so are left out. None: it has nothing.
        newest: to show.
        run: of the server, for numbers begin anew with each.

    Returns:
        The view, with `first`, the time of its oldest point (older ones are no part of it), and `whole`, whether its
        points are all, not only those that changed.
    """
    before = {} if known is None else {point.time: point for point in known.points}
    changed = [point for point in newest.points if before.get(point.time) != point]
    first = newest.points[0].time if newest.points else None
    data = as_json(vars(newest) | {"points": changed, "first": first, "whole": known is None})
    return b"id: %d@%s\nevent: view\ndata: %s\n\n" % (newest.number, run.encode(), data)


def add_events(app: FastAPI, process: LiveProcess) -> LiveEvents:
    """Add GET /live; the app's lifespan starts and closes what is returned."""
    events = LiveEvents(process)

    @app.get(
        "/live",
        response_class=StreamingResponse,
        responses={503: {"model": Failure}},
        summary="Every new view, as server-sent events",
    )
    async def live(request: Request) -> StreamingResponse:
        if events.open >= _MOST_STREAMS:
            raise RefusedError(
                503, f"at most {_MOST_STREAMS} pages may listen, but so many do: close some, or ask again later."
            )
        stream = events.stream(request.headers.get("last-event-id", ""))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(stream, headers=headers, media_type="text/event-stream")

    return events
