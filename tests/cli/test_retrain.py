"""`python -m src.retrain`, as it is typed: after a real sweep that was promoted, in a real MLflow."""

import json
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest
from mlflow import MlflowClient

from lstm_sweep.cli.retrain import COMMAND
from lstm_sweep.live.winner import WinnerFacts
from lstm_sweep.storage.fit_files import FitFiles
from lstm_sweep.storage.folder import read_config
from lstm_sweep.tracking.mlflow.store import open_client
from tests.commands import run, started, wait_for

SMALL = ("data=synthetic", "data.length=400", "data.process=predictable", "windows.lags=5", "seeds=2")
SWEEP = ("src.sweep", "name=mine", *SMALL, "search.model.units=[2,4]", "training.epochs=2", "training.patience=2")
PROMOTE = ("src.promote", "sweep=mine", "model=btc 1d", "force=true")
RETRAIN = ("src.retrain", "model=btc 1d")


@pytest.fixture(scope="module")
def promoted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished sweep whose winner is the champion."""
    folder = tmp_path_factory.mktemp("promoted")
    assert run(folder, *SWEEP).returncode == 0
    assert run(folder, *PROMOTE).returncode == 0
    return folder


@pytest.fixture
def project(promoted: Path, tmp_path: Path) -> Path:
    shutil.copytree(promoted, tmp_path / "project")
    return tmp_path / "project"


def client_of(project: Path) -> MlflowClient:
    return open_client(f"sqlite:///{project}/mlruns/mlflow.db")


def anew(project: Path) -> Path:
    """The only sweep of a retraining."""
    (folder,) = (each for each in (project / "sweeps").glob("btc-1d-until-*"))
    return folder


@pytest.mark.slow
def test_a_champion_is_retrained_as_a_sweep_of_the_same_settings_typed_by_hand_would_train(project: Path) -> None:
    done = run(project, *RETRAIN)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "btc 1d version 2 (challenger)"
    folder = anew(project)
    winner = json.loads((project / "sweeps" / "mine" / "summary.json").read_text())["best"]["values"]
    days = np.datetime_as_string(np.datetime64("2000-01-01") + np.arange(400), "D")
    windows = read_config(folder)["windows"]
    first = np.datetime64(windows["train"][0][:10])
    assert np.datetime64(windows["validation"][1][:10]) == first + len(days) - 1
    assert np.datetime64(windows["validation"][0][:10]) == first + 340  # 15 % of 400 bars
    spans = [f"windows.{name}=[{','.join(windows[name])}]" for name in ("train", "validation")]
    typed = (*SMALL, f"model.units={winner['model.units']}", "training.epochs=2", "training.patience=2", "cache=false")
    by_hand = ("name=hand", *typed, *spans, "windows.test=null", "evaluation.test=false", "tracking.uri=null")
    assert run(project, "src.sweep", *by_hand).returncode == 0
    for seed in (0, 1):
        mine, theirs = (FitFiles(each).load(f"0000/seed_{seed}") for each in (folder, project / "sweeps" / "hand"))
        assert all(np.array_equal(one, other) for one, other in zip(mine.weights, theirs.weights, strict=True))
    assert run(project, "src.forecast", "model=btc 1d@challenger").returncode == 0


@pytest.mark.slow
def test_a_retraining_as_of_a_day_is_that_of_the_bars_until_then(project: Path) -> None:
    """Day 350 of 400; later bars are in the series and change nothing."""
    assert run(project, *RETRAIN, "until=2000-12-15").returncode == 0
    folder = anew(project)
    windows, winner = (read_config(folder)[name] for name in ("windows", "model"))
    assert windows["validation"][1][:10] == "2000-12-15"
    assert read_config(folder)["data"]["length"] == 400
    spans = [f"windows.{name}=[{','.join(windows[name])}]" for name in ("train", "validation")]
    typed = (*SMALL, "data.length=350", f"model.units={winner['units']}", "training.epochs=2", "training.patience=2")
    by_hand = ("name=hand", *typed, *spans, "windows.test=null", "evaluation.test=false", "tracking.uri=null")
    assert run(project, "src.sweep", *by_hand, "cache=false").returncode == 0
    mine, theirs = (FitFiles(each).load("0000/seed_0") for each in (folder, project / "sweeps" / "hand"))
    assert all(np.array_equal(one, other) for one, other in zip(mine.weights, theirs.weights, strict=True))
    assert run(project, *RETRAIN, "data.length=350").stdout.startswith("nothing was trained")


@pytest.mark.slow
def test_the_challenger_and_its_run_say_whose_retraining_they_are_and_what_was_overruled(project: Path) -> None:
    client = client_of(project)
    client.set_model_version_tag("btc 1d", "1", "forced", "it copies")
    assert run(project, *RETRAIN).returncode == 0
    champion, challenger = (client.get_model_version_by_alias("btc 1d", name) for name in ("champion", "challenger"))
    assert (champion.version, challenger.version) == (1, 2)
    facts, began = (WinnerFacts.read(each.tags["winner"]) for each in (challenger, champion))
    parent = client.get_run(challenger.run_id)
    assert parent.info.run_id != champion.run_id
    assert parent.info.experiment_id == client.get_run(champion.run_id).info.experiment_id
    for tags in (challenger.tags, parent.data.tags):
        assert tags["retrains"] == "btc 1d/1"
        assert (tags["retrains_run"], tags["retrains_trained_until"]) == (champion.run_id, began.trained_until)
        assert (tags["trained_until"], tags["init"]) == (facts.trained_until, "scratch")
    assert challenger.tags["forced"] == "it copies"
    assert np.datetime64(facts.trained_until) > np.datetime64(began.trained_until)
    assert facts.settings == began.settings


@pytest.mark.slow
def test_the_same_bars_are_trained_on_and_registered_once_also_where_the_sweeps_are_gone(project: Path) -> None:
    first, again = run(project, *RETRAIN), run(project, *RETRAIN)
    assert (first.returncode, again.returncode) == (0, 0)
    assert again.stdout.startswith("nothing was trained")
    assert again.stdout.splitlines()[-1] == first.stdout.splitlines()[-1]
    elsewhere = project.parent / "elsewhere"
    elsewhere.mkdir()
    uri = f"tracking.uri=sqlite:///{project}/mlruns/mlflow.db"
    assert run(elsewhere, *RETRAIN, uri).stdout.startswith("nothing was trained")
    longer = run(elsewhere, *RETRAIN, uri, "data.length=450", "windows.validation=0.1", "init=champion")
    assert longer.returncode == 0, longer.stderr
    assert longer.stdout.splitlines()[-1] == "btc 1d version 3 (challenger)"
    assert "the weights and the scaler of btc 1d version 1" in longer.stdout
    assert "the newest 45 bars (10 %)" in longer.stdout
    assert [each.version for each in client_of(project).search_model_versions("name = 'btc 1d'")] == [3, 2, 1]
    config = read_config(anew(elsewhere))
    assert (elsewhere / config["training"]["init"] / "weights.npz").is_file()


@pytest.mark.slow
def test_a_retraining_that_is_interrupted_goes_on_with_the_same_command(project: Path) -> None:
    slow = ("data.length=3000",)
    journals = (project / "sweeps").glob
    with started(project, *RETRAIN, *slow) as process:
        wait_for(lambda: any(each.stat().st_size for each in journals("btc-1d-until-*/journal.jsonl")))
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "the same command goes on" in errors
    assert not (anew(project) / "summary.json").exists()
    done = run(project, *RETRAIN, *slow)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "btc 1d version 2 (challenger)"
    assert (anew(project) / "summary.json").exists()


@pytest.mark.slow
def test_a_model_that_an_older_version_promoted_is_refused_with_what_mends_it(project: Path) -> None:
    client = client_of(project)
    plain = json.loads(client.get_model_version("btc 1d", "1").tags["winner"])
    client.set_model_version_tag("btc 1d", "1", "winner", json.dumps({**plain, "settings": {}}))
    refused = run(project, *RETRAIN)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.count("\n") == 1
    assert "src.promote sweep=mine" in refused.stderr
    assert run(project, *PROMOTE).returncode == 0
    assert run(project, *RETRAIN).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("model=eth",), "choose one of btc 1d"),
        (("model=btc 1d", "windows.validation=2"), "write windows.validation=0.15"),
        (("model=btc 1d", "windows.validation=much"), "but is 'much'"),
        (("model=btc 1d", "data.features=[volume]"), "leave"),
        (("model=btc 1d", "data=csv", "data.path=none.csv"), "none.csv"),
        (("model=btc 1d", "windows.validation=0.001"), "bring more data"),
        (("model=btc 1d", "until=1999-01-01"), "choose a later time"),
        (("model=btc 1d", "until=now"), "write it like 2024-12-31"),
    ],
)
def test_what_is_wrong_with_a_model_or_its_data_is_said_in_one_sentence(
    promoted: Path, arguments: tuple[str, ...], said: str
) -> None:
    refused = run(promoted, "src.retrain", *arguments)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert not any((promoted / "sweeps").glob("btc-1d-until-*"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "add model=NAME"),
        (["model=btc", "init=weights"], "champion"),
        (["sweep=mine"], "model=NAME"),
        (["model=btc", "training.epochs=3"], "windows.validation=SHARE"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert COMMAND.main(arguments) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.slow
def test_the_workshops_model_is_saved_loaded_trained_on_and_forecasts_the_next_week_in_dollars(
    shared_data: Path, tmp_path: Path
) -> None:
    """Its Activity 2.01: seven days from the last of the newer file on, beside naive."""
    older, newer = (shared_data / "workshop" / f"{name}.csv" for name in ("train_dataset", "bitcoin_dataset"))
    quick = ("training.epochs=1", "seeds=1")
    swept = run(tmp_path, "src.sweep", "+experiment=workshop_forecast", f"data.path={older}", *quick)
    assert swept.returncode == 0, swept.stderr
    assert run(tmp_path, "src.promote", "sweep=workshop_forecast", "model=week", "force=true").returncode == 0
    trained_on = run(tmp_path, "src.retrain", "model=week", "init=champion", f"data.path={newer}")
    assert trained_on.returncode == 0, trained_on.stderr
    assert "goes on" not in trained_on.stderr
    assert trained_on.stdout.splitlines()[-1] == "week version 2 (challenger)"
    assert run(tmp_path, "src.forecast", "model=week@challenger", "out=next.csv").returncode == 0
    lines = (tmp_path / "next.csv").read_text().splitlines()
    last_close = float(newer.read_text().splitlines()[-1].split(",")[4])
    assert [line.split(",")[0] for line in lines[1:]] == [
        *(f"2019-12-{day}T00:00:00Z" for day in (30, 31)),
        *(f"2020-01-0{day}T00:00:00Z" for day in (1, 2, 3, 4, 5)),
    ]
    for line in lines[1:]:
        forecast, low, high, naive = (float(line.split(",")[column]) for column in (2, 3, 4, 7))
        assert low < forecast < high
        assert naive == pytest.approx(last_close)
        assert abs(forecast / last_close - 1) < 0.5
