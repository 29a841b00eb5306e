"""JAX, in this process, and TensorFlow, in another, train the same model."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from tests.commands import PYTHONPATH
from tests.training.on_backend import FITS, observe

ROOT = Path(__file__).resolve().parents[2]
WITH_EVERY_DROPOUT = ["windows", "streams"]


def assert_backends_agree(names: list[str], folder: Path) -> None:
    """Masks and initial weights to the bit, every number of every epoch to 1e-6."""
    assert keras.backend.backend() == "jax"
    command = [sys.executable, "-m", "tests.training.on_backend", str(folder / "seen.npz"), *names]
    environment = os.environ | {"PYTHONPATH": PYTHONPATH, "KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "2"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        here = observe(names)
        _, errors = process.communicate()
    assert process.returncode == 0, errors
    with np.load(folder / "seen.npz") as there:
        assert sorted(there.files) == sorted(here)
        for name, numbers in here.items():
            assert numbers.dtype == there[name].dtype
            if name.startswith("epochs"):
                np.testing.assert_allclose(there[name], numbers, rtol=1e-6, err_msg=name)
                assert np.isfinite(numbers).all()
            else:
                np.testing.assert_array_equal(there[name], numbers, err_msg=name)


def test_backends_agree_with_every_dropout_stateless_and_stateful(tmp_path: Path) -> None:
    assert_backends_agree(WITH_EVERY_DROPOUT, tmp_path)


@pytest.mark.slow
def test_backends_agree_on_every_kind_of_fit(tmp_path: Path) -> None:
    assert_backends_agree(sorted(set(FITS) - set(WITH_EVERY_DROPOUT)), tmp_path)
