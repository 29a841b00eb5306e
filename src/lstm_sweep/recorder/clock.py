"""How far the local clock is ahead of an exchange's."""

from typing import Final

import aiohttp

from lstm_sweep.recorder.asking import ExchangeRefusedError, NotAnsweredError, ask
from lstm_sweep.recorder.exchanges.exchange import WebExchange

_LOOKS: Final = 3
"""Of which the one with the shortest way counts."""


async def ahead_of(session: aiohttp.ClientSession, exchange: WebExchange) -> tuple[int, int]:
    """Local time of the measurement and how far the local clock was ahead, both in nanoseconds.

    The exchange is taken to have answered in the middle between question and answer: the error is at most half of
    that span, beside the unit in which the exchange tells its time.

    Raises:
        NotAnsweredError: where no answer with a time came.
    """
    best: tuple[int, int, int] | None = None
    for _ in range(_LOOKS):
        try:
            answer = await ask(session, exchange.rest_url + exchange.clock())
            time = exchange.time(answer.json(), answer.headers)
        except (ExchangeRefusedError, KeyError, TypeError, ValueError) as error:
            raise NotAnsweredError(f"the exchange does not tell its time ({error})") from error
        span, middle = answer.answered - answer.asked, (answer.answered + answer.asked) // 2
        if best is None or span < best[0]:
            best = span, answer.answered, middle - time
    assert best is not None
    return best[1:]
