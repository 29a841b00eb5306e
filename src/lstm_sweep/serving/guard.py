"""Who may ask, and how often: looked at before any route is."""

import secrets
from collections.abc import Collection
from ipaddress import ip_address
from typing import final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from lstm_sweep.config import LiveConfig
from lstm_sweep.errors import UserError
from lstm_sweep.serving.failures import RefusedError, failed
from lstm_sweep.serving.rates import RateLimit

_HERE = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""Names of this machine in a Host header."""

COMPUTED = frozenset({"/predict", "/invocations"})
"""Paths whose POST is computed; of GET only the history is."""


@final
class Guard:
    """Refuses what the settings do not allow.

    Where only this machine may ask, the name in the address must be its own: a page from elsewhere whose name was
    pointed to 127.0.0.1 could read everything else (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, live: LiveConfig) -> None:
        self._app, self._live, self._rates = app, live, RateLimit(live.most_requests)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let it pass."""
        try:
            if scope["type"] == "http":
                self._check(scope, Headers(scope=scope))
        except UserError as error:
            await failed(error)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _check(self, scope: Scope, headers: Headers) -> None:
        if _is_here(self._live.host):
            _check_host(headers.get("host", ""), _HERE | {self._live.host})
        is_post = scope["method"] == "POST"
        if is_post and self._live.token is not None:
            _check_token(headers.get("authorization", ""), self._live.token)
        if scope["path"] in COMPUTED if is_post else scope["path"] == "/history":
            self._check_rate((scope.get("client") or ("",))[0])

    def _check_rate(self, client: str) -> None:
        seconds = self._rates.wait(client)
        if seconds:
            raise RefusedError(
                429,
                f"a client must ask for what is computed at most {self._live.most_requests:g} times a second, but asks "
                f"more often: wait {seconds} s, or set live.most_requests higher.",
                {"Retry-After": str(seconds)},
            )


def _is_here(host: str) -> bool:
    """Whether only this machine reaches what listens there."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_host(host: str, names: Collection[str]) -> None:
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    if name.lower() not in names:
        raise RefusedError(
            421,
            f"the address must name this machine (127.0.0.1 or localhost), but names {host[:200]!r}: change it, or "
            "let others in by live.host=0.0.0.0.",
        )


def _check_token(authorization: str, token: str) -> None:
    scheme, _, given = authorization.partition(" ")
    is_right = secrets.compare_digest(given.strip().encode("latin-1"), token.encode())
    if scheme.lower() != "bearer" or not is_right:
        what = "another" if scheme.lower() == "bearer" else "none"
        raise RefusedError(
            401,
            f"a POST must bear the token of live.token, but bears {what}: send the header Authorization: Bearer TOKEN.",
            {"WWW-Authenticate": "Bearer"},
        )
