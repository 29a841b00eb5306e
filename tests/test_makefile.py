"""`make` installs what has changed, and opens pages to this machine only, unless someone asks for more."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.commands import PYTHONPATH, REPOSITORY, wait_for
from tests.tracking.many_trials import write_sweep
from tests.tracking.servers import START_LIMIT, ask, free_port

PAGES = ("mlflow", "tensorboard", "serve")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder in which `make` finds everything installed and no sweeps."""
    (tmp_path / ".venv").mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (tmp_path / ".venv" / name).symlink_to(Path(sys.prefix) / name)
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (0, 0))
    (tmp_path / ".venv" / ".installed").touch()
    for name in ("mlruns", "sweeps"):
        (tmp_path / name).mkdir()
    return tmp_path


def make(*arguments: str) -> list[str]:
    return ["make", "--no-print-directory", "-f", str(REPOSITORY / "Makefile"), *arguments]


def shown(project: Path, *arguments: str) -> str:
    """What `make` would run, where the environment has names that are not meant for it."""
    environment = os.environ | {"HOST": "0.0.0.0", "NAME": "machine"}
    return subprocess.run(
        make("-n", *arguments), cwd=project, env=environment, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_what_is_installed_is_installed_again_once_its_file_has_changed(project: Path, name: str) -> None:
    assert "pip install" not in shown(project, "sweep")
    later = time.time() + 60
    os.utime(project / name, (later, later))
    commands = [line for line in shown(project, "sweep").splitlines() if "pip install" in line]
    assert [line.endswith(" --no-deps --no-build-isolation --editable .") for line in commands] == [False, True]


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_bound_to_this_machine_whatever_the_environment_says(project: Path, page: str) -> None:
    command = shown(project, page)
    assert re.search(r" (--host |(live\.)?host=)127\.0\.0\.1\b", command)
    assert "0.0.0.0" not in command


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_opened_to_others_where_that_is_asked_for(project: Path, page: str) -> None:
    assert re.search(r" (--host |(live\.)?host=)0\.0\.0\.0\b", shown(project, page, "HOST=0.0.0.0"))
    assert re.search(r" (--port |(live\.)?port=)1234\b", shown(project, page, f"PORT_{page.upper()}=1234"))


def test_tensorboard_opens_the_latest_sweep_or_those_that_are_named_whatever_the_environment_says(
    project: Path,
) -> None:
    command = "python -m src.tensorboard host=127.0.0.1"
    assert shown(project, "tensorboard").strip().endswith(command)
    assert shown(project, "tensorboard", "NAME=a,b").strip().endswith(f"{command} sweep=a,b")


def test_mlflow_tells_the_address_of_the_newest_sweep_on_the_port_that_it_listens_on(project: Path) -> None:
    command = shown(project, "mlflow", "PORT_MLFLOW=1234")
    assert "lstm_sweep.tracking.mlflow.newest mlruns/mlflow.db http://127.0.0.1:1234 " in command


def test_serve_runs_a_sweep_only_where_none_has_finished_and_resumes_the_one_that_it_began(project: Path) -> None:
    sweep, serve = ".venv/bin/python -m src.sweep +experiment=dropout", ".venv/bin/python -m src.serve live.replay=1 "
    begins = f"ls sweeps/*/summary.json >/dev/null 2>&1 || {sweep}"
    assert f"{begins} \\ {serve}" in " ".join(shown(project, "serve").split())
    write_sweep(project / "sweeps" / "dropout", num_trials=1)
    assert f"{begins} \\ resume=true {serve}" in " ".join(shown(project, "serve").split())
    assert shown(project, "serve", "ARGS=sweep=mine").rstrip().endswith(" live.port=8000 sweep=mine")


@pytest.mark.slow
def test_record_demo_ends_with_a_book_a_picture_and_a_sweep_and_records_once(project: Path) -> None:
    small = "ARGS=training.epochs=1 seeds=1 model.units=4"
    for times in (1, 2):
        done = subprocess.run(
            make("record-demo", small),
            cwd=project,
            env=os.environ | {"PYTHONPATH": PYTHONPATH},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert ("0 holes\n" in done.stdout) == (times == 1)
        assert "binance XYUSD at 2023-11-15T08:19:52, in step" in done.stdout
        assert (project / "demo" / "variables.png").read_bytes()[:4] == b"\x89PNG"
        assert ("ridge_all" if times == 1 else "sweeps/record_demo/report.html") in done.stdout
    assert [path.name for path in (project / "sweeps").glob("record*")] == ["record_demo"]


@contextmanager
def opened(project: Path, page: str, port: int, seconds: float = START_LIMIT) -> Iterator[psutil.Process]:
    """`make PAGE` with everything that it has started, once it listens, which it must within `seconds`."""
    with (project / "log").open("w") as log:
        process = subprocess.Popen(
            make(page, f"PORT_{page.upper()}={port}"),
            cwd=project,
            env=os.environ | {"PYTHONPATH": PYTHONPATH},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + seconds
        while port not in {place.port for place in listening(process.pid)}:
            assert process.poll() is None, (project / "log").read_text()
            assert time.monotonic() < deadline, (project / "log").read_text()
            time.sleep(0.2)
        yield psutil.Process(process.pid)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def listening(pid: int) -> list[Any]:
    """Where a process and its descendants listen."""
    places = []
    for each in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        try:
            places += [place.laddr for place in each.net_connections("inet") if place.status == psutil.CONN_LISTEN]
        except psutil.NoSuchProcess:  # it has just ended
            continue
    return places


@pytest.mark.slow
@pytest.mark.parametrize("page", ["mlflow", "tensorboard"])
def test_nobody_but_this_machine_can_connect_to_the_pages(project: Path, page: str) -> None:
    port = free_port()
    write_sweep(project / "sweeps" / "mine", num_trials=2)
    with opened(project, page, port) as process:
        places = listening(process.pid)
        assert port in {place.port for place in places}
        assert {place.ip for place in places} == {"127.0.0.1"}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_serve_alone_shows_a_page_on_which_bars_arrive(project: Path) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with opened(project, "serve", port, seconds=400) as process:  # it trains first, beside other tests
        assert {(place.ip, place.port) for place in listening(process.pid)} == {("127.0.0.1", port)}
        wait_for(lambda: bool(ask(f"{address}/health")["healthy"]))
        before = len(ask(f"{address}/history"))
        wait_for(lambda: len(ask(f"{address}/history")) > before + 2)
    assert [path.parent.name for path in project.glob("sweeps/*/summary.json")] == ["dropout"]
