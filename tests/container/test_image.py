"""The image is built and both services run, where a container engine is at hand."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.commands import REPOSITORY, wait_for
from tests.tracking.servers import ask, free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

PROJECT = ("--project-name", "lstm-sweep-test")


def works(*command: str) -> bool:
    return shutil.which(command[0]) is not None and not subprocess.run(command, capture_output=True).returncode


@pytest.fixture
def engine() -> str:
    """Docker or podman, whichever can run services here."""
    for name in ("docker", "podman"):
        if works(name, "info") and works(name, "compose", "version"):
            return name
    pytest.skip("no container can be run: neither docker nor podman has both an engine that answers and compose")


@pytest.fixture
def address(engine: str) -> Iterator[str]:
    """Of the service `serve`, started with nothing but compose.yaml and prices that need no network."""
    port = free_port()
    told = {"DATA": "sp500", "PORT_SERVE": str(port), "PORT_MLFLOW": str(free_port()), "SWEEP": "seeds=1"}
    compose = (engine, "compose", *PROJECT)
    try:
        subprocess.run([*compose, "up", "--build", "--detach"], cwd=REPOSITORY, env=os.environ | told, check=True)
        yield f"http://127.0.0.1:{port}"
    finally:
        subprocess.run([*compose, "down", "--volumes"], cwd=REPOSITORY, check=True)


def test_both_services_come_up_and_work_for_a_user_without_rights(engine: str, address: str) -> None:
    def is_healthy() -> bool:
        with suppress(OSError):  # not listening yet
            return bool(ask(f"{address}/health")["healthy"])
        return False

    wait_for(is_healthy, seconds=600)
    before = len(ask(f"{address}/history"))
    wait_for(lambda: len(ask(f"{address}/history")) > before + 2)
    for service in ("mlflow", "serve"):
        command = [engine, "compose", *PROJECT, "exec", "-T", service, "id", "--user"]
        answer = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
        assert int(answer.stdout) > 0
