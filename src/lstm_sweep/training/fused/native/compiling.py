"""Compiles `lstm.c` with the C compiler of the machine, once, and keeps it in the user's cache folder."""

import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import jax

from lstm_sweep.provenance.processor import instruction_sets, processor
from lstm_sweep.training.fused.cache_folder import cache_folder

SOURCE = Path(__file__).with_name("lstm.c")

_FLAGS = ("-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast", "-fPIC", "-shared")
_X86_FLAGS = ("-march=native", "-mprefer-vector-width=512")


class CannotCompileError(Exception):
    """There is no C compiler, or it refused; the message says which."""


def compiler_command() -> list[str]:
    """`CC` where it is set, as everywhere, and otherwise the first of cc, gcc and clang that there is.

    Raises:
        CannotCompileError: where there is none.
    """
    try:
        named = shlex.split(os.environ.get("CC", ""))
    except ValueError as error:
        raise CannotCompileError(f"CC={os.environ['CC']} is no command ({error})") from None
    for candidate in (named,) if named else (["cc"], ["gcc"], ["clang"]):
        if shutil.which(candidate[0]):
            return candidate
    raise CannotCompileError(f"{named[0] if named else 'cc, gcc or clang'} is not on the path")


def compile_library(command: Sequence[str], folder: Path | None = None, flags: Sequence[str] = ()) -> Path:
    """The library of `lstm.c`, compiled for this processor by this compiler, or found.

    Args:
        command: of the compiler.
        folder: that keeps libraries, or None for the user's cache folder.
        flags: of the compiler, after the usual ones.

    Returns:
        Its path. Its name is a digest of all that it is made of and for.

    Raises:
        CannotCompileError: with the first error of the compiler.
    """
    folder = folder or cache_folder() / "native"
    machine = _X86_FLAGS if platform.machine() in ("x86_64", "AMD64") else ("-mcpu=native",)
    call = [*command, *_FLAGS, *machine, *flags]
    library = folder / f"{_digest(call, compiler_version(command), jax.__version__)}.so"
    if not library.exists():
        folder.mkdir(parents=True, exist_ok=True)
        # In a folder of its own: sweeps that start together compile together, and each puts a whole library in place.
        with tempfile.TemporaryDirectory(dir=folder) as beside:
            made = Path(beside, library.name)
            _run([*call, f"-I{jax.ffi.include_dir()}", str(SOURCE), "-o", str(made)])
            made.replace(library)
    return library


def compiler_version(command: Sequence[str]) -> str:
    """The first line in which a compiler says what it is.

    Raises:
        CannotCompileError: where it says nothing.
    """
    return _run([*command, "--version"]).partition("\n")[0]


def _run(call: Sequence[str]) -> str:
    try:
        return subprocess.run(call, capture_output=True, text=True, check=True).stdout
    except OSError as error:
        raise CannotCompileError(f"{call[0]}: {error.strerror}") from None
    except subprocess.CalledProcessError as error:
        lines = [line for line in error.stderr.splitlines() if "error" in line]
        raise CannotCompileError(f"{call[0]}: {lines[0] if lines else f'exit status {error.returncode}'}") from None


def _digest(*facts: object) -> str:
    digest = hashlib.sha256(repr((*facts, processor(), instruction_sets())).encode())
    for source in sorted(SOURCE.parent.glob("*.[ch]")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:32]
