"""From a real sweep to a registered model, and from there to a forecast; as it is typed."""

import json
import shlex
from pathlib import Path

import pytest

from tests.commands import run

pytestmark = pytest.mark.slow

SWEEP = ("src.sweep", "name=mine", "windows.horizon=3", "search.model.units=[2,4]", "training.epochs=1", "seeds=2")


def test_a_winner_is_promoted_and_forecasts_as_its_sweep_does(tmp_path: Path) -> None:
    assert run(tmp_path, *SWEEP).returncode == 0
    refused = run(tmp_path, "src.promote", "sweep=mine")
    promoted = run(tmp_path, "src.promote", "sweep=mine", "model=btc", "force=true")
    again = run(tmp_path, "src.promote", "sweep=mine", "model=btc", "force=true")
    assert "btc version 1 (champion)" in promoted.stdout
    assert again.stdout == promoted.stdout
    if refused.returncode:  # which of the reasons is the winner's does not matter here
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "add force=true" in refused.stderr
        assert "forced, although" in promoted.stdout
    by_sweep = run(tmp_path, "src.forecast", "sweep=mine", "out=sweep.json")
    by_model = run(tmp_path, "src.forecast", "model=btc", "out=model.json")
    version = "btc version 1 (champion)"
    assert by_model.stdout.replace("model.json", "sweep.json").replace(f", {version}", "") == by_sweep.stdout
    plain = json.loads((tmp_path / "model.json").read_text())
    assert plain["version"] == version
    assert plain | {"version": None} == json.loads((tmp_path / "sweep.json").read_text())


def test_an_alias_moves_to_a_version_that_keeps_what_it_bears(tmp_path: Path) -> None:
    for name in ("one", "two"):
        sweep = [each for each in SWEEP if not each.startswith("name=")]
        assert run(tmp_path, *sweep, f"name={name}").returncode == 0
        assert run(tmp_path, "src.promote", f"sweep={name}", "model=btc", "force=true").returncode == 0
    moved = run(tmp_path, "src.promote", "model=btc@challenger")
    assert moved.stdout.startswith("btc version 2 (champion)\n"), moved.stderr
    back = run(tmp_path, "src.promote", "model=btc/1", "as=champion")
    assert back.stdout.startswith("btc version 1 (champion)\n"), back.stderr
    assert run(tmp_path, "src.forecast", "model=btc@challenger").returncode == 2
    unclear = run(tmp_path, "src.promote", "model=btc")
    assert (unclear.returncode, "add sweep=NAME, or model=NAME@challenger" in unclear.stderr) == (2, True)


def test_a_sweep_that_is_not_in_mlflow_is_refused_with_what_delivers_it(tmp_path: Path) -> None:
    assert run(tmp_path, *SWEEP, "tracking.uri=null").returncode == 0
    refused = run(tmp_path, "src.promote", "sweep=mine", "force=true")
    assert refused.returncode == 2
    assert "src.sync sweep=mine tracking.uri=URI" in refused.stderr
    delivered = run(tmp_path, "src.sync", "sweep=mine", "tracking.uri=sqlite:///mlruns/mlflow.db")
    assert delivered.returncode == 0
    assert run(tmp_path, "src.promote", "sweep=mine", "force=true").returncode == 0
    assert run(tmp_path, "src.sync", "sweep=mine", "tracking.uri=sqlite:///other/mlflow.db").returncode == 0
    promoted = run(tmp_path, "src.promote", "sweep=mine", "force=true")
    advice = promoted.stdout.splitlines()[-1].partition("python -m ")[2]
    assert "tracking.uri" in advice
    assert run(tmp_path, *shlex.split(advice)).returncode == 0
    assert run(tmp_path, "src.forecast", "sweep=mine", "data.features=[volume]").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sweep=none",), "run one first"),
        (("sweep=mine", "as=best"), "champion"),
        (("sweep=mine", "force=yes"), "true"),
        ((), "add sweep=NAME"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    refused = run(tmp_path, "src.promote", *arguments)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert said in refused.stderr
    assert refused.stderr.count("\n") == 1
