"""The command as a user types it: sentences, exit status, and what is left behind."""

import json
import signal
import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.cli.composition.conf import choices
from lstm_sweep.orderbook.simulated import MARKET as SIMULATED_MARKET
from lstm_sweep.orderbook.simulated import simulated_lines
from lstm_sweep.storage.encoding import encode, read_lines
from lstm_sweep.trials.outcome import EpochRecord
from tests.commands import QUICK, run, started, wait_for
from tests.configs import NEED_A_FILE, NEED_A_STORE, compose_experiment
from tests.data.recorded.stores import stored
from tests.storage.raw_lines import raw_lines

WRONG = {
    "misspelled setting": (["model.droput=0.1"], "did you mean model.dropout?"),
    "misspelled setting with a plus": (["+model.droput=0.1"], "did you mean model.dropout?"),
    "misspelled key inside search": (["search.model.droput=[0.1]"], "did you mean search.model.dropout?"),
    "misspelled key inside a range": (["search.model.dropout={lo: 0, high: 1}"], "lo"),
    "unknown experiment": (["+experiment=dropuot"], "choose one of activation, batch_size"),
    "experiment without a plus": (["experiment=dropout"], "write +experiment=dropout."),
    "unknown data": (["data=bitcion"], "choose one of bitcoin, book, csv"),
    "wrong type": (["model.units=many"], "model.units"),
    "value out of range": (["model.dropout=1.5"], "model.dropout must be at least 0 and below 1, but is 1.5"),
    "setting of another choice": (["tuner.factor=3"], "tuner.factor"),
    "setting that must be given": (["data=csv"], "data.path"),
    "experiment without its file": (["+experiment=book_minutes"], "data.path must be set"),
    "experiment on other days": (["+experiment=workshop_v4", "data=synthetic"], "windows.train must hold bars"),
    "no such file": (["data=csv", "data.path=nowhere.csv"], "nowhere.csv"),
    "a seed cannot be swept": (["search.seed=[1,2]"], "replicates"),
    "targets cannot be swept": (["search.windows.horizon=[1,2]"], "windows.horizon cannot be swept"),
    "unknown activation": (["model.activation=thanh"], "'thanh'"),
    "unknown optimizer": (["training.optimizer=adma"], "'adma'"),
    "unknown feature": (["data.features=[hihg]"], "hihg"),
    "overlapping spans": (["windows.train=0.8", "windows.validation=0.15", "windows.test=0.15"], "overlap"),
    "span without data": (
        ["windows.train=[1990-01-01,1991-01-01]", "windows.validation=[1992-01-01,1993-01-01]"]
        + ["windows.test=[1994-01-01,1995-01-01]"],
        "windows.train",
    ),
    "more lags than bars": (["windows.lags=4000"], "windows.lags"),
    "a name that is no folder": (["name=a/b"], "name"),
    "unreadable argument": (["model{"], "model{"),
    "fused on another backend": (["runner=fused", "runner.backend=tensorflow"], "runner.backend"),
    "address of nothing": (["tracking.uri=gopher://me:secret@127.0.0.1:9"], "127.0.0.1:9"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_a_user_can_get_wrong_is_one_sentence_and_nothing_is_left_behind(case, tmp_path):
    arguments, expected = WRONG[case]
    experiment = [] if any("experiment" in argument for argument in arguments) else ["+experiment=dropout"]
    done = run(tmp_path, "src.sweep", *experiment, *arguments)
    assert done.returncode == 2, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("error: ")
    assert expected in last
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr + done.stdout
    assert not list(tmp_path.glob("sweeps/*"))
    assert not list(tmp_path.glob("mlruns/*"))


@pytest.mark.slow
def test_ctrl_c_ends_a_sweep_without_a_traceback_and_marks_its_runs(tmp_path):
    settings = ["training.epochs=100000", "data=synthetic", "model.units=2", "search.model.dropout=[0.0]"]
    journal = tmp_path / "sweeps" / "dropout" / "journal.jsonl"
    with started(tmp_path, "src.sweep", "+experiment=dropout", *settings) as process:
        wait_for(lambda: journal.exists() and b'"kind": "epoch"' in journal.read_bytes())
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert _statuses(tmp_path) == {"dropout": "KILLED", "dropout=0.0": "KILLED"}
    again = run(tmp_path, "src.sweep", "+experiment=dropout", *QUICK)
    assert again.returncode == 2
    assert "not finished" in again.stderr


def test_help_is_printed_without_loading_anything_heavy(tmp_path):
    done = run(tmp_path, "src.sweep", "--help")
    assert done.returncode == 0
    assert "+experiment=dropout" in done.stdout
    assert not list(tmp_path.iterdir())


def test_hydra_prints_the_resolved_settings(tmp_path):
    done = run(tmp_path, "src.sweep", "+experiment=lags", "--cfg", "job")
    assert done.returncode == 0
    assert "lags: 30" in done.stdout
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_sweep_leaves_its_files_its_runs_and_its_table(tmp_path):
    done = run(tmp_path, "src.sweep", "+experiment=dropout", *QUICK, "search.model.dropout=[0.0,0.3]", "seeds=2")
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "sweeps" / "dropout"
    names = {path.name for path in folder.iterdir()}
    assert names == {
        *("command.json", "config.yaml", "journal.jsonl", "lock", "mlflow.json"),
        *("fits", "model", "tensorboard"),
        *("forecasts.parquet", "leaderboard.csv", "report.html", "summary.json"),
    }
    board = pd.read_csv(folder / "leaderboard.csv", dtype={"trial": str})
    assert list(board["trial"]) == list(board.sort_values("score")["trial"])
    assert set(board["model.dropout"]) == {0.0, 0.3}
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["fits"] == 4
    assert {"import", "data", "search", "evaluation", "total"} <= summary["seconds"].keys()
    assert summary["verdict"]["sentence"] in " ".join(done.stdout.split())
    trials, others = ["dropout=0.0", "dropout=0.3"], ["naive", "drift", "ses", "ets", "arima", "ridge", "ensemble"]
    assert _statuses(tmp_path) == dict.fromkeys(["dropout", *trials, *others], "FINISHED")
    assert [each["name"] for each in summary["baselines"]] == others[:-1]
    first_words = [line.split()[0] for line in done.stdout.splitlines() if line]
    row = first_words.index("naive")
    assert first_words[row : row + 9] == [*others, *board["trial"]]
    assert "\x1b" not in done.stdout


@pytest.mark.slow
def test_two_equal_sweeps_leave_equal_leaderboards_and_the_second_a_number(tmp_path):
    for _ in range(2):
        assert run(tmp_path, "src.sweep", "+experiment=units", *QUICK, "search.model.units=[2,3]").returncode == 0
    boards = [tmp_path / "sweeps" / name / "leaderboard.csv" for name in ("units", "units-2")]
    assert boards[0].read_bytes() == boards[1].read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("name", choices("experiment"))
def test_every_experiment_runs(name, tmp_path):
    small = [*_data_for(name, tmp_path), "training.epochs=1", "seeds=1", "tuner.max_trials=2"]
    done = run(tmp_path, "src.sweep", f"+experiment={name}", *small, "tracking.uri=null")
    assert done.returncode == 0, done.stderr
    board = pd.read_csv(tmp_path / "sweeps" / name / "leaderboard.csv")
    assert 1 <= len(board) <= 2


def _data_for(name: str, folder: Path) -> list[str]:
    if name in NEED_A_FILE:
        return _prices_of_its_days(name, folder)
    if name in NEED_A_STORE:
        stored(folder / "market", simulated_lines(seed=1, seconds=3_000, signal=0.4), SIMULATED_MARKET)
        return []
    return ["data=synthetic", "data.length=600"]


def _prices_of_its_days(name: str, folder: Path) -> list[str]:
    """A file of simulated prices, every 6 hours of the days that an experiment names, and the setting that reads it."""
    windows = compose_experiment(name).windows
    times = pd.date_range(windows.train[0], windows.test[1], freq="6h")
    prices = 1000.0 * np.exp(np.cumsum(np.random.default_rng(0).normal(0.0, 0.01, len(times))))
    pd.DataFrame({"time": times, "close": prices}).to_csv(folder / "prices.csv", index=False)
    return [f"data.path={folder / 'prices.csv'}"]


@pytest.mark.slow
def test_a_sweep_without_a_compiler_says_so_once_and_comes_to_the_same_scores(tmp_path, monkeypatch):
    experiment = ("+experiment=dropout", *QUICK, "tracking.uri=null")
    monkeypatch.delenv("CC", raising=False)
    usual = run(tmp_path, "src.sweep", *experiment, "name=usual")
    monkeypatch.setenv("CC", "/nowhere/cc")
    without = run(tmp_path, "src.sweep", *experiment, "name=without")
    unwanted = run(tmp_path, "src.sweep", *experiment, "name=unwanted", "runner.native=false")
    assert [done.returncode for done in (usual, without, unwanted)] == [0, 0, 0]
    assert without.stderr.splitlines().count(without.stderr.strip()) == 1
    assert "needs a C compiler, but /nowhere/cc is not on the path" in without.stderr
    assert usual.stderr == unwanted.stderr == ""
    folders = [tmp_path / "sweeps" / name for name in ("usual", "without", "unwanted")]
    tables = [pd.read_csv(folder / "leaderboard.csv") for folder in folders]
    pd.testing.assert_frame_equal(tables[1], tables[2])
    pd.testing.assert_frame_equal(tables[0], tables[1], rtol=1e-4)
    told = [raw_lines(folder)[0]["environment"]["lstm"] for folder in folders]
    assert told[1:] == ["XLA", "XLA"]
    assert told[0] != "XLA"


@pytest.mark.slow
def test_the_controls_get_the_verdict_that_is_known_to_be_right(tmp_path):
    for process in ("random_walk", "predictable"):
        settings = ["data=synthetic", f"data.process={process}", "model.units=8", "windows.lags=5", "seeds=2"]
        done = run(tmp_path, "src.sweep", "+experiment=dropout", *settings, "search.model.dropout=[0.0,0.2]")
        assert done.returncode == 0, done.stderr
    verdicts = [
        json.loads((tmp_path / "sweeps" / name / "summary.json").read_text())["verdict"]["beats_naive"]
        for name in ("dropout", "dropout-2")
    ]
    assert verdicts == [False, True]


@pytest.mark.slow
def test_naive_on_real_prices_is_what_pandas_says(tmp_path, shared_data):
    path = shared_data / "btc_usd_1d_2011-2025.csv"
    settings = ["name=btc", "data=csv", f"data.path={path}", "model.units=4", "training.epochs=1", "seeds=1"]
    done = run(tmp_path, "src.sweep", "+experiment=dropout", "search.model.dropout=[0.0]", *settings)
    assert done.returncode == 0, done.stderr
    summary = json.loads((tmp_path / "sweeps" / "btc" / "summary.json").read_text())
    close = pd.read_csv(path)["close"]
    error = (close - close.shift(1))[int(len(close) * 0.85) :]
    assert len(error) == summary["test"]["windows"]
    assert summary["naive"]["rmse"] == pytest.approx((error**2).mean() ** 0.5, rel=1e-9)
    assert summary["naive"]["mape"] == pytest.approx((error / close).abs().mean() * 100, rel=1e-9)


@pytest.mark.slow
def test_audit_agrees_with_the_sweep_and_sees_a_changed_number(tmp_path):
    settings = ["search.model.dropout=[0.2]", "training.epochs=2", "tracking.uri=null"]
    assert run(tmp_path, "src.sweep", "+experiment=dropout", *QUICK, *settings).returncode == 0
    assert run(tmp_path, "src.audit", "sweep=dropout").returncode == 0
    journal = tmp_path / "sweeps" / "dropout" / "journal.jsonl"
    lines = [line for _, line in read_lines(journal.parent) if line is not None]
    number, epoch = next((number, line) for number, line in enumerate(lines) if isinstance(line, EpochRecord))
    lines[number] = replace(epoch, metrics={**epoch.metrics, "val_loss": 1.01 * epoch.metrics["val_loss"]})
    journal.write_bytes(b"".join(map(encode, lines)))
    done = run(tmp_path, "src.audit", "sweep=dropout")
    assert done.returncode == 1
    assert "BEYOND" in done.stdout


def _statuses(folder: Path) -> dict[str, str]:
    """How the runs in MLflow's database ended, by their names, of which none is there twice."""
    with sqlite3.connect(folder / "mlruns" / "mlflow.db") as store:
        rows = store.execute("select name, status from runs").fetchall()
    statuses = dict(rows)
    assert len(statuses) == len(rows)
    return statuses
