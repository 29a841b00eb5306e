"""Columns of text as Arrow's, which takes strings apart by the column."""

from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def arrow_texts(column: "pd.Series[Any]") -> pa.Array:
    """A column as large strings without the spaces around them, null where it is empty."""
    texts = pa.array(column.astype("str"), pa.large_string())
    # The columns of several files are several chunks.
    return pc.utf8_trim_whitespace(texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts)
