"""Files that a reader sees whole or not at all, and the one format of weights."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; what lies there is on the disk, and at `path`, once the block ends well."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    yield unfinished
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)


def save_weights(path: Path, weights: Sequence[NDArray[Any]]) -> None:
    """Write weights in Keras' order, as .npz; the folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as unfinished, unfinished.open("wb") as file:
        np.savez(file, *weights)


def load_weights(path: Path) -> tuple[NDArray[Any], ...]:
    """Read what `save_weights` wrote; nothing is unpickled."""
    with np.load(path, allow_pickle=False) as arrays:
        return tuple(arrays[f"arr_{number}"] for number in range(len(arrays.files)))
