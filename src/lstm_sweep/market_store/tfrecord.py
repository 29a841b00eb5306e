"""TFRecord files of `tf.train.Example`, as tf.data reads them, without TensorFlow.

Sources: TensorFlow's guide 'TFRecord and tf.train.Example' (length, masked CRC-32C of it, content, masked CRC-32C of
it); example.proto and feature.proto; RFC 3720, B.4 (CRC-32C).
"""

import struct
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_POLYNOMIAL: Final = 0x82F63B78
_MASK: Final = 0xA282EAD8


def _table() -> NDArray[np.uint32]:
    entries = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        entries = np.where(entries & 1, (entries >> 1) ^ np.uint32(_POLYNOMIAL), entries >> 1)
    return entries


_TABLE: Final = _table()


class TFRecordWriter:
    """Writes rows as examples: whole numbers and truth as int64, other numbers as float (32 bits), text as bytes.

    A feature that a row has no value of is not in its example.

    Args:
        path: of the file.
        schema: of the rows.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._file = path.open("wb")
        self._schema = schema

    def __enter__(self) -> "TFRecordWriter":
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self._file.close()

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Add an example for each row."""
        columns = [_entries(field, batch.column(field.name).to_pylist()) for field in self._schema]
        examples = [_field(1, b"".join(row)) for row in zip(*columns, strict=True)]
        heads = [struct.pack("<Q", len(example)) for example in examples]
        for head, checked, example, sum_of in zip(
            heads, masked_sums(heads), examples, masked_sums(examples), strict=True
        ):
            self._file.write(head + struct.pack("<I", checked) + example + struct.pack("<I", sum_of))


def masked_sums(contents: Sequence[bytes]) -> list[int]:
    """The masked CRC-32C of each of several contents, all at once, byte by byte."""
    lengths = np.array([len(each) for each in contents])
    order = np.argsort(-lengths, kind="stable")
    matrix = np.zeros((int(lengths.max(initial=0)), len(contents)), dtype=np.uint8)
    for column, place in enumerate(order):
        matrix[: lengths[place], column] = np.frombuffer(contents[place], dtype=np.uint8)
    sums = np.full(len(contents), 0xFFFFFFFF, dtype=np.uint32)
    # The longest come first: those that have a byte at this place.
    counts = np.searchsorted(-lengths[order], -np.arange(len(matrix)), side="left")
    for row, count in zip(matrix, counts, strict=True):
        some = sums[:count]
        sums[:count] = _TABLE[(some ^ row[:count]) & 0xFF] ^ (some >> 8)
    sums = ~sums
    masked = np.empty_like(sums)
    masked[order] = ((sums >> 15) | (sums << 17)) + np.uint32(_MASK)
    return masked.tolist()


def _entries(field: pa.Field, values: Sequence[Any]) -> list[bytes]:
    """The entries of one feature in the map of each example; none where there is no value."""
    key = _field(1, field.name.encode())
    return [b"" if value is None else _field(1, key + _field(2, _feature(value))) for value in values]


def _feature(value: Any) -> bytes:
    if isinstance(value, str):
        return _field(1, _field(1, value.encode()))
    if isinstance(value, float):
        return _field(2, _field(1, struct.pack("<f", value)))
    return _field(3, _field(1, _varint(int(value))))


def _field(number: int, content: bytes) -> bytes:
    """A field of a protocol buffer that has a length."""
    return bytes((number << 3 | 2,)) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)
