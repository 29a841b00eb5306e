"""One direction: a module imports only from its left, and rooms that know a library keep it to themselves."""

import ast
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from lstm_sweep.cli.main import COMMANDS

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "lstm_sweep"
ROOMS = (
    *(
        "redaction",
        "errors",
        "locks",
        "timing",
        "invocation",
        "config",
        "provenance",
        "orderbook",
        "market_store",
        "recorder",
        "data",
        "trials",
        "formats",
    ),
    *("storage", "windows", "metrics", "stats", "baselines", "models", "forecaster_format", "forecaster", "search"),
    *("training", "tracking", "evaluation", "report", "comparison", "sweep", "live", "serving", "cli", "api"),
)
"""From left to right; docs/architecture.md says what each knows."""

ANYWHERE = {"__init__", "__main__"}
"""The front doors, which import what they open."""

AT_HOME = {
    "keras_tuner": ("search/*.py",),
    "mlflow": ("tracking/mlflow/*.py",),
    "hydra": ("cli/composition/*.py",),
    "omegaconf": ("cli/composition/*.py",),
    "ccxt": ("data/exchange/client.py",),
    "jax": ("training/fused/**/*.py",),
    "arch": ("stats/*.py",),
    "jinja2": ("report/page/rendering.py",),
    "plotly": ("report/page/build.py",),
    "sklearn": ("baselines/ridge.py", "search/bayesian.py"),
    "statsmodels": ("baselines/*.py", "stats/*.py", "windows/stationarity.py"),
    "tensorboard": ("tracking/tensorboard/*.py",),
    "tensorflow": (),
    "fastapi": ("serving/**/*.py",),
    "starlette": ("serving/**/*.py",),
    "uvicorn": ("serving/serve.py",),
    "aiohttp": ("recorder/**/*.py",),
}
"""Libraries, and the only files of the package that import them."""

SOURCES = {".py", ".c", ".h", ".html", ".css", ".js"}
LONGEST_FILE, LONGEST_FUNCTION = 250, 40
"""In lines."""

FILES = sorted(PACKAGE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text()) for path in FILES}


def name_of(path: Path) -> str:
    """The module, without the package: 'config.model'."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    """Modules that a file imports, at its top or inside of a function."""
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            assert node.level == 0, f"{path} must import by full names"


def own_imports(path: Path) -> set[str]:
    """Modules of the package that a file imports, without the package."""
    return {module.partition(".")[2] for module in imports(path) if module.startswith("lstm_sweep.")}


def room_of(module: str) -> str:
    return module.partition(".")[0]


def test_modules_import_only_from_their_left() -> None:
    offenders = {
        name_of(path): sorted(right)
        for path in FILES
        if room_of(name_of(path)) not in ANYWHERE
        and (
            right := {
                module
                for module in own_imports(path)
                if ROOMS.index(room_of(module)) > ROOMS.index(room_of(name_of(path)))
            }
        )
    }
    assert offenders == {}


def test_every_room_has_its_place() -> None:
    assert {room_of(name_of(path)) for path in FILES} - ANYWHERE == set(ROOMS)


def test_modules_do_not_go_in_circles() -> None:
    graph = {name_of(path): own_imports(path) for path in FILES}
    assert len(list(TopologicalSorter(graph).static_order())) >= len(FILES)


def test_nothing_imports_a_command() -> None:
    commands = {f"cli.{name}" for name in COMMANDS}
    assert [name_of(path) for path in FILES if commands & own_imports(path)] == []


@pytest.mark.parametrize("library", AT_HOME)
def test_library_stays_at_home(library: str) -> None:
    users = {path for path in FILES if library in {module.split(".")[0] for module in imports(path)}}
    assert users <= {path for pattern in AT_HOME[library] for path in PACKAGE.glob(pattern)}


def test_files_are_short() -> None:
    files = [path for path in PACKAGE.rglob("*") if path.suffix in SOURCES]
    assert {path.suffix for path in files} == SOURCES
    lengths = {str(path.relative_to(PACKAGE)): path.read_text().count("\n") for path in files}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    lengths = {
        f"{name_of(path)}.{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_no_two_classes_have_one_name() -> None:
    names = Counter(node.name for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    assert {name: count for name, count in names.items() if count > 1} == {}
