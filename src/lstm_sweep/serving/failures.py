"""Whatever is not answered is said in one sentence, as JSON; nothing of the program's inside leaves it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response

from lstm_sweep.errors import UserError
from lstm_sweep.live.at_work import ExpiredError
from lstm_sweep.serving.plain import as_json


@final
@dataclass(frozen=True)
class Failure:
    """The body of every answer that is an error.

    Attributes:
        error: one sentence: what was expected, what came, what to do.
    """

    error: str


@final
class RefusedError(UserError):
    """A request that is refused for another reason than what it says, for which the status is 400."""

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status, self.headers = status, dict(headers or {})


def failed(error: UserError) -> Response:
    """The answer to a request that a user error ended."""
    if isinstance(error, RefusedError):
        return _answer(error.status, str(error), error.headers)
    if isinstance(error, ExpiredError):
        return _answer(503, str(error))
    return _answer(400, str(error))


def broken() -> Response:
    """The answer where this program is wrong; the server's own output has the traceback."""
    return _answer(500, "the server failed to answer this request: its own output says why, try again later.")


def add_failures(app: FastAPI) -> None:
    """Turn all errors of an app into sentences."""

    async def unknown(request: Request, _: Exception) -> Response:
        known = ", ".join(sorted({path for each in app.routes if (path := getattr(each, "path", ""))}))
        return _failed(404, f"the path must be one of {known}, but is {request.url.path[:200]!r}: choose one.")

    async def not_so(request: Request, _: Exception) -> Response:
        path = request.url.path
        known = [each for route in app.routes if getattr(route, "path", "") == path for each in _methods(route)]
        return _failed(
            405,
            f"{path} must be asked by {' or '.join(sorted(known))}, but was by {request.method}: change the method.",
            {"Allow": ", ".join(sorted(known))},
        )

    async def invalid(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        found = error.errors()[0]
        return _failed(
            400,
            f"{found['loc'][-1]} must be as /openapi.json says ({found['msg']}), but is {str(found['input'])[:200]!r}: "
            "change it.",
        )

    async def user_error(_: Request, error: Exception) -> Response:
        assert isinstance(error, UserError)
        return failed(error)

    app.add_exception_handler(404, unknown)
    app.add_exception_handler(405, not_so)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(UserError, user_error)


def _methods(route: object) -> set[str]:
    return set(getattr(route, "methods", None) or ())


def _failed(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    return failed(RefusedError(status, sentence, headers))


def _answer(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    return Response(as_json(Failure(sentence)), status, dict(headers or {}), "application/json")
