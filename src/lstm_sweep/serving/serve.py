"""Serves an app until the process is told to end."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import final

import uvicorn
from fastapi import FastAPI

from lstm_sweep.config.spelling import typed
from lstm_sweep.errors import UserError

_PATIENCE = 5
"""Seconds that requests under way have at the end."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@final
class WebServer(uvicorn.Server):
    """Uvicorn, which ends event streams when it ends, and leaves signals to its caller afterwards."""

    def __init__(self, app: FastAPI, listening: Callable[[], None] | None = None) -> None:
        """Of an app that `build_app` made; `listening` is called once requests are answered and signals are heard."""
        self._events, self._listening = app.state.events, listening
        config = uvicorn.Config(
            app,
            http="h11",
            ws="none",
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # else anyone could ask in the name of another address
            timeout_graceful_shutdown=_PATIENCE,
        )
        super().__init__(config)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        if self.started and self._listening is not None:
            self._listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End all streams, then wait for the other requests."""
        self._events.close()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End at SIGINT and SIGTERM; unlike uvicorn's own, these are not raised again, so that the caller goes on."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {each: signal.signal(each, self._end) for each in _SIGNALS}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.handle_exit(number, frame)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one.

    Raises:
        UserError: where nothing can listen there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = str(error.strerror).partition(" (while")[0]
        raise UserError(
            f"the server must have an address of its own, but {host}:{port} cannot be it "
            f"({reason}): choose another live.port or live.host, or {typed('live.port', 0)} for a "
            "free port."
        ) from None


def address_of(listener: socket.socket) -> str:
    """What people open in a browser."""
    host, port = listener.getsockname()[:2]
    name = "127.0.0.1" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}/"


def serve(app: FastAPI, host: str, port: int, opened: Callable[[str], None] | None = None) -> None:
    """Serve in the calling thread until SIGINT or SIGTERM.

    Args:
        app: what `build_app` made.
        host: to listen at.
        port: to listen at; 0 takes a free one.
        opened: told the address once others may connect to it; prints it unless told.

    Raises:
        UserError: where nothing can listen there.
    """
    with listen(host, port) as listener:
        address = address_of(listener)
        with suppress(KeyboardInterrupt):  # before the first signal is captured
            WebServer(app, lambda: (opened or _print_address)(address)).run(sockets=[listener])


def _print_address(address: str) -> None:
    print(f"listening at {address} (Ctrl-C ends it)", flush=True)
