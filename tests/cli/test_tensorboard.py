"""The command that opens TensorBoard; what its pages show is tested in tests/tracking/."""

import re
import socket
from dataclasses import asdict
from pathlib import Path

import pytest

from lstm_sweep.cli.tensorboard import COMMAND
from lstm_sweep.storage.folder import write_config
from tests.commands import run
from tests.tracking.scripted import CONFIG


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with one sweep that has begun."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sweeps" / "mine" / "tensorboard").mkdir(parents=True)
    (tmp_path / "sweeps" / "mine" / "journal.jsonl").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["sweep=your"],
            "sweep must be all or a sweep with a folder tensorboard, several with commas between them, but is 'your': "
            "choose from mine.",
        ),
        (["port=http"], "port must be a number from 1 to 65535, but is 'http': change it, or leave it out."),
        (["port=65536"], "port must be a number from 1 to 65535, but is '65536': change it, or leave it out."),
        (["runs=0"], "runs must be all or a number from 1 to 10000000, but is '0': change it, or leave it out."),
        (
            ["--port", "6007"],
            "an argument must be sweep=NAME or host=NAME or port=NUMBER or runs=NUMBER, but is '--port': see "
            "lstm-sweep tensorboard --help.",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert COMMAND.main(arguments) == 2
    assert capsys.readouterr().err == f"error: {told}\n"


def test_where_no_sweep_is_one_is_to_be_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "sweeps" / "mine" / "tensorboard").rmdir()
    assert COMMAND.main([]) == 2
    assert capsys.readouterr().err == (
        "error: TensorBoard needs a sweep to show, but below sweeps none has a folder tensorboard: run one first, with "
        "lstm-sweep sweep.\n"
    )


def test_a_place_where_nothing_can_listen_is_refused_in_one_sentence(folder: Path) -> None:
    write_config(folder / "sweeps" / "mine", asdict(CONFIG))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(folder, "src.tensorboard", f"port={port}")
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(
        rf"error: TensorBoard must have an address of its own, but 127\.0\.0\.1:{port} cannot be it \(.* in use\): "
        r"choose another port=NUMBER or host=NAME\.\n",
        done.stderr,
    )
