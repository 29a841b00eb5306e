"""README is held to: what it promises has tests, which docs/promises.md names, and its Python runs."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import PYTHONPATH

ROOT = Path(__file__).resolve().parents[1]


def promises(path: Path, heading: str) -> dict[str, str]:
    """The lines of the first table below a heading: what happens, and what is said of it."""
    below = path.read_text().partition(heading)[2]
    table = re.search(r"\|\n\|[-|]+\|\n((?:\|.*\|\n)+)", below)
    assert table is not None, path
    return {
        promise.strip(): said.strip()
        for promise, said in (line.strip("|").split("|") for line in table[1].splitlines())
    }


def test_every_promise_of_readme_has_its_tests_and_every_test_that_is_named_exists() -> None:
    tested = promises(ROOT / "docs" / "promises.md", "# Promises")
    assert list(tested) == list(promises(ROOT / "README.md", "## What happens when"))
    assert len(tested) >= 20
    named = {promise: set(re.findall(r"`(test_\w+)`", said)) for promise, said in tested.items()}
    assert all(named.values()), [promise for promise, names in named.items() if not names]
    written = {
        name for path in (ROOT / "tests").rglob("*.py") for name in re.findall(r"def (test_\w+)\(", path.read_text())
    }
    missing = {promise: names - written for promise, names in named.items()}
    assert not any(missing.values()), missing


def test_what_readme_shows_of_files_is_what_is_printed(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```\n(\$ printf.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    commands = [line.removeprefix("$ ") for line in shown.splitlines() if line.startswith("$ ")]
    program = "; ".join(f"echo {shlex.quote('$ ' + command)}; {command}" for command in commands)
    environment = os.environ | {"PYTHONPATH": PYTHONPATH}
    python = f'python() {{ {shlex.quote(sys.executable)} "$@"; }}; {program}'
    done = subprocess.run(
        ["bash", "-c", python],
        cwd=tmp_path,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.stdout == shown


@pytest.mark.slow
def test_the_python_of_readme_runs(tmp_path: Path) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    environment = os.environ | {"PYTHONPATH": PYTHONPATH}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    *_, verdict, forecast = done.stdout.strip().splitlines()
    assert "755 windows" in verdict
    assert 2000 < float(forecast.strip("[]")) < 3000, "the S&P 500 at the end of 2018"
