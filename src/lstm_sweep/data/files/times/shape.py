"""Whether all cells of a column look alike, so that what is told of one holds for all."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_ZERO, _NINE, _LAST_ASCII = 48, 57, 127
_HALVES = tuple(b"APap")


def have_one_shape(text: pa.Array) -> bool:
    """Whether all texts have digits at the same places, and beside them the same letters (but for AM and PM).

    Args:
        text: large strings, none missing.
    """
    lengths = pc.min_max(pc.binary_length(text)).as_py()
    length, rows = lengths["min"], len(text)
    if not length or length != lengths["max"]:
        return False
    first = int(np.frombuffer(text.buffers()[1], np.int64)[text.offset])
    letters = np.frombuffer(text.buffers()[2], np.uint8)[first : first + rows * length].reshape(rows, length)
    is_digit = ((letters >= _ZERO) & (letters <= _NINE)).all(axis=0)
    is_half = np.isin(letters[:, ~is_digit], _HALVES).all(axis=0)
    is_same = (letters[:, ~is_digit] == letters[0, ~is_digit]).all(axis=0)
    return bool((is_half | is_same).all() and (letters[0] <= _LAST_ASCII).all())
