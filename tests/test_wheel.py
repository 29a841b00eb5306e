"""What `pip install` takes: the package with its configs, C sources and templates, without the checkout."""

import os
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.commands import REPOSITORY

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
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout


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


def version() -> str:
    """The version in pyproject.toml, which is its only place."""
    with (REPOSITORY / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
