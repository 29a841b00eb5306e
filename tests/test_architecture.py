"""One direction: a module imports only from its left, and rooms that know a library keep it to themselves."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[1] / "src"
ROOMS = (
    *(
        "masking",
        "errors",
        "options",
        "clock",
        "files",
        "config",
        "series",
        "windows",
        "metrics",
        "significance",
        "baselines",
        "fits",
        "models",
        "forecaster",
    ),
    *("search", "runners", "journal", "sweep_folder", "cache", "tracking", "tuner", "evaluation", "report"),
    *("resuming", "checks", "pipeline"),
)
COMMAND_LINE = {"errors", "masking", "config", "sweep_folder", "command_line"}
COMMANDS = ("sweep", "audit", "sync")
"""They may import every room; nothing imports them."""

AT_HOME = {
    "keras_tuner": ("search/*.py",),
    "mlflow": ("tracking/mlflow_*.py",),
    "hydra": ("command_line/*.py", "sweep.py"),
    "omegaconf": ("command_line/*.py", "sweep.py"),
    "ccxt": ("series/exchange_client.py",),
    "jax": ("runners/fused/**/*.py",),
    "arch": ("significance/*.py",),
    "jinja2": ("report/build.py",),
    "plotly": ("report/build.py",),
    "sklearn": ("baselines/ridge.py", "search/bayesian.py", "significance/importance.py"),
    "statsmodels": ("baselines/*.py", "significance/*.py", "windows/stationarity.py"),
    "tensorflow": (),
}
"""Libraries, and the only files of src/ that import them."""

FILES = sorted(path for path in SRC.rglob("*.py") if path != SRC / "__init__.py")


def name_of(path: Path) -> str:
    return ".".join(["src", *path.relative_to(SRC).with_suffix("").parts]).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    """Modules that a file imports, at its top or inside of a function."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            assert node.level == 0, f"{path} must import by full names"


def room_of(module: str) -> str:
    return module.split(".")[1]


def allowed(room: str) -> set[str]:
    """Rooms that `room` may import."""
    if room in COMMANDS:
        return {*ROOMS, *COMMAND_LINE, room}
    return COMMAND_LINE if room == "command_line" else set(ROOMS[: ROOMS.index(room) + 1])


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_module_imports_only_from_its_left(path: Path) -> None:
    imported = {room_of(module) for module in imports(path) if module.startswith("src.")}
    assert imported <= allowed(room_of(name_of(path)))


def test_every_room_has_its_place() -> None:
    assert {room_of(name_of(path)) for path in FILES} == {*ROOMS, *COMMANDS, "command_line"}


def test_modules_of_a_room_do_not_go_in_circles() -> None:
    graph = {name_of(path): {module for module in imports(path) if module.startswith("src.")} for path in FILES}
    assert len(list(TopologicalSorter(graph).static_order())) >= len(FILES)


@pytest.mark.parametrize("library", AT_HOME)
def test_library_stays_at_home(library: str) -> None:
    users = {path for path in FILES if library in {module.split(".")[0] for module in imports(path)}}
    assert users <= {path for pattern in AT_HOME[library] for path in SRC.glob(pattern)}
