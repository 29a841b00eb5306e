"""Seeds from identities, and what fits make of their trial."""

import hashlib
import math
import statistics
from collections.abc import Sequence
from typing import Any

import pytest

from lstm_sweep.trials.identity import derive_seed
from lstm_sweep.trials.outcome import FitOutcome, FitStatus, TrialResult
from lstm_sweep.trials.spec import Trial
from tests.examples import make_fit

DONE, DIVERGED, FAILED = FitStatus.COMPLETED, FitStatus.DIVERGED, FitStatus.FAILED


def result(scores: Sequence[float], statuses: Sequence[FitStatus]) -> TrialResult:
    outcomes = [
        FitOutcome(make_fit(replicate=number), status, 2, 2, score, val_loss=1.0, seconds=1.0)
        for number, (score, status) in enumerate(zip(scores, statuses, strict=True))
    ]
    return TrialResult(Trial("0000", {}), tuple(outcomes))


def test_seed_is_31_bits_of_the_hash_of_its_identity() -> None:
    number = int(hashlib.sha256(b"7/weights/3").hexdigest()[:8], 16)
    reversed_bytes = int.from_bytes(number.to_bytes(4, "big"), "little")
    assert derive_seed(7, "weights", 3) == reversed_bytes // 2


@pytest.mark.parametrize("identity", [(0, 1, 2), (0, 12), (1, 2, 0), (0, "1", 3), ("a",), (-1,)])
def test_seed_is_the_same_every_time_and_in_its_range(identity: tuple[Any, ...]) -> None:
    assert derive_seed(*identity) == derive_seed(*identity)
    assert 0 <= derive_seed(*identity) < 2**31


def test_identities_that_differ_have_seeds_that_do() -> None:
    near = [(sweep, seed, fold) for sweep in range(20) for seed in range(20) for fold in range(5)]
    assert len({derive_seed(*identity) for identity in [*near, (1, 23), (12, 3), (123,)]}) == len(near) + 3


def test_fit_is_named_by_its_trial_and_seed() -> None:
    assert make_fit(trial_id="0003", replicate=1).fit_id == "0003/seed_1"


def test_trial_has_the_mean_score_of_its_fits_and_their_deviation() -> None:
    trial = result([0.1, -0.2, 0.4], [DONE] * 3)
    assert trial.status is DONE
    assert trial.score == pytest.approx(0.1)
    assert trial.score_std == pytest.approx(statistics.stdev([0.1, -0.2, 0.4]))


def test_trial_of_one_fit_has_no_deviation() -> None:
    trial = result([0.1], [DONE])
    assert trial.score == 0.1
    assert math.isnan(trial.score_std)


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [([DONE, DIVERGED], DIVERGED), ([DIVERGED, FAILED], FAILED), ([FAILED, DONE], FAILED), ([DIVERGED] * 2, DIVERGED)],
)
def test_survivors_do_not_stand_for_a_trial(statuses: list[FitStatus], expected: FitStatus) -> None:
    trial = result([0.1 if status is DONE else math.nan for status in statuses], statuses)
    assert trial.status is expected
    assert trial.score == math.inf
    assert math.isnan(trial.score_std)
