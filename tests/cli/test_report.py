"""`python -m src.report`, as a user types it."""

from pathlib import Path

import pytest

from lstm_sweep.cli.report import COMMAND
from tests.commands import run
from tests.report.folder import make_sweep


def test_report_is_made_again(tmp_path: Path) -> None:
    make_sweep(tmp_path / "sweeps" / "example")
    done = run(tmp_path, "src.report", "sweep=example")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == "sweeps/example/report.html"
    assert (tmp_path / "sweeps/example/report.html").exists()


def test_help_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert COMMAND.main(["--help"]) == 0
    assert "lstm-sweep report sweep=NAME" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "error: the sweep must be named, but is not: add sweep=NAME."),
        (["sweep="], "error: an argument must be sweep=NAME, but is 'sweep=': see lstm-sweep report --help."),
        (["trial=3"], "error: an argument must be sweep=NAME, but is 'trial=3': see lstm-sweep report --help."),
    ],
)
def test_wrong_arguments_end_in_one_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert COMMAND.main(arguments) == 2
    assert capsys.readouterr().err.strip() == sentence


def test_unknown_sweep_ends_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert COMMAND.main(["sweep=nothing"]) == 2
    assert "sweeps/nothing must be a finished sweep, but has no summary.json: run one first" in capsys.readouterr().err
