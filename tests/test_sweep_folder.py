"""Folders of sweeps: the name asked for, the next number, or a refusal."""

from pathlib import Path

import pytest

import src.sweep_folder
from src.errors import UserError
from src.sweep_folder import claim_folder


@pytest.fixture(autouse=True)
def sweeps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(src.sweep_folder, "SWEEPS", tmp_path / "sweeps")
    return tmp_path / "sweeps"


def finish(folder: Path) -> None:
    (folder / "summary.json").write_text("{}")


def test_first_sweep_gets_the_name(sweeps: Path) -> None:
    assert claim_folder("dropout") == sweeps / "dropout"
    assert list((sweeps / "dropout").iterdir()) == []


def test_finished_sweeps_keep_their_folders_and_the_next_is_numbered(sweeps: Path) -> None:
    for expected in ("dropout", "dropout-2", "dropout-3"):
        folder = claim_folder("dropout")
        assert folder == sweeps / expected
        finish(folder)


def test_names_do_not_disturb_each_other(sweeps: Path) -> None:
    finish(claim_folder("dropout"))
    assert claim_folder("units") == sweeps / "units"
    assert claim_folder("dropout") == sweeps / "dropout-2"


def test_unfinished_sweep_is_refused_by_folder_and_left_alone(sweeps: Path) -> None:
    folder = claim_folder("dropout")
    (folder / "journal.jsonl").write_text("a line\n")
    with pytest.raises(UserError, match=r"sweeps/dropout holds a sweep that is running or was not finished: choose"):
        claim_folder("dropout")
    assert (folder / "journal.jsonl").read_text() == "a line\n"
    assert [path.name for path in sweeps.iterdir()] == ["dropout"]


def test_unfinished_sweep_after_finished_ones_is_refused_too() -> None:
    finish(claim_folder("dropout"))
    claim_folder("dropout")
    with pytest.raises(UserError, match="dropout-2 holds a sweep"):
        claim_folder("dropout")


def test_place_that_cannot_be_written_is_refused_in_one_sentence(sweeps: Path) -> None:
    sweeps.write_text("a file where the folder should be")
    with pytest.raises(UserError, match=r"cannot make the folder .*dropout: Not a directory: make it writable"):
        claim_folder("dropout")
