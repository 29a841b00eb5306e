"""The test that may be looked at after every bar, against a second author, and by what it must promise."""

import math

import numpy as np
import pytest

from lstm_sweep.stats.betting import BettingTest, alpha_of


def by_hand(differences: list[float]) -> tuple[float, float, int]:
    """Wealth now, its highest, and clipped bars; with plain numbers, one comparison."""
    size = sum(abs(each) for each in differences[:20]) / 20
    wealth = highest = 1.0
    clipped = 0
    bets: list[float] = []
    for difference in differences[20:]:
        scaled = difference / size if size else 0.0
        clipped += abs(scaled) > 6
        bet = max(-6.0, min(6.0, scaled))
        share = sum(bets) / (1 + sum(each**2 for each in bets))
        wealth *= 1 + max(0.0, min(0.5 / 6, share)) * bet
        highest = max(highest, wealth)
        bets.append(bet)
        size = 0.99 * size + 0.01 * abs(difference)
    return wealth, highest, clipped


@pytest.mark.parametrize("drift", [-0.2, 0.0, 0.3])
def test_wealth_equals_that_of_a_second_author(drift: float) -> None:
    differences = np.random.default_rng(0).standard_t(3, (400, 3)) + drift
    test = BettingTest(3)
    for each in differences:
        test.add(each)
    for number in range(3):
        wealth, highest, clipped = by_hand(differences[:, number].tolist())
        assert test.log_wealth[number] == pytest.approx(math.log(wealth), abs=1e-9)
        assert test.p_value()[number] == pytest.approx(min(1.0, 1 / highest), rel=1e-9)
        assert test.num_clipped[number] == clipped
    assert test.bars == 400


def test_what_is_better_is_claimed_and_stays_claimed() -> None:
    test = BettingTest()
    generator = np.random.default_rng(1)
    claimed = []
    for bar in range(3000):
        gain = 0.3 if bar < 1500 else -0.3
        test.add(generator.standard_normal(1) + gain)
        claimed.append(bool(test.claims(0.05)[0]))
    assert claimed[1499]
    assert claimed == sorted(claimed), "what was shown at one bar is not taken back"
    assert test.log_wealth[0] < test.highest[0]


def test_nothing_is_claimed_of_equals_more_often_than_alpha() -> None:
    differences = np.random.default_rng(2).standard_t(4, (2000, 1000))
    test = BettingTest(1000)
    for each in differences:
        test.add(each)
    assert test.claims(0.05).mean() <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / 1000)
    assert (test.p_value() <= 0.2).mean() <= 0.2 + 2 * math.sqrt(0.2 * 0.8 / 1000)


def test_a_scale_changes_nothing_and_prices_that_never_move_are_no_evidence() -> None:
    differences = np.random.default_rng(3).standard_normal((200, 2)) + 0.1
    one, thousandth, still = BettingTest(2), BettingTest(2), BettingTest(2)
    for each in differences:
        one.add(each)
        thousandth.add(each / 1024)
        still.add(np.zeros(2))
    np.testing.assert_allclose(one.log_wealth, thousandth.log_wealth, rtol=1e-9)
    assert not still.log_wealth.any()


def test_levels_of_all_comparisons_add_up_to_alpha() -> None:
    assert sum(alpha_of(number, 0.05) for number in range(1, 100_000)) == pytest.approx(0.05, rel=1e-4)
    assert alpha_of(1, 0.05) > alpha_of(2, 0.05)
