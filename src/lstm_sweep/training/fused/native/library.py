"""The compiled LSTM, registered with XLA."""

import ctypes
import logging
from functools import cache
from pathlib import Path
from typing import Any

import jax

from lstm_sweep.training.fused.native.compiling import (
    CannotCompileError,
    compile_library,
    compiler_command,
    compiler_version,
)

ACTIVATIONS = ("tanh", "linear", "relu", "elu", "softsign")
"""Activations of the cell in `lstm.c`; its gates are logistic."""


class NativeLibrary:
    """The functions of a library that `compile_library` made.

    Args:
        path: of the library.
        made_by: the compiler.
    """

    def __init__(self, path: Path, made_by: str) -> None:
        self.made_by = made_by
        self._functions, self._name = ctypes.CDLL(str(path)), path.stem
        capsule: Any = jax.ffi.pycapsule
        for target in ("lstm_backward", *(f"lstm_forward_{name}" for name in ACTIVATIONS)):
            jax.ffi.register_ffi_target(self.target(target), capsule(self._functions[target]), platform="cpu")

    def target(self, function: str) -> str:
        """A function's name in XLA's registry, with the library's digest: cached programs call the right library."""
        return f"{function}_{self._name}"

    def size(self, function: str, *sizes: int) -> int:
        """The result of a function of sizes, like `lstm_forward_scratch` of windows, steps, features and units."""
        size_of = self._functions[function]
        size_of.restype = ctypes.c_int64
        return int(size_of(*map(ctypes.c_int64, sizes)))


def library_for(native: bool) -> NativeLibrary | None:
    """The library where it is wanted, devices are CPU cores, and a compiler made it; a warning where none did."""
    return _library() if native and jax.local_devices()[0].platform == "cpu" else None


@cache
def _library() -> NativeLibrary | None:
    try:
        command = compiler_command()
        return NativeLibrary(compile_library(command), compiler_version(command))
    except (CannotCompileError, OSError) as error:
        logging.getLogger(__name__).warning(
            "runner.native=true needs a C compiler, but %s: LSTMs train on XLA's code, which is slower; install gcc or "
            "clang, or set runner.native=false",
            error,
        )
        return None
