"""What a newcomer does wrong with `src.serve` and `src.replay`: one sentence, and exit status 2."""

import shlex
import signal
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pytest

from lstm_sweep.cli import replay, serve
from lstm_sweep.cli.command import Command
from tests.commands import run, started, wait_for
from tests.examples import make_series
from tests.live.served import journal_of, promoted, replayed, served

SWEEP = ("data=csv", "data.path=volume.csv", "data.features=[volume]", "model.units=4", "windows.lags=5")
NARROW = ("live.replay=0.3", "live.alias_seconds=0.2")

Said = Callable[[Command, Sequence[str]], str]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """The sentence that refuses a command, which prints nothing else."""

    def refuse(command: Command, arguments: Sequence[str]) -> str:
        assert command.main(arguments) == 2
        printed = capsys.readouterr()
        assert printed.out.count("\n") <= 1  # the address, where the server was about to listen
        assert printed.err.startswith("error: ")
        assert printed.err.count("\n") == 1
        return printed.err

    return refuse


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("", "run one first, with lstm-sweep sweep"),
        ("sweep=none", "run one first"),
        ("sweep=a model=b", "leave one out"),
        ("live.retrain=7d", "lstm-sweep promote sweep=NAME first, then model=NAME"),
        ("live.retrain=often", "live.retrain must be a length such as"),
        ("live.expire=abc", "live.expire must be a length such as"),
        ("live.begin=2000-05-01", "add live.replay=1, or leave live.begin out"),
        ("live.begin=soon live.replay=1", "live.begin must hold ISO dates"),
        ("live.replya=1", "did you mean live.replay?"),
        ("+live.foo=1", "see lstm-sweep serve --help"),
        ("live.zzzzzzzz=1", "see lstm-sweep serve --help"),
        ("live.port=abc", "see lstm-sweep serve --help"),
        ("live.alpha=???", "add live.alpha=VALUE"),
        ("port=99999", "from 0 to 65535"),
        ("live.replay=-1", "live.replay must be at least 0"),
        ("live.promote=yes", "one of ask, auto"),
        ("live.host=''", "live.host=127.0.0.1"),
        ("live.name=../elsewhere", "choose such a name"),
        ("model.units=3", "see lstm-sweep serve --help"),
        ("--port=3", "see lstm-sweep serve --help"),
    ],
)
def test_what_is_typed_wrong_is_refused_before_anything_is_opened(
    said: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert sentence in said(serve.COMMAND, shlex.split(arguments))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("", "add model=NAME or sweep=NAME or live.name=NAME"),
        ("model=a sweep=b", "leave one out"),
        ("model=btc", "start one with lstm-sweep serve"),
        ("live.port=3", "see lstm-sweep replay --help"),
    ],
)
def test_a_replay_of_nothing_is_refused(
    said: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert sentence in said(replay.COMMAND, shlex.split(arguments))


def test_help_lists_every_live_setting_with_its_default(capsys: pytest.CaptureFixture[str]) -> None:
    assert serve.COMMAND.main(["--help"]) == 0
    printed = capsys.readouterr().out
    for setting in ("live.host=127.0.0.1", "live.token=null", "live.alias_seconds=10", "live.promote=ask"):
        assert f"  {setting} " in printed


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model that reads a covariate, and files of prices."""
    folder = tmp_path_factory.mktemp("registered")
    series = make_series(300)
    whole = pd.DataFrame({"time": series.timestamps, "price": series.values, "volume": 1.0 + series.values % 7})
    whole.to_csv(folder / "volume.csv", index=False)
    whole[:4].to_csv(folder / "short.csv", index=False)
    whole.drop(columns="volume").to_csv(folder / "narrow.csv", index=False)
    promoted(folder, 1, sweep=(*SWEEP, "training.epochs=1", "seeds=1"))
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("model=eth live.replay=1", "choose one of btc"),
        ("model=btc data=csv data.path=none.csv", "none.csv"),
        ("model=btc data=csv data.path=short.csv live.name=short", "needs 6 past bars"),
        ("model=btc data=csv data.path=narrow.csv live.name=narrow", "volume"),
        ("model=btc data.pth=3", "did you mean data.path?"),
        ("model=btc live.replay=1 live.begin=1990-01-01", "set live.begin to a time between"),
        ("model=btc live.replay=1 live.begin=2100-01-01", "set live.begin to a time between"),
        ("model=btc members=ensemble", "members=ensemble needs sweep=NAME"),
        (
            "model=btc live.replay=1 live.host=nowhere.invalid live.name=nowhere",
            "choose another live.port or live.host",
        ),
    ],
)
def test_what_does_not_go_with_the_model_is_refused(
    said: Said, registered: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, sentence: str
) -> None:
    monkeypatch.chdir(registered)
    assert sentence in said(serve.COMMAND, shlex.split(arguments))


@pytest.mark.slow
def test_a_port_and_a_folder_belong_to_one_process(
    said: Said, registered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(registered)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = said(serve.COMMAND, ["model=btc", "live.replay=1", "live.name=other", f"port={port}"])
        assert "live.port=0 for a free port" in refused
    with served(registered, "model=btc", *NARROW) as site:
        assert "choose another live.name" in said(serve.COMMAND, ["model=btc", "live.replay=1", "port=0"])
        assert site.ask("/health").status == 200
        replayed(registered)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_soon_with_a_journal_that_is_whole(registered: Path, number: int) -> None:
    name = f"ends-by-{number}"
    with served(registered, "model=btc", *NARROW, f"live.name={name}") as site:
        begun = len(journal_of(registered, name))
        wait_for(lambda: len(journal_of(registered, name)) > begun + 8)
        site.process.send_signal(number)
        sent = time.monotonic()
        _, errors = site.process.communicate(timeout=60)
        took = time.monotonic() - sent
    assert (site.process.returncode, errors) == (0, "")
    assert took < 5
    replayed(registered, name)


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [1.0, 2.0, 4.0, 7.0])
def test_an_early_ctrl_c_ends_it_with_a_word(registered: Path, seconds: float) -> None:
    name = f"early-{seconds:g}"
    with started(registered, "src.serve", "model=btc", *NARROW, f"live.name={name}", "port=0") as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode in (0, 130)
    assert errors in ("", "interrupted: what has come is written down; the same command continues\n")
    with served(registered, "model=btc", *NARROW, f"live.name={name}") as site:
        assert site.end(signal.SIGTERM) == (0, "")
    assert run(registered, "src.replay", f"live.name={name}").returncode == 0
