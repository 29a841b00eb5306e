"""Cores that share a JAX device: how many may, and that each still trains for itself."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import pytest

from lstm_sweep.training.fused.devices import CALLS_AT_ONCE
from tests.commands import PYTHONPATH

ROOT = Path(__file__).resolve().parents[2]

MANY_CORES = """
import collections
from lstm_sweep.training.fused import devices
devices._num_cores = lambda: 70
threads = devices.prepare_devices()
print(len(threads), sorted(collections.Counter(str(device) for device in threads).values()))
print(len(devices.device_kinds()))
"""

TRAIN = """
import sys
import jax
from lstm_sweep.training.fused import devices
from lstm_sweep.training.fused.runner import FusedRunner
from tests.contracts.runner_contract import SERIES
from tests.examples import make_fit
from tests.listeners import Recorder

compiled = []

def listen(event, seconds, **details):
    if event.endswith("backend_compile_duration") and details["fun_name"] == "jit(epoch)":
        compiled.append(event)

jax.monitoring.register_event_duration_secs_listener(listen)
devices._num_cores, devices.CALLS_AT_ONCE = lambda: 4, int(sys.argv[1])
recorder = Recorder()
outcomes = FusedRunner().run(SERIES, [make_fit(seed=seed, epochs=20) for seed in range(12)], recorder)
print(len(jax.local_devices()), len(compiled))
print([outcome.score for outcome in outcomes])
"""


def answer(code: str, cache: Path, *arguments: str) -> list[str]:
    """Lines of a process of its own: JAX counts its devices once, at its first use."""
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH, "XDG_CACHE_HOME": str(cache)}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_device_runs_as_many_calls_at_once_as_it_has_cores() -> None:
    """Each call waits for all others within it: were one kept waiting outside, none would come back."""
    all_at_once = threading.Barrier(CALLS_AT_ONCE)

    def meet(number: Any) -> Any:
        all_at_once.wait(timeout=60)
        return number

    scalar = jax.ShapeDtypeStruct((), jnp.float32)
    compiled = jax.jit(lambda number: jax.pure_callback(meet, scalar, number)).lower(jnp.float32(1)).compile()
    ended = []
    threads = [
        threading.Thread(target=lambda: ended.append(float(compiled(jnp.float32(1))))) for _ in range(CALLS_AT_ONCE)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended == [1.0] * CALLS_AT_ONCE


@pytest.mark.slow
def test_cores_are_shared_out_among_no_more_devices_than_that_takes(tmp_path: Path) -> None:
    assert answer(MANY_CORES, tmp_path) == ["70 [23, 23, 24]", "70"]


@pytest.mark.slow
def test_threads_of_one_device_train_what_those_of_several_do_and_compile_once(tmp_path: Path) -> None:
    devices, scores = answer(TRAIN, tmp_path / "one", "32")
    assert devices == "1 1"
    assert answer(TRAIN, tmp_path / "two", "2") == ["2 2", scores]
