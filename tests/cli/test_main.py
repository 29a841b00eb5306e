"""`lstm-sweep COMMAND`, as the installed program is typed."""

import sys
from pathlib import Path

import pytest

from lstm_sweep.cli.main import COMMANDS, main
from lstm_sweep.invocation import spelled
from tests.commands import run

CLI = Path(sys.modules["lstm_sweep.cli.main"].__file__ or "").parent


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help_names_every_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    told = capsys.readouterr().out
    assert all(f"  {name} " in told for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_that_shows_how_it_is_typed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.argv
    try:
        assert main([name, "--help"]) == 0
    finally:
        sys.argv = before
    assert capsys.readouterr().out.startswith(f"lstm-sweep {name} ")


def test_other_words_are_refused_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["swep"]) == 2
    assert capsys.readouterr().err == (
        f"error: a command must be one of {', '.join(COMMANDS)}, but is 'swep': see lstm-sweep --help.\n"
    )


def test_every_command_is_known() -> None:
    assert {path.stem for path in CLI.glob("*.py")} - {
        "__init__",
        "command",
        "environment",
        "main",
        "options",
        "streams",
    } == set(COMMANDS)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("src.report", "trial=3"), "python -m src.report"),
        (("lstm_sweep", "report", "trial=3"), "python -m lstm_sweep report"),
        (("lstm_sweep.cli.main", "report", "trial=3"), "python -m lstm_sweep report"),
    ],
)
def test_sentences_name_the_command_as_it_was_typed(typed: tuple[str, ...], told: str, tmp_path: Path) -> None:
    done = run(tmp_path, *typed)
    assert done.returncode == 2
    assert done.stderr == f"error: an argument must be sweep=NAME, but is 'trial=3': see {told} --help.\n"


def test_where_nothing_is_known_the_installed_command_is_named() -> None:
    assert spelled("sync") == "lstm-sweep sync"
