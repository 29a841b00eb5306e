"""Bodies of requests, of which no more is kept than may come."""

import asyncio

from fastapi import Request

from lstm_sweep.serving.failures import RefusedError

_PATIENCE = 30.0
"""Seconds in which a body must have come."""

_BYTES_PER_VALUE = 64
"""More than a number with its name and quotes takes."""


def most_bytes(rows: int, columns: int) -> int:
    """Bytes that so many rows may take, beside columns that are not read."""
    return 4096 + rows * (columns + 3) * _BYTES_PER_VALUE


async def read_body(request: Request, most: int) -> bytes:
    """The body of a request.

    Raises:
        RefusedError: where it has more than `most` bytes (413), or takes too long to come (408).
    """
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > most:
        raise _too_large(most, f"{int(announced):,}")
    parts, length = [], 0
    try:
        async with asyncio.timeout(_PATIENCE):
            async for part in request.stream():
                parts.append(part)
                length += len(part)
                if length > most:
                    raise _too_large(most, "more")
    except TimeoutError:
        raise RefusedError(
            408, f"a request must come within {_PATIENCE:g} s, but had {length:,} bytes by then: send it faster."
        ) from None
    return b"".join(parts)


def _too_large(most: int, found: str) -> RefusedError:
    return RefusedError(
        413,
        f"a request must have at most {most:,} bytes, but has {found}: bring fewer past prices, or set live.most_rows "
        "higher.",
    )
