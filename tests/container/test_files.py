"""Dockerfile, compose.yaml and the entry script name what exists, and open nothing to others."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from lstm_sweep.cli.composition.compose import compose_live, compose_settings
from lstm_sweep.cli.composition.continued import continued_data
from lstm_sweep.config import Config
from lstm_sweep.serving.app import build_app
from tests.commands import REPOSITORY
from tests.container.files import START, instructions, is_sent, mlflow_arguments, services, values_of
from tests.serving.stepping import SteppingProcess

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]


def test_dockerfile_copies_what_exists_and_what_is_sent_to_the_builder() -> None:
    copied = [word for rest in values_of("COPY") for word in rest.split()[:-1]]
    assert {"src", "conf", "pyproject.toml", "container/start.sh"} <= set(copied)
    for name in (*copied, PROJECT["readme"], *PROJECT["license-files"]):
        assert (REPOSITORY / name).exists()
        assert is_sent(Path(name)), name
    for name in ("sweeps", "mlruns", "live", ".git", ".venv", ".env", "tests"):
        assert not is_sent(Path(name)), name


def test_image_has_a_python_that_the_package_allows_and_the_command_as_its_entry() -> None:
    images = [rest.split()[0] for rest in values_of("FROM")]
    assert len(set(images)) == 1
    number = re.fullmatch(r"python:([\d.]+)-slim", images[0])
    assert number is not None
    assert number[1] in SpecifierSet(PROJECT["requires-python"])
    (entry,) = values_of("ENTRYPOINT")
    assert json.loads(entry)[0] in PROJECT["scripts"]
    extras = [rest for rest in values_of("RUN") if "[exchange]" in rest]
    assert len(extras) == 1
    assert "exchange" in PROJECT["optional-dependencies"]


def test_image_runs_as_a_user_without_rights_who_owns_what_volumes_are_laid_over() -> None:
    steps = instructions()
    (user,) = values_of("USER")
    assert user != "root"
    after = [rest for name, rest in steps[steps.index(("USER", user)) :] if name == "RUN"]
    (home,) = [Path(rest) for name, rest in steps[steps.index(("USER", user)) :] if name == "WORKDIR"]
    made = {home / word for rest in after for word in rest.removeprefix("mkdir ").split()}
    mounted = {Path(each.split(":")[1]) for service in services({}).values() for each in service["volumes"]}
    assert mounted == made


def test_health_is_asked_where_the_app_answers() -> None:
    (check,) = values_of("HEALTHCHECK")
    found = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", check)
    assert found is not None
    app = build_app(SteppingProcess(), compose_live([]), ("price",))
    assert found[2] in app.openapi()["paths"]
    assert int(found[1]) == compose_live([]).port == int(values_of("EXPOSE")[0])


def test_compose_publishes_to_this_machine_only_and_the_live_process_waits_for_mlflow() -> None:
    found = services({})
    assert all("build" in service and "image" not in service for service in found.values())
    assert [service["ports"] for service in found.values()] == [["127.0.0.1:5000:5000"], ["127.0.0.1:8000:8000"]]
    assert found["serve"]["depends_on"] == {"mlflow": {"condition": "service_healthy"}}
    assert found["mlflow"]["healthcheck"]["test"][0] == "CMD"
    assert services({"PORT_SERVE": "8123"})["serve"]["ports"] == ["127.0.0.1:8123:8000"]
    assert mlflow_arguments(1234)[:6] == ["mlflow", "server", "--host", "127.0.0.1", "--port", "1234"]


def test_every_variable_of_the_service_is_read_by_the_entry_script() -> None:
    script = START.read_text()
    for name in services({})["serve"]["environment"].keys() - {"MLFLOW_TRACKING_URI"}:
        assert re.search(rf"\$\{{?{name}\b|\{{{name}:=|env:{name}\}}", script), name


def commands(folder: Path, environment: dict[str, str], is_there: str = "no") -> list[list[str]]:
    """What the entry script would run: `lstm-sweep` writes its arguments down here, and `python` answers it."""
    programs = folder / "bin"
    programs.mkdir()
    (programs / "python").write_text(f'#!/bin/sh\necho "$@" >>asked\necho {is_there}\n')
    (programs / "lstm-sweep").write_text("#!/bin/sh\nprintf '%s\\n' \"$@\" --end-- >>typed\n")
    for program in programs.iterdir():
        program.chmod(0o755)
    told = services(environment)["serve"]["environment"]
    path = f"{programs}:/usr/bin:/bin"
    subprocess.run([START, "live.grace=3"], cwd=folder, env={**told, "PATH": path}, check=True, capture_output=True)
    words = (folder / "typed").read_text().split("--end--\n")
    return [each.splitlines() for each in words if each]


def settled(arguments: list[str], monkeypatch: pytest.MonkeyPatch, token: str) -> tuple[Config, list[str]]:
    """The settings of the sweep, where they can be composed."""
    monkeypatch.setenv("TOKEN", token)
    return compose_settings(arguments), [each for each in arguments if each.startswith("data")]


def test_unless_told_a_sweep_of_bitcoin_is_run_promoted_and_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep, sync, promote, serve = commands(tmp_path, {})
    config, data = settled(sweep[1:], monkeypatch, "")
    assert (config.name, config.data) == ("bitcoin", compose_settings(["data=bitcoin"]).data)
    assert sync == ["sync", "sweep=bitcoin"]
    assert promote == ["promote", "sweep=bitcoin", "model=bitcoin", "force=true"]
    assert serve[:2] == ["serve", "model=bitcoin"]
    live = compose_live([each for each in serve if each.startswith("live")])
    assert (live.host, live.replay, live.retrain, live.token, live.grace) == ("0.0.0.0", None, None, None, 3)
    assert compose_settings(continued_data({}, [each for each in serve if each.startswith("data")])).data == config.data


def test_what_is_told_becomes_settings_and_the_token_is_not_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"EXCHANGE": "binance", "SYMBOL": "BTC/USDT", "TIMEFRAME": "1h", "BITCOIN_START_DATE": "2020-01-02"}
    more = {"RETRAIN": "7d", "TOKEN": "let me: in!", "SWEEP": "+experiment=units seeds=5"}
    sweep, _, _, serve = commands(tmp_path, told | more)
    config, data = settled(sweep[1:], monkeypatch, more["TOKEN"])
    assert config.name == "bitcoin-binance-BTC-USDT-1h"
    assert (config.seeds, "units" in sweep[1]) == (5, True)
    values = (config.data.exchange, config.data.symbol, config.data.timeframe, config.data.since)  # type: ignore[attr-defined]
    assert values == tuple(told.values())
    assert compose_settings(continued_data({}, data)).data == config.data
    live = compose_live([each for each in serve if each.startswith("live")])
    assert (live.retrain, live.token) == ("7d", more["TOKEN"])
    assert not any(more["TOKEN"] in word for word in serve)


def test_a_champion_that_is_there_is_served_and_nothing_is_trained(tmp_path: Path) -> None:
    assert [each[:2] for each in commands(tmp_path, {"MODEL": "mine"}, "yes")] == [["serve", "model=mine"]]
    asked = (tmp_path / "asked").read_text()
    assert asked == "-m lstm_sweep.tracking.mlflow.champion mine\n"


def test_a_sweep_that_was_stopped_is_resumed_and_one_that_has_finished_is_not_run_again(tmp_path: Path) -> None:
    folder = tmp_path / "sweeps" / "mine"
    folder.mkdir(parents=True)
    (folder / "journal.jsonl").touch()
    assert "resume=true" in commands(tmp_path, {"MODEL": "mine"})[0]
    (folder / "summary.json").touch()
    shutil.rmtree(tmp_path / "bin")
    (tmp_path / "typed").unlink()
    assert [each[0] for each in commands(tmp_path, {"MODEL": "mine"})] == ["sync", "promote", "serve"]


def test_other_data_are_refused_in_one_sentence(tmp_path: Path) -> None:
    refused = subprocess.run([START], cwd=tmp_path, env={"DATA": "gold", "PATH": "/usr/bin:/bin"}, capture_output=True)
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert refused.stderr.startswith(b"error: DATA must be bitcoin (an exchange is followed) or sp500 (replayed), but")


def test_entry_script_is_clean(tmp_path: Path) -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed")
    checked = subprocess.run(["shellcheck", START], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout
