"""Real servers on free ports, and requests to them."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI

from lstm_sweep.cli.composition.compose import compose_live
from lstm_sweep.live.at_work import LiveProcess
from lstm_sweep.serving.app import build_app
from lstm_sweep.serving.serve import WebServer, address_of, listen
from tests.commands import wait_for


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> str:
        assert list(self.json) == ["error"]
        return str(self.json["error"])


@dataclass
class Site:
    """A server that runs.

    Attributes:
        address: with a slash at its end.
        server: uvicorn's, where it runs in this process.
    """

    address: str
    server: WebServer | None = None

    def connect(self) -> http.client.HTTPConnection:
        address = urlsplit(self.address)
        return http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)

    def ask(self, path: str, body: Any = None, method: str = "", **headers: str) -> Answer:
        """GET, or POST where there is a body: bytes, or anything else as JSON."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None and not isinstance(body, bytes):
            body, named = json.dumps(body).encode(), {"Content-Type": "application/json"} | named
        connection = self.connect()
        try:
            connection.request(method or ("GET" if body is None else "POST"), path, body, named)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()


@contextmanager
def running(app: FastAPI, port: int = 0) -> Iterator[Site]:
    """Serve an app from a thread until the block ends."""
    with listen("127.0.0.1", port) as listener:
        server = WebServer(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            wait_for(lambda: server.started)
            yield Site(address_of(listener), server)
        finally:
            server.should_exit = True
            thread.join(timeout=30)
            assert not thread.is_alive(), "the server does not end"


@contextmanager
def live_site(process: LiveProcess, *settings: str, columns: tuple[str, ...] = ("price",)) -> Iterator[Site]:
    """Serve a live process under settings ('live.token=abc')."""
    with running(build_app(process, compose_live(settings), columns)) as site:
        yield site
