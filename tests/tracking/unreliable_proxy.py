"""Stands before a real server and loses questions or answers, as networks and gateways do."""

import http.client
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Fate(Enum):
    """What becomes of a request."""

    ANSWERED = "as the server answers"
    UNHEARD = "503, and the server never hears of it"
    UNANSWERED = "503, though the server has done as it was asked"


Decide = Callable[[int], Fate]


class Proxy:
    """Decides on each request by its number among those of its path; the decision may be replaced at any time.

    Attributes:
        asked: number of requests by path.
    """

    def __init__(self, target: str, decide: Decide) -> None:
        self.decide = decide
        self._target = urlsplit(target).netloc
        self.asked: Counter[str] = Counter()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def _handler(proxy) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler inside
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline(65537)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                path = urlsplit(self.path).path
                proxy.asked[path] += 1
                fate = proxy.decide(proxy.asked[path])
                status, kind, content = 503, "text/plain", b"Service Unavailable"
                if fate is not Fate.UNHEARD:
                    answer = proxy._ask(self.command, self.path, body, dict(self.headers))
                    status, kind, content = answer if fate is Fate.ANSWERED else (status, kind, content)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *arguments: object) -> None:
                """Nothing on the console."""

        return Handler

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection(self._target, timeout=60)
        headers = {name: text for name, text in headers.items() if name.lower() not in ("host", "accept-encoding")}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        found = answer.status, answer.headers.get("Content-Type", "application/json"), answer.read()
        connection.close()
        return found

    def serve(self) -> None:
        """Until stopped."""
        self._server.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def running_proxy(target: str, decide: Decide) -> Iterator[Proxy]:
    """A proxy before the server at `target`."""
    proxy = Proxy(target, decide)
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.stop()
        thread.join()
