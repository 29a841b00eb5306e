"""Variables of the environment that the libraries read, and die of where they say nothing that can be read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lstm_sweep.errors import UserError, require

_PREFIXES = ("JAX_", "XLA_", "KERAS_", "TF_", "CUDA_", "MLFLOW_")


@contextmanager
def environment_explained() -> Iterator[None]:
    """Turn what a library says of a variable into one sentence; other errors pass.

    Raises:
        UserError: naming the variable.
    """
    flags = os.environ.get("XLA_FLAGS", "").strip()
    require(
        not flags or flags.startswith("--") or Path(flags).is_file(),
        f"XLA_FLAGS must hold flags that begin with --, or name a file of them, but is {flags!r}: unset XLA_FLAGS.",
    )
    try:
        yield
    except (ImportError, RuntimeError, ValueError) as error:
        for name in sorted(os.environ):
            if name.startswith(_PREFIXES) and name in str(error):
                told = str(error).strip().partition("\n")[0]
                raise UserError(
                    f"{name} must be a value that is understood, but is {os.environ[name]!r} ({told}): unset {name}."
                ) from error
        raise
