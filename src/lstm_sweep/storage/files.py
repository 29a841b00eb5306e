"""Files that a reader sees whole or not at all, and the one format of weights."""

import io
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.errors import UserError, require

UNFINISHED = ".unfinished"
"""Ends the name of a file that is being written."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; what lies there is on the disk, and at `path`, once the block ends well."""
    unfinished = path.with_name(f"{path.name}{UNFINISHED}")
    yield unfinished
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)


def save_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays by name, as .npz; the folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as unfinished, unfinished.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def load_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read what `save_arrays` wrote; nothing is unpickled, and a flipped bit or a cut end is never read over.

    Raises:
        UserError: where the file is gone, damaged, or holds more than plain arrays.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} must hold arrays, but cannot be read ({error.strerror}): restore it.") from None
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as members:
            arrays = {name: np.asarray(members[name]) for name in members.files}
    except Exception as error:  # zipfile, zlib and NumPy raise a dozen kinds on damaged content
        raise UserError(_damaged(path, str(error))) from None
    # A damaged directory at the end of the archive may hide members; its last record counts them.
    if len(arrays) != int.from_bytes(content[-12:-10], "little"):
        raise UserError(_damaged(path, "arrays are missing"))
    return arrays


def _damaged(path: Path, found: str) -> str:
    readable = "".join(filter(str.isprintable, found))[:100]
    return f"{path} must hold plain arrays as written, but is damaged or from elsewhere ({readable}): restore it."


def save_weights(path: Path, weights: Sequence[NDArray[Any]]) -> None:
    """Write weights in Keras' order, as .npz; the folder is made."""
    save_arrays(path, {f"arr_{number}": array for number, array in enumerate(weights)})


def load_weights(path: Path) -> tuple[NDArray[Any], ...]:
    """Read what `save_weights` wrote.

    Raises:
        UserError: as `load_arrays`.
    """
    arrays = load_arrays(path)
    names = [f"arr_{number}" for number in range(len(arrays))]
    require(set(names) == set(arrays), f"{path} must hold weights, but holds {sorted(arrays)[:9]}: restore it.")
    return tuple(arrays[name] for name in names)
