"""What is typed to go on, and what that means."""

import json
from pathlib import Path

import pytest

from lstm_sweep.cli.composition.typed import whole_arguments, written_command
from lstm_sweep.storage.folder import COMMAND, SWEEPS

BEGAN = ["+experiment=dropout", "seeds=5", "search.model.l2=[0,1e-4]", "name=dropout"]


@pytest.fixture(autouse=True)
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (SWEEPS / "dropout").mkdir(parents=True)
    (SWEEPS / "dropout" / COMMAND).write_text(written_command(BEGAN))


@pytest.mark.parametrize("word", ["true", "True", "force"])
def test_name_and_resume_are_enough(word: str) -> None:
    typed = ["name=dropout", f"resume={word}", "budget.seconds=60"]
    assert whole_arguments(typed) == [*BEGAN, *typed]


@pytest.mark.parametrize(
    "typed",
    [
        ["name=dropout"],
        ["name=dropout", "resume=false"],
        ["resume=true"],
        ["name=other", "resume=true"],
        ["+experiment=units", "name=dropout", "resume=true"],
        ["search.model.units=[8]", "name=dropout", "resume=true"],
    ],
)
def test_whole_commands_and_those_that_resume_nothing_stay_as_they_are(typed: list[str]) -> None:
    assert whole_arguments(typed) == typed


def test_secrets_and_resume_are_not_kept() -> None:
    typed = ["+experiment=dropout", "tracking.uri=postgresql://me:s3cret@host/db", "resume=true", "seeds=5"]
    assert json.loads(written_command(typed)) == ["+experiment=dropout", "seeds=5"]
