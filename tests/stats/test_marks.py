"""Marks, against a loop over the same draws, and against everything that makes the library claim too much."""

import math

import numpy as np
import pytest
from arch.bootstrap import StationaryBootstrap
from numpy.typing import NDArray

from lstm_sweep.stats.diebold_mariano import WINDOWS_NEEDED, num_lags
from lstm_sweep.stats.marks import Marks, mark_superior, studentised
from lstm_sweep.stats.resampling import MOST_WINDOWS, block_length
from tests.stats.losses import losses_of, overlapping
from tests.stats.test_hac import standard_error_by_loop

Losses = NDArray[np.float64]


def marks_of(losses: Losses, naive_loss: Losses, seed: int = 5, **changes: object) -> Marks:
    settings = {"horizon": 1, "alpha": 0.05, "draws": 300, **changes}
    return mark_superior(losses, naive_loss, seed=seed, **settings)


def superior_by_loop(
    losses: Losses, naive_loss: Losses, length: int, alpha: float, seed: int, draws: int, horizon: int
) -> tuple[float, list[bool]]:
    """Hansen's consistent p-value (2005, sections 3.2 and 3.3) with plain loops."""
    num_trials, count = losses.shape
    lags = num_lags(count, horizon)
    scaled = []
    for loss in losses:
        gain = [float(a - b) for a, b in zip(naive_loss, loss, strict=True)]
        error = math.sqrt(count) * standard_error_by_loop(gain, lags)
        scaled.append([value / error for value in gain])
    means = [sum(row) / count for row in scaled]
    centres = []
    for row, mean in zip(scaled, means, strict=True):
        variance = sum((value - mean) ** 2 for value in row) / count
        for lag in range(1, count):
            weight = (1 - lag / count) * (1 - 1 / length) ** lag + lag / count * (1 - 1 / length) ** (count - lag)
            variance += 2 * weight * sum((row[t] - mean) * (row[t + lag] - mean) for t in range(count - lag)) / count
        hopeless = mean < -math.sqrt(variance / count * 2 * math.log(math.log(count)))
        centres.append(0.0 if hopeless else mean)
    largest = []
    for (drawn,), _ in StationaryBootstrap(length, np.arange(count), seed=seed).bootstrap(draws):
        largest.append(max(sum(scaled[k][w] for w in drawn) / count - centres[k] for k in range(num_trials)))
    p_value = sum(value > max(means) for value in largest) / draws
    limit = np.percentile(largest, 100 * (1 - alpha))
    return p_value, [mean > limit for mean in means]


@pytest.mark.parametrize(("horizon", "alpha", "most"), [(1, 0.05, 0.3), (1, 0.2, 0.3), (10, 0.1, 0.1)])
def test_p_and_marks_equal_a_plain_loop_on_the_same_draws(horizon: int, alpha: float, most: float) -> None:
    naive_loss, *losses = overlapping(np.random.default_rng(horizon), max(320, 100 * horizon), 6, horizon)
    better = np.stack(losses) - np.linspace(-0.3, most, 5)[:, None]
    length = block_length((naive_loss - better).T, horizon)
    p_value, superior = superior_by_loop(better, naive_loss, length, alpha, seed=5, draws=300, horizon=horizon)
    marks = marks_of(better, naive_loss, horizon=horizon, alpha=alpha)
    assert marks.p_value == pytest.approx(p_value, abs=1e-8)
    assert marks.superior.tolist() == superior


@pytest.mark.parametrize(
    ("shifts", "seed", "marked"),
    [((-0.12, 0.15, 0.6, 0.1), 11, 0), ((-0.12, -0.12, 0.6, 0.6), 6, 2), ((-0.2, 0.15, 0.15, 0.1), 11, 1)],
)
def test_trials_that_are_worse_count_as_hansen_counts_them(shifts: tuple[float, ...], seed: int, marked: int) -> None:
    """A little worse might be luck and raises p, hopelessly worse does not."""
    naive_loss, *losses = overlapping(np.random.default_rng(seed), 200, 9, 1)
    trials = np.stack(losses) + np.repeat(shifts, 2)[:, None]
    length = block_length((naive_loss - trials).T, 1)
    p_value, superior = superior_by_loop(trials, naive_loss, length, 0.05, seed=5, draws=300, horizon=1)
    marks = marks_of(trials, naive_loss)
    assert marks.p_value == pytest.approx(p_value, abs=1e-8)
    assert marks.superior.tolist() == superior
    assert sum(superior) == marked


@pytest.mark.parametrize("horizon", [1, 10])
def test_unit_of_a_gain_is_its_standard_error_over_windows_that_overlap(horizon: int) -> None:
    gains = overlapping(np.random.default_rng(horizon), 300, 2, horizon)
    errors = [standard_error_by_loop(gain.tolist(), {1: 7, 10: 15}[horizon]) for gain in gains]
    expected = gains / (math.sqrt(300) * np.array(errors))[:, None]
    found = studentised(gains.T, horizon).T
    assert found == pytest.approx(expected, rel=1e-10)


def test_gain_without_deviation_is_none() -> None:
    assert (studentised(np.full((200, 1), 0.1), 1) == 0).all()


def noise(num_trials: int, num_windows: int = 300, seed: int = 0) -> tuple[Losses, Losses]:
    losses, naive_loss = losses_of([0.0] * num_trials, num_windows, seed=seed)
    return losses.mean(axis=1), naive_loss


def test_good_trials_are_marked_and_others_not() -> None:
    losses, naive_loss = losses_of([1.0, 0.0, -1.0, 1.0], 750)
    marks = marks_of(losses.mean(axis=1), naive_loss)
    assert marks.superior.tolist() == [True, False, False, True]
    assert marks.p_value < 0.01
    assert (marks.num_compared, marks.skipped) == (4, "")


def test_all_trials_may_be_superior() -> None:
    losses, naive_loss = losses_of([1.0, 1.0, 0.9], 750)
    assert marks_of(losses.mean(axis=1), naive_loss).superior.all()


def columns_that_claim_nothing(naive_loss: Losses) -> dict[str, Losses]:
    ruined, runaway = naive_loss.copy(), naive_loss.copy()
    ruined[3], runaway[3] = np.nan, 1e200
    return {
        "nan": np.full_like(naive_loss, np.nan),
        "one nan": ruined,
        "infinite": np.full_like(naive_loss, np.inf),
        "runaway": runaway,
        "minus infinite": np.full_like(naive_loss, -np.inf),
        "naive": naive_loss.copy(),
        "naive but for rounding": naive_loss * (1 - 1e-14),
        "a constant below naive": naive_loss - 1e-3,
    }


@pytest.mark.parametrize("name", list(columns_that_claim_nothing(np.ones(9))))
@pytest.mark.parametrize("times", [1, 3])
def test_useless_column_is_not_marked_and_changes_no_other(name: str, times: int) -> None:
    losses, naive_loss = losses_of([1.0, 0.0, 0.0], 750)
    trials = losses.mean(axis=1)
    useless = np.tile(columns_that_claim_nothing(naive_loss)[name], (times, 1))
    alone, together = marks_of(trials, naive_loss), marks_of(np.concatenate([useless, trials]), naive_loss)
    assert not together.superior[:times].any()
    assert (together.superior[times:] == alone.superior).all()
    assert (together.p_value, together.num_compared) == (alone.p_value, alone.num_compared)


@pytest.mark.parametrize("name", list(columns_that_claim_nothing(np.ones(9))))
def test_nothing_left_is_said_and_nothing_claimed(name: str) -> None:
    _, naive_loss = noise(1)
    marks = marks_of(np.tile(columns_that_claim_nothing(naive_loss)[name], (2, 1)), naive_loss)
    assert not marks.superior.any()
    assert math.isnan(marks.p_value)
    assert "No trial" in marks.skipped


def test_no_trials_are_no_error() -> None:
    marks = marks_of(np.empty((0, 300)), np.ones(300))
    assert marks.superior.shape == (0,)
    assert marks.skipped


def test_equal_trials_count_once_and_are_marked_alike() -> None:
    losses, naive_loss = losses_of([1.0, 0.0], 750)
    good, bad = losses.mean(axis=1)
    copies = np.stack([bad, good, bad, good * (1 + 1e-15), bad])
    marks = marks_of(copies, naive_loss)
    assert marks.superior.tolist() == [False, True, False, True, False]
    assert marks.num_compared == 2
    assert marks.p_value == marks_of(np.stack([good, bad]), naive_loss).p_value


def test_copies_of_noise_are_not_marked() -> None:
    losses, naive_loss = noise(2)
    assert not marks_of(np.tile(losses, (10, 1)), naive_loss).superior.any()


def test_permuted_trials_have_permuted_marks() -> None:
    losses, naive_loss = losses_of([1.0, 0.0, 0.5, -1.0], 400)
    trials, order = losses.mean(axis=1), np.array([2, 0, 3, 1])
    marks, permuted = marks_of(trials, naive_loss), marks_of(trials[order], naive_loss)
    assert (permuted.superior == marks.superior[order]).all()
    assert permuted.p_value == marks.p_value


def test_marks_are_the_same_for_a_seed_and_no_other() -> None:
    losses, naive_loss = noise(4)
    one, same, other = (marks_of(losses, naive_loss, seed=seed).p_value for seed in (1, 1, 2))
    assert one == same != other


def test_noise_is_marked_no_more_often_than_alpha_says() -> None:
    claims = sum(marks_of(*noise(8, 200, seed), draws=200).superior.any() for seed in range(100))
    assert claims <= 12


def test_loud_trials_do_not_hide_quiet_ones() -> None:
    """Without a common unit the largest difference is the loudest one's."""
    losses, naive_loss = losses_of([1.0], 750)
    loud = naive_loss + np.random.default_rng(0).normal(0, 50, 750)
    assert marks_of(np.stack([losses[0].mean(axis=0), loud]), naive_loss).superior.tolist() == [True, False]


@pytest.mark.parametrize(("num_windows", "horizon"), [(WINDOWS_NEEDED - 1, 1), (3 * WINDOWS_NEEDED - 1, 3)])
def test_few_windows_mark_nothing(num_windows: int, horizon: int) -> None:
    losses, naive_loss = losses_of([3.0], num_windows)
    marks = marks_of(losses.mean(axis=1) / 100, naive_loss, horizon=horizon)
    assert not marks.superior.any()
    assert f"{num_windows} windows cannot support marks" in marks.skipped


def test_long_spans_are_marked_too() -> None:
    losses, naive_loss = losses_of([0.5, 0.0], 2 * MOST_WINDOWS + 1, seeds=1)
    assert marks_of(losses[:, 0], naive_loss, draws=100).superior.tolist() == [True, False]


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(trial, window\)"):
        marks_of(np.ones(300), np.ones(300))
