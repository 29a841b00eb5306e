import os
import subprocess
from pathlib import Path

from lstm_sweep.provenance.git import CHECKOUT, checkout_of, git_commit
from tests.commands import REPOSITORY


def _git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    command = ["git", "-C", str(folder), *identity, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_the_commit_is_named_and_marked_when_files_differ(tmp_path: Path) -> None:
    assert git_commit(tmp_path) is None
    _git(tmp_path, "init")
    (tmp_path / "file").write_text("1")
    _git(tmp_path, "add", "file")
    _git(tmp_path, "commit", "-m", "first")
    _git(tmp_path, "tag", "-a", "v1", "-m", "a tag must not shorten the answer")
    commit = _git(tmp_path, "rev-parse", "HEAD")
    assert git_commit(tmp_path) == commit
    (tmp_path / "file").write_text("2")
    assert git_commit(tmp_path) == f"{commit}-dirty"


def test_code_of_a_checkout_has_its_commit() -> None:
    assert CHECKOUT == REPOSITORY


def test_installed_code_has_no_commit_of_the_project_that_it_is_installed_in(tmp_path: Path) -> None:
    _git(tmp_path, "init")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.py").write_text("1")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-m", "somebody else's")
    for place in (tmp_path / ".venv" / "lib" / "python3" / "site-packages", tmp_path / "src"):
        assert git_commit(checkout_of(place / "lstm_sweep")) is None
    assert git_commit(tmp_path) is not None, "which would be theirs"


def test_asking_for_the_commit_leaves_the_index_of_the_checkout_alone(tmp_path: Path) -> None:
    """Else a sweep that is killed meanwhile would leave it locked, and git would refuse to commit."""
    _git(tmp_path, "init")
    (tmp_path / "file").write_text("1")
    _git(tmp_path, "add", "file")
    _git(tmp_path, "commit", "-m", "first")
    os.utime(tmp_path / "file", (1, 1))  # git would note down that it is the same nevertheless
    before = (tmp_path / ".git" / "index").read_bytes()
    commit = git_commit(tmp_path)
    assert commit is not None
    assert not commit.endswith("-dirty")
    assert (tmp_path / ".git" / "index").read_bytes() == before


def test_checkout_without_a_commit_has_none(tmp_path: Path) -> None:
    _git(tmp_path, "init")
    assert git_commit(tmp_path) is None
