"""Requests to an exchange's REST interface."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from lstm_sweep.errors import printable

_PATIENCE: Final = aiohttp.ClientTimeout(total=20)


class NotAnsweredError(Exception):
    """No answer came, or one that asks to come later; the text says what happened.

    Attributes:
        wait: seconds that the exchange asks to wait for.
    """

    def __init__(self, text: str, wait: float = 0.0) -> None:
        super().__init__(text)
        self.wait = wait


class ExchangeRefusedError(Exception):
    """The exchange answered that it will not.

    Attributes:
        serves_nobody: whether that is about whoever asks, and not about what was asked.
        wait: seconds after which it may be different.
    """

    wait = 60.0

    def __init__(self, text: str, serves_nobody: bool) -> None:
        super().__init__(text)
        self.serves_nobody = serves_nobody


@dataclass(frozen=True)
class RestAnswer:
    """What came.

    Attributes:
        text: the body.
        headers: of HTTP.
        asked, answered: when, by the local clock, in nanoseconds since 1970.
    """

    text: str
    headers: Mapping[str, str]
    asked: int
    answered: int

    def json(self) -> Any:
        """The body, decoded.

        Raises:
            NotAnsweredError: where it is no JSON.
        """
        try:
            return json.loads(self.text)
        except ValueError:
            raise NotAnsweredError(f"the answer is no JSON: {self.text[:80]!r}") from None


async def ask(session: aiohttp.ClientSession, address: str) -> RestAnswer:
    """Ask once.

    Raises:
        NotAnsweredError: where another try may succeed.
        ExchangeRefusedError: where it would not.
    """
    asked = time.time_ns()
    try:
        async with session.get(address, timeout=_PATIENCE) as response:
            text = await response.text(errors="replace")
            status, headers = response.status, response.headers
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise NotAnsweredError(f"{type(error).__name__} {printable(str(error))}".strip()) from error
    if status == 200:
        return RestAnswer(text, headers, asked, time.time_ns())
    said = f"HTTP {status}: {printable(text[:120])}"
    # 418 and 429 of Binance: too many requests.
    if status >= 500 or status in (408, 418, 425, 429):
        wait = headers.get("Retry-After", "")
        raise NotAnsweredError(said, float(wait) if wait.isdecimal() else 0.0)
    raise ExchangeRefusedError(said, serves_nobody=status in (401, 403, 451))
