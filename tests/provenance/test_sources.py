"""A fit is known by the code that computes it, and by no other."""

import shutil
from pathlib import Path

import pytest

from lstm_sweep.provenance.sources import PACKAGE, RUNNERS, code_digest


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package that may be changed."""
    return Path(shutil.copytree(PACKAGE, tmp_path / "lstm_sweep", ignore=shutil.ignore_patterns("__pycache__")))


def change(package: Path, name: str, old: str, new: str) -> None:
    text = (package / name).read_text()
    assert old in text
    (package / name).write_text(text.replace(old, new))


@pytest.mark.parametrize("runner", RUNNERS)
def test_code_that_computes_no_fit_is_no_part_of_it(package: Path, runner: str) -> None:
    before = code_digest(runner, PACKAGE)
    assert code_digest(runner, package) == before
    for name in (
        "baselines/arima.py",
        "baselines/naive.py",
        "report/table/layout.py",
        "windows/stationarity.py",
        "errors.py",
    ):
        (package / name).write_text((package / name).read_text() + "\nUNUSED = 1\n")
    assert code_digest(runner, package) == before


@pytest.mark.parametrize("runner", RUNNERS)
def test_comments_docstrings_and_layout_are_no_part_of_it(package: Path, runner: str) -> None:
    before = code_digest(runner, PACKAGE)
    for path in (package / "models").glob("*.py"):
        path.write_text(path.read_text().replace('"""', '"""Said otherwise. ', 1) + "\n\n# A comment.\n")
    native = package / "training" / "fused" / "native"
    (native / "lstm.c").write_text("/* A comment. */\n\n" + (native / "lstm.c").read_text() + "// Another.\n")
    assert code_digest(runner, package) == before


@pytest.mark.parametrize(
    ("name", "old", "new", "changed"),
    [
        ("models/initializers.py", "np.sqrt(6.0", "np.sqrt(5.0", {"fused", "sequential"}),
        ("windows/transforms.py", "last * (1.0 + outputs)", "last * (1.5 + outputs)", {"fused", "sequential"}),
        ("training/sequential.py", "shuffle=False", "shuffle=True", {"sequential"}),
        ("training/fused/program.py", "WINDOWS_AT_ONCE = 2048", "WINDOWS_AT_ONCE = 1024", {"fused"}),
        ("training/fused/native/activations.h", "0.5f * x", "0.25f * x", {"fused"}),
    ],
)
def test_code_that_computes_a_fit_makes_another_one(
    package: Path, name: str, old: str, new: str, changed: set[str]
) -> None:
    change(package, name, old, new)
    assert {runner for runner in RUNNERS if code_digest(runner, package) != code_digest(runner, PACKAGE)} == changed
