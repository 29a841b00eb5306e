"""The benchmarks run, from the command to the table; what they measure in a hurry means nothing."""

from pathlib import Path

import pytest

from benchmarks.controls.__main__ import SIZES, SWEEPS
from benchmarks.controls.streams import NOISES
from tests.commands import run


@pytest.mark.slow
def test_controls_simulate_sweeps_and_judge_them(tmp_path: Path, shared_data: Path) -> None:
    done = run(tmp_path, "benchmarks.controls", "--tiny", "--data", str(shared_data / "btc_usd_1d_2011-2025.csv"))
    assert done.returncode == 0, done.stderr
    rows = {line.split("|")[1].strip() for line in done.stdout.splitlines() if line.startswith("|")}
    assert rows >= {*SWEEPS, *SIZES}


@pytest.mark.slow
def test_streams_are_watched_after_every_bar(tmp_path: Path) -> None:
    done = run(tmp_path, "benchmarks.controls.streams", "--tiny")
    assert done.returncode == 0, done.stderr
    assert [line.split("|")[1].strip() for line in done.stdout.splitlines() if line.startswith("| R2")] == [
        f"R2 = {share} %, {noise}" for share in ("3", "1", "0.3") for noise in NOISES
    ]


@pytest.mark.slow
def test_hours_of_messages_are_recorded(tmp_path: Path) -> None:
    done = run(tmp_path, "benchmarks.controls.recorder", "--tiny")
    assert done.returncode == 0, done.stderr
    assert [line.split("|")[1].strip() for line in done.stdout.splitlines() if line.startswith("| ")][2:] == [*"123"]


@pytest.mark.slow
def test_answers_of_both_servers_are_timed_and_equal(tmp_path: Path) -> None:
    done = run(tmp_path, "benchmarks.controls.serving_latency", "--tiny")
    assert done.returncode == 0, done.stderr
    rows = [line.split("|")[1:4] for line in done.stdout.splitlines() if line.startswith(("| GET", "| POST"))]
    assert {(request.strip(), server.strip()) for request, server, _ in rows} == {
        ("GET /predict", "lstm-sweep"),
        ("POST /invocations", "lstm-sweep"),
        ("POST /invocations", "MLflow"),
    }
    assert "equal to the byte" in done.stdout


@pytest.mark.slow
def test_a_case_times_the_fused_runner(tmp_path: Path) -> None:
    done = run(tmp_path, "benchmarks.run", "daily-16", "--tiny", "--only", "fused", "--results", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert [line.split("|")[2].strip() for line in done.stdout.splitlines() if "runner=fused |" in line] == [
        "cold",
        "warm",
    ]
