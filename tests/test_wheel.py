"""What `pip install` takes: the package with its configs, C sources and templates, without the checkout."""

import json
import os
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from lstm_sweep import Forecaster
from tests.commands import REPOSITORY, run

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution, as an installer would build it."""
    folder = tmp_path_factory.mktemp("dist")
    build(REPOSITORY, folder, "sdist")
    (archive,) = folder.glob("*.tar.gz")
    subprocess.run(["tar", "-xzf", archive, "-C", folder], check=True)
    build(folder / archive.name.removesuffix(".tar.gz"), folder, "wheel")
    (built,) = folder.glob("*.whl")
    return built


def build(source: Path, folder: Path, target: str) -> None:
    """Build by the hatchling of this environment: without isolation, and so without a network."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs of an environment that has the wheel, and the libraries of this one."""
    environment = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    programs = environment / "bin"
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "--no-deps", "--no-index"]
    subprocess.run([*pip, wheel], check=True, capture_output=True)
    # A plain line of a .pth file is put behind the environment's own packages, and .pth files there are not read:
    # neither is that of an editable lstm_sweep.
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return programs


def python(programs: Path, folder: Path, program: str) -> str:
    """What a program prints, run by the environment's Python in a folder, with no path of this process's."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [programs / "python", "-c", program]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_the_package_and_its_data_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.partition("/")[0] for name in names} == {"lstm_sweep", "lstm_sweep-" + version() + ".dist-info"}
    kept = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "src/lstm_sweep", "conf"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    moved = {path.replace("conf/", "lstm_sweep/conf/", 1).removeprefix("src/") for path in kept}
    assert {name for name in names if name.startswith("lstm_sweep/")} == moved
    assert {"lstm_sweep/py.typed", "lstm_sweep/conf/config.yaml", "lstm_sweep/conf/experiment/dropout.yaml"} <= moved
    assert {Path(name).suffix for name in moved} == {".py", ".typed", ".yaml", ".c", ".h", ".html", ".css", ".js"}
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_installed_package_is_the_wheel_s_and_knows_its_version(installed: Path, tmp_path: Path) -> None:
    program = "import lstm_sweep, numpy; print(lstm_sweep.__file__, lstm_sweep.__version__, sep='\\n')"
    file, known = python(installed, tmp_path, program).splitlines()
    assert Path(file).is_relative_to(installed.parent)
    assert known == version()
    assert (Path(file).parent / "conf" / "config.yaml").is_file()


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of another project, which has a package `src` and settings of its own."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "src").mkdir()
    (folder / "src" / "__init__.py").write_text("MINE = True\n")
    (folder / "conf").mkdir()
    (folder / "conf" / "config.yaml").write_text("port: 80\n")
    return folder


@pytest.fixture(scope="session")
def swept(installed: Path, elsewhere: Path) -> str:
    """What the installed command prints of its first sweep there."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "KERAS_BACKEND")}
    command = [installed / "lstm-sweep", "sweep", "+experiment=dropout"]
    done = subprocess.run(command, cwd=elsewhere, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_installed_command_prints_the_table_of_the_checkout(swept: str, tmp_path: Path) -> None:
    done = run(tmp_path, "src.sweep", "+experiment=dropout")
    assert done.returncode == 0, done.stderr
    table, last_lines = swept.split("\nReport: ")
    assert table == done.stdout.split("\nReport: ")[0]
    assert " beat naive: " in last_lines
    assert "lstm-sweep sweep +experiment=dropout" in last_lines


def test_the_installed_command_leaves_a_report_and_says_how_it_was_typed(swept: str, elsewhere: Path) -> None:
    folder = elsewhere / "sweeps" / "dropout"
    assert "<title>" in (folder / "report.html").read_text()
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["command"] == "lstm-sweep sweep +experiment=dropout"
    start = json.loads((folder / "journal.jsonl").read_text().splitlines()[0])
    assert start["commit"] is None, "the code is in no checkout"
    assert start["environment"]["lstm"] != "XLA", "the C sources are there"


LOAD = """
import json
import mlflow
import src  # the other project's
assert src.MINE
mlflow.set_tracking_uri("sqlite:///mlruns/mlflow.db")
(parent,) = mlflow.MlflowClient().search_runs(["1"], "tags.kind = 'sweep'")
model = mlflow.pyfunc.load_model(f"runs:/{parent.info.run_id}/forecaster")
print(json.dumps([model.predict(model.input_example).iloc[0, 0], __import__("lstm_sweep").__file__]))
"""


@pytest.mark.parametrize("has_package", [True, False], ids=["installed", "not installed"])
def test_the_logged_model_loads_beside_a_foreign_package_src_and_without_this_one(
    has_package: bool, swept: str, installed: Path, elsewhere: Path, tmp_path: Path
) -> None:
    programs = installed
    if not has_package:
        programs = tmp_path / "bin"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path], check=True)
        (packages,) = tmp_path.glob("lib/python*/site-packages")
        (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
        with pytest.raises(AssertionError, match="No module named 'lstm_sweep'"):
            python(programs, elsewhere, "import lstm_sweep")
    forecast, file = json.loads(python(programs, elsewhere, LOAD).splitlines()[-1])
    assert not Path(file).is_relative_to(REPOSITORY)
    model = elsewhere / "sweeps" / "dropout" / "model"
    past = pd.read_csv(model / "example.csv")
    assert forecast == pytest.approx(Forecaster.load(model).forecast(past)[0], rel=1e-6)


def version() -> str:
    """The version in pyproject.toml, which is its only place."""
    with (REPOSITORY / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
