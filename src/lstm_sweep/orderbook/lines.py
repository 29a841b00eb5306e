"""Lines as they are written down: local time, then what was received or what the recorder itself has to say.

'1723161253937085768 {...}' is what an exchange sent, '1723161253937085768 !lost the connection was closed' and
'1723161253937085768 !checkpoint {...}' are the recorder's; no exchange sends JSON that begins with '!'.
"""

import json
from typing import Final

from lstm_sweep.orderbook.feeds.feed import Feed, MalformedLineError, stamped
from lstm_sweep.orderbook.messages import BookCheckpoint, Event, Lost

_LOST: Final = "!lost "
_CHECKPOINT: Final = "!checkpoint "


def line_of(event: Lost | BookCheckpoint) -> str:
    """The line of something that the recorder says, without its end."""
    if isinstance(event, Lost):
        return f"{event.received} {_LOST}{' '.join(event.reason.split())}"
    return f"{event.received} {_CHECKPOINT}{json.dumps(event.state, separators=(',', ':'))}"


def events(feed: Feed, line: str | bytes) -> tuple[Event, ...]:
    """What a line says; one that its exchange cannot have meant so is a loss.

    Raises:
        MalformedLineError: where it does not begin with a time: then it is no line of a recorder.
    """
    received, payload = stamped(line.encode(errors="surrogatepass") if isinstance(line, str) else line)
    try:
        if payload[:1] == b"!":
            return (_own(received, payload),)
        return feed.messages(payload, received)
    except MalformedLineError as error:
        return (Lost(received, f"a malformed line ({error})"),)


def _own(received: int, payload: bytes) -> Lost | BookCheckpoint:
    try:
        text = payload.decode()
        if text.startswith(_LOST):
            return Lost(received, text.removeprefix(_LOST))
        # Not orjson, which rounds whole numbers above 64 bits.
        return BookCheckpoint(received, json.loads(text.removeprefix(_CHECKPOINT)))
    except ValueError as error:
        raise MalformedLineError(f"{error}, in {payload[:120]!r}") from error
