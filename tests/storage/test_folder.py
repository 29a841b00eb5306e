"""Folders of sweeps: the name asked for, the next number, or a refusal."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import lstm_sweep.storage.folder
from lstm_sweep.errors import UserError
from lstm_sweep.storage.folder import SweepFolder, claim_folder, finished, journalled
from lstm_sweep.storage.journal import Journal
from lstm_sweep.trials.spec import Trial
from tests.commands import REPOSITORY
from tests.storage.records import END, START


@pytest.fixture(autouse=True)
def sweeps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(lstm_sweep.storage.folder, "SWEEPS", tmp_path / "sweeps")
    return tmp_path / "sweeps"


def begin(name: str, resume: object = False) -> Path:
    """Claim a folder, journal something, and let go of it as a process that ends does."""
    with claim_folder(name, resume) as place, Journal(place.path) as journal:
        journal.write_start(replace(START, name=name))
    return place.path


def claim(name: str, resume: object) -> SweepFolder:
    with claim_folder(name, resume) as place:
        return place


def finish(folder: Path) -> None:
    with Journal(folder) as journal:
        journal.write_end(END)


def test_first_sweep_gets_the_name_and_has_no_history(sweeps: Path) -> None:
    place = claim("dropout", resume=False)
    assert place.path == sweeps / "dropout"
    assert place.history.start is None


def test_finished_sweeps_keep_their_folders_and_the_next_is_numbered(sweeps: Path) -> None:
    for expected in ("dropout", "dropout-2", "dropout-3"):
        folder = begin("dropout")
        assert folder == sweeps / expected
        finish(folder)


def test_names_do_not_disturb_each_other(sweeps: Path) -> None:
    finish(begin("dropout"))
    assert begin("units") == sweeps / "units"
    assert begin("dropout") == sweeps / "dropout-2"


def test_unfinished_sweep_is_refused_with_the_way_on_and_left_alone(sweeps: Path) -> None:
    finish(begin("dropout"))
    folder = begin("dropout")
    before = (folder / "journal.jsonl").read_bytes()
    with pytest.raises(UserError, match=r"dropout-2 holds a sweep that was not finished: resume it \(.*name=dropout-2"):
        claim("dropout", resume=False)
    assert (folder / "journal.jsonl").read_bytes() == before


@pytest.mark.parametrize("resume", [True, "force"])
def test_unfinished_sweep_goes_on_with_its_history(sweeps: Path, resume: object) -> None:
    finish(begin("dropout"))
    begin("dropout")
    place = claim("dropout", resume)
    assert place.path == sweeps / "dropout-2"
    assert place.history.start is not None


@pytest.mark.parametrize("names", [(), ("journal.jsonl",), ("command.json", "config.yaml.unfinished", "oracle")])
def test_sweep_that_was_killed_before_it_began_begins_again(sweeps: Path, names: tuple[str, ...]) -> None:
    (sweeps / "dropout").mkdir(parents=True)
    for name in ("lock", *names):
        (sweeps / "dropout" / name).touch()
    assert begin("dropout") == sweeps / "dropout"


@pytest.mark.parametrize(("resume", "typed"), [(True, "true"), ("force", "force")])
def test_sweep_that_is_to_go_on_and_is_not_there_is_refused_with_those_that_are(
    sweeps: Path, resume: object, typed: str
) -> None:
    with pytest.raises(UserError, match=rf"resume={typed} needs a sweep dropuot .*: leave it out to begin a new one"):
        claim("dropuot", resume)
    assert not sweeps.exists()
    begin("dropout")
    finish(begin("units"))
    (sweeps / "units" / "summary.json").touch()
    with pytest.raises(UserError, match=r"dropuot: name one of dropout, or leave it out"):
        claim("dropuot", resume)
    assert claim("dropout", resume).history.start is not None


def test_finished_sweep_is_found_by_its_name_or_refused_with_those_that_are(sweeps: Path) -> None:
    with pytest.raises(UserError, match=r"units must be a finished sweep, but has no summary\.json: run one first"):
        finished("units")
    for number in range(12):
        (begin(f"units{number}") / "summary.json").touch()
    assert finished("units3") == sweeps / "units3"
    with pytest.raises(UserError, match=r"choose one of units\d+, .* and 4 more\."):
        finished("units")
    (begin("drop") / "summary.json").touch()
    with pytest.raises(UserError, match=r"choose one of drop, units"):
        finished("dorp")


def test_sweep_that_was_not_finished_is_refused_with_the_way_on(sweeps: Path) -> None:
    begin("units")
    with pytest.raises(UserError, match=r"json: resume it \(lstm-sweep sweep name=units resume=true\)\."):
        finished("units")


def test_journal_that_is_not_there_is_refused_with_those_that_are(sweeps: Path) -> None:
    with pytest.raises(UserError, match=r"units must be the folder of a sweep, but holds no journal\.jsonl: run one"):
        journalled(sweeps / "units")
    for name in ("units", "dropout"):
        begin(name)
    with pytest.raises(UserError, match=r"choose one of dropout, units\."):
        journalled(sweeps / "drop")
    assert journalled(sweeps / "units").start is not None


def test_finished_sweep_cannot_go_on() -> None:
    finish(begin("dropout"))
    with pytest.raises(UserError, match="resume=True needs a sweep dropout that was not finished"):
        claim("dropout", resume=True)


def test_folder_that_a_running_process_holds_is_refused_even_to_go_on(sweeps: Path) -> None:
    program = (
        "import lstm_sweep.storage.folder, sys, pathlib\n"
        "lstm_sweep.storage.folder.SWEEPS = pathlib.Path(sys.argv[1])\n"
        "with lstm_sweep.storage.folder.claim_folder('dropout', False):\n"
        "    print('claimed', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program, str(sweeps)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "claimed\n"
        for resume in (False, True):
            with pytest.raises(UserError, match="holds a sweep that is running"):
                claim("dropout", resume)
        process.kill()
    assert claim("dropout", resume=False).path == sweeps / "dropout", "a process that is killed holds nothing"


def test_folder_of_something_else_is_not_taken(sweeps: Path) -> None:
    (sweeps / "dropout").mkdir(parents=True)
    (sweeps / "dropout" / "notes.txt").write_text("mine")
    with pytest.raises(UserError, match="choose another name"):
        claim("dropout", resume=False)


def test_journal_of_a_finished_sweep_that_a_flipped_bit_hides_the_end_of_is_not_overwritten(sweeps: Path) -> None:
    folder = begin("dropout")
    with Journal(folder) as journal:
        journal.write_trial(Trial("0000", {}))
    finish(folder)
    content = bytearray((folder / "journal.jsonl").read_bytes())
    content[-30] ^= 1
    (folder / "journal.jsonl").write_bytes(content)
    with pytest.raises(UserError, match="was not finished"):
        claim("dropout", resume=False)


def test_place_that_cannot_be_written_is_refused_in_one_sentence(sweeps: Path) -> None:
    sweeps.write_text("a file where the folder should be")
    with pytest.raises(UserError, match=r"cannot write to the folder .*dropout: Not a directory: make it writable"):
        claim("dropout", resume=False)
