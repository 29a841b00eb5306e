"""The digest of the code that computes a fit: what does not compute, comments included, is no part of it."""

import ast
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]

RUNNERS = {"sequential": "training/sequential.py", "fused": "training/fused/runner.py"}
"""Where the code of a fit begins, by the runner that trains it; whatever is imported from there belongs to it."""

_COMPUTES_NOTHING = ("cli", "config", "data", "errors.py", "provenance", "redaction.py", "storage", "timing.py")
"""Rooms that refuse, read, write or describe. What the settings and the data are is known by their values."""

_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


def code_digest(runner: str, package: Path = PACKAGE) -> str:
    """SHA-256 of the code that computes a fit, docstrings, comments and layout aside.

    Args:
        runner: that trains the fit, 'fused' or 'sequential'.
        package: folder of this package.
    """
    digest = hashlib.sha256()
    for path in sorted(_reached(package / RUNNERS[runner], package)):
        digest.update(f"{path.relative_to(package)}\n{_meaning(path)}\n".encode())
    return digest.hexdigest()


def _reached(start: Path, package: Path) -> set[Path]:
    """The files that `start` imports, directly or not, and the C sources beside them."""
    found: set[Path] = set()
    waiting = [start]
    while waiting:
        path = waiting.pop()
        if path in found or str(path.relative_to(package)).startswith(_COMPUTES_NOTHING):
            continue
        found.add(path)
        waiting += path.parent.glob("*.[ch]")
        if path.suffix == ".py":
            waiting += _imported(path, package)
    return found


def _imported(path: Path, package: Path) -> Iterator[Path]:
    for node in ast.walk(_parsed(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lstm_sweep."):
            place = package.joinpath(*(node.module or "").split(".")[1:])
            yield place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


def _meaning(path: Path) -> str:
    if path.suffix != ".py":
        return " ".join(_COMMENT.sub(" ", path.read_text()).split())
    tree = _parsed(path)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        # A string that stands alone, at the top or after a constant, is documentation.
        if isinstance(body, list):
            node.body = [each for each in body if not _is_text(each)]  # type: ignore[attr-defined]
    return ast.dump(tree)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())
