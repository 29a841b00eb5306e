"""A runner is what its config says."""

import pytest

from lstm_sweep.errors import UserError
from lstm_sweep.training.build import build_runner
from tests.configs import compose_config
from tests.contracts.runner_contract import run_fits
from tests.examples import make_fit


@pytest.mark.parametrize("kind", ["fused", "sequential"])
@pytest.mark.parametrize(("seconds", "count"), [("1e-9", 1), ("3600", 0)])
def test_checkpoints_are_as_far_apart_as_the_config_says(kind: str, seconds: str, count: int) -> None:
    config = compose_config(f"runner={kind}", f"runner.checkpoint_seconds={seconds}")
    run = run_fits(build_runner(config.runner), [make_fit(epochs=2, batch_size=200)])
    assert len(run.recorder.checkpoints) == count


@pytest.mark.parametrize("kind", ["fused", "sequential"])
def test_checkpoints_are_a_minute_apart_unless_the_config_says_otherwise(kind: str) -> None:
    assert compose_config(f"runner={kind}").runner.checkpoint_seconds == 60


@pytest.mark.parametrize("seconds", ["0", "-1", "inf", "nan"])
def test_seconds_between_checkpoints_must_be_above_zero(seconds: str) -> None:
    with pytest.raises(UserError, match=r"^runner.checkpoint_seconds must be above 0, but is .*: set a positive value"):
        compose_config(f"runner.checkpoint_seconds={seconds}")
