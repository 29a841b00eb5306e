"""What an extra brings may be missing: one sentence names it as pip takes it, and nothing is left behind."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from tests.commands import PYTHONPATH, QUICK, REPOSITORY
from tests.test_architecture import FILES, imports
from tests.test_version_0_1 import FIXTURES

WITHOUT = """
import runpy, sys
sys.modules |= dict.fromkeys(sys.argv.pop(1).split(","))
runpy.run_module(sys.argv.pop(1), run_name="__main__")
"""
"""A program that runs a command where importing some libraries fails as if they were not installed."""

CASES = {
    "audit": ("tensorflow", "src.audit", ["sweep=finished"], "an audit", "tensorflow"),
    "backend": (
        *("tensorflow", "src.sweep", ["+experiment=dropout", "runner=sequential", "runner.backend=tensorflow"]),
        *("runner.backend=tensorflow", "tensorflow"),
    ),
    "exchange": ("ccxt", "src.sweep", ["+experiment=dropout", "data=bitcoin"], "downloads of data=bitcoin", "exchange"),
}


def run_without(libraries: str, folder: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": PYTHONPATH, "XDG_CACHE_HOME": str(folder / "cache")}
    command = [sys.executable, "-c", WITHOUT, libraries, module, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("case", CASES)
def test_a_library_that_is_not_installed_is_one_sentence_with_the_versions_wanted(case: str, tmp_path: Path) -> None:
    library, module, arguments, purpose, extra = CASES[case]
    if case == "audit":
        shutil.copytree(FIXTURES / "sweeps" / "finished", tmp_path / "sweeps" / "finished")
    before = sorted(tmp_path.rglob("*"))
    done = run_without(library, tmp_path, module, *arguments)
    (wanted,) = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["optional-dependencies"][extra]
    told = f'error: {library} must be installed for {purpose}, but is not: pip install "'
    assert done.stderr.startswith(told)
    assert done.stderr.endswith('".\n')
    assert SpecifierSet(done.stderr[len(told + library) : -3]) == SpecifierSet(wanted.removeprefix(library))
    assert done.returncode == 2
    assert [path for path in sorted(tmp_path.rglob("*")) if "cache" not in path.parts] == before


def test_a_sweep_needs_no_extra(tmp_path: Path) -> None:
    done = run_without("tensorflow,ccxt,ray", tmp_path, "src.sweep", "search.model.dropout=[0.0]", *QUICK)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "mlruns" / "mlflow.db").exists()


def test_every_library_that_the_package_imports_is_declared() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    declared = {re.split(r"[^\w-]", each)[0] for each in asked}
    distributions = packages_distributions()
    imported = {module.partition(".")[0] for path in FILES for module in imports(path)}
    undeclared = {
        library
        for library in imported - sys.stdlib_module_names - {"lstm_sweep", "_typeshed"}
        if not declared & {name.lower() for name in distributions[library]}
    }
    assert undeclared == set()
