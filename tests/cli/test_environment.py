"""Variables of the environment that are wrong: one sentence that names them, and works when it is followed."""

import os
import re
from pathlib import Path

import pytest

from tests.commands import QUICK, run

SWEEP = ("src.sweep", "+experiment=dropout", *QUICK, "tracking.uri=null", "tracking.tensorboard=false")

WRONG = {
    ("JAX_PLATFORMS", "cuda", "fused"): "JAX_PLATFORMS must name devices that JAX finds on this machine, but is 'cuda'",
    ("JAX_PLATFORMS", "cuda", "sequential"): "JAX_PLATFORMS must name devices that JAX finds on this machine",
    ("JAX_PLATFORMS", "garbage", "fused"): "JAX_PLATFORMS must name devices .* but is 'garbage'",
    ("JAX_PLATFORM_NAME", "garbage", "fused"): "JAX_PLATFORM_NAME must name devices .* but is 'garbage'",
    ("JAX_ENABLE_X64", "garbage", "fused"): "JAX_ENABLE_X64 must be a value that is understood, but is 'garbage'",
    ("XLA_FLAGS", "garbage", "fused"): "XLA_FLAGS must hold flags that begin with --, .* but is 'garbage'",
}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "value", "runner"), WRONG)
def test_wrong_variable_is_one_sentence_that_names_it(
    name: str, value: str, runner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if value in os.environ.get("JAX_PLATFORMS", "") or (value == "cuda" and Path("/dev/nvidia0").exists()):
        pytest.skip("this machine has such a device")
    monkeypatch.setenv(name, value)
    done = run(tmp_path, *SWEEP, f"runner={runner}")
    assert done.returncode == 2, done.stderr
    last = done.stderr.splitlines()[-1]
    assert re.match(f"error: {WRONG[name, value, runner]}", last)
    assert f"unset {name}" in last or "unset it" in last
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("KERAS_BACKEND", "torch", "KERAS_BACKEND=torch is not followed: runner.backend=jax decides\n"),
        (
            "XDG_CACHE_HOME",
            "/dev/null/x",
            r"(.*atplotlib.*\n)*/dev/null/x/lstm-sweep cannot be written to \(Not a directory\): .*\n",
        ),
        ("CC", "'", r"runner.native=true needs a C compiler, but CC=' is no command \(No closing quotation\): .*\n"),
        ("TMPDIR", "/nowhere", ""),
        ("TZ", "garbage", ""),
        ("LC_ALL", "garbage", ""),
        ("COLUMNS", "garbage", ""),
        ("CUDA_VISIBLE_DEVICES", "garbage", ""),
        ("OMP_NUM_THREADS", "0", r"(\n?libgomp: Invalid value .*\n)?"),
    ],
)
def test_odd_variable_does_not_stop_a_sweep(
    name: str, value: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setenv(name, value)
        # `run` takes the backend away; this puts it back.
        module, *arguments = SWEEP
        program = ("lstm_sweep.cli.main", "sweep") if name != "KERAS_BACKEND" else ("tests.cli.on_torch",)
        done = run(tmp_path, *program, *arguments)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(told, done.stderr)
