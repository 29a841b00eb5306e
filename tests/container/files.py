"""What the container is made of, read as its tools read it."""

import re
import shlex
from pathlib import Path
from typing import Any

import yaml

from tests.commands import REPOSITORY

START = REPOSITORY / "container" / "start.sh"


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile and what stands behind them, in order; continued lines are joined."""
    text = re.sub(r"^#.*\n", "", (REPOSITORY / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines if line.strip())]


def values_of(instruction: str) -> list[str]:
    """What stands behind an instruction, each time that it is there."""
    return [rest for name, rest in instructions() if name == instruction]


def services(environment: dict[str, str]) -> dict[str, Any]:
    """The services of compose.yaml, where its variables have these values."""
    found = yaml.safe_load((REPOSITORY / "compose.yaml").read_text())["services"]
    return dict(_filled(found, environment))


def _filled(found: Any, environment: dict[str, str]) -> Any:
    """With all variables replaced, which compose does after it has read the file."""
    if isinstance(found, dict):
        return {name: _filled(each, environment) for name, each in found.items()}
    if isinstance(found, list):
        return [_filled(each, environment) for each in found]
    if isinstance(found, str):
        return re.sub(r"\$\{(\w+):-([^}]*)\}", lambda each: environment.get(each[1]) or each[2], found)
    return found


def mlflow_arguments(port: int) -> list[str]:
    """What the service `mlflow` is started with, but at a port of this machine only."""
    service = services({})["mlflow"]
    words = [*service["entrypoint"], *shlex.split(service["command"])]
    own = {"--host": "127.0.0.1", "--port": str(port)}
    return [own.get(before, word) for before, word in zip(["", *words], words, strict=False)]


def is_sent(path: Path) -> bool:
    """Whether .dockerignore lets a path at the top of the repository go to the builder: all but what it names stays."""
    rules = [line for line in (REPOSITORY / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    assert rules[0] == "*"
    return f"!{path.parts[0]}" in rules
