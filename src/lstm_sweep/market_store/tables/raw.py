"""Lines as they were received, as columns."""

from typing import Final

import pyarrow as pa

RAW_SCHEMA: Final = pa.schema(
    [*((name, pa.int64()) for name in ("part", "line", "received")), ("payload", pa.binary())]
)
"""Start of the part, number of the line, local time, and what was received; a line without a time is all payload."""
