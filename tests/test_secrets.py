"""What an address keeps secret is nowhere: not in the sweep's folder, not in MLflow, not on the terminal."""

from pathlib import Path

import pytest

from tests.commands import QUICK, run

SECRET = b"s3cret"
LOGIN = "user:s3cret"
QUERY = "password=s3cret2&token=s3cret3"
SWEEP = ("+experiment=dropout", "search.model.dropout=[0.1]", *QUICK)


def places_of_the_secret(folder: Path) -> list[str]:
    """Every file below `folder` that holds the secret in any of its bytes, or in its name."""
    found = [path for path in folder.rglob("*") if path.is_file() and SECRET in path.read_bytes()]
    return [str(path) for path in found] + [str(path) for path in folder.rglob("*") if SECRET.decode() in path.name]


def sweep(folder: Path, *arguments: str) -> tuple[int, str]:
    """Exit status and everything printed, in which there is no secret, as there is none in any file."""
    done = run(folder, "src.sweep", *SWEEP, *arguments)
    printed = done.stdout + done.stderr
    assert SECRET.decode() not in printed
    assert "Traceback" not in printed
    assert places_of_the_secret(folder) == []
    return done.returncode, printed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("argument", "told"),
    [
        (f'tracking.uri="postgresql://{LOGIN}@127.0.0.1:9/db?{QUERY}"', "postgresql://***@127.0.0.1:9/db?*** cannot"),
        (f'tracking.uri="postgresql://{LOGIN}@127.0.0.1:port/db"', "cannot (its port is no number)"),
        ("tracking.uri=postgresql://user:s3cret", "postgresql://*** cannot (its port is no number)"),
        (f'tracking.uri="mysql://{LOGIN}@127.0.0.1:9/db?{QUERY}"', "mysql://***@127.0.0.1:9/db?*** cannot"),
        (f'tracking.uri="ftp://{LOGIN}@127.0.0.1:9/db?{QUERY}"', "ftp://***@127.0.0.1:9/db?*** cannot"),
        (f'seeds="http://{LOGIN}@127.0.0.1:9"', "seeds cannot be set"),
        (f"tracking.uri=[http://{LOGIN}@host/", "every bracket and quote must be closed"),
        (f'+tracking.url="http://{LOGIN}@127.0.0.1:9"', "did you mean tracking.uri?"),
    ],
)
def test_a_refused_address_is_told_without_its_secrets(tmp_path: Path, argument: str, told: str) -> None:
    status, printed = sweep(tmp_path, argument)
    assert status == 2
    assert told in printed


@pytest.mark.slow
def test_an_exchange_that_does_not_answer_is_told_without_the_secrets_of_its_address(tmp_path: Path) -> None:
    login = f"user:9s3cret{'x' * 200}"  # longer than what is told of the exchange's reason
    settings = ("data=bitcoin", f'data.url="http://{login}@127.0.0.1:9/?{QUERY}"', f"data.cache={tmp_path}/cache")
    done = run(tmp_path, "src.sweep", "+experiment=dropout", *settings)
    assert done.returncode == 2
    assert "bitstamp must answer, for bars of BTC/USD are missing" in done.stderr
    assert SECRET.decode() not in done.stdout + done.stderr
    assert places_of_the_secret(tmp_path) == []


@pytest.mark.slow
def test_a_whole_sweep_without_its_server_writes_no_secret(tmp_path: Path) -> None:
    status, printed = sweep(tmp_path, f'tracking.uri="http://{LOGIN}@127.0.0.1:9/?{QUERY}"')
    assert status == 0
    assert "http://***@127.0.0.1:9/?***" in printed
    config = (tmp_path / "sweeps" / "dropout" / "config.yaml").read_text()
    assert "uri: http://***@127.0.0.1:9/?***" in config
    assert {"journal.jsonl", "summary.json", "leaderboard.csv", "tensorboard"} <= {
        path.name for path in (tmp_path / "sweeps" / "dropout").iterdir()
    }


@pytest.mark.slow
def test_a_whole_sweep_into_a_database_with_secrets_in_its_address_writes_none(tmp_path: Path) -> None:
    status, _ = sweep(tmp_path, f'tracking.uri="sqlite:///file:mlflow.db?uri=true&{QUERY}"')
    assert status == 0
    assert b"sqlite:///file:mlflow.db?***" in (tmp_path / "mlflow.db").read_bytes()


def test_the_secret_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_bytes(b"\0s3cret\0")
    (tmp_path / "a" / "s3cret.txt").touch()
    assert len(places_of_the_secret(tmp_path)) == 2
