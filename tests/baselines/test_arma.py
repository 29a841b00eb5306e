"""The chosen ARMA against the exact likelihood of another algorithm, the Kalman filter's."""

import numpy as np
import pytest
from numpy.typing import NDArray
from statsmodels.tsa.statespace.sarimax import SARIMAX

from lstm_sweep.baselines.arma import LEAST_ROOT, ORDERS, Arma, choose_arma, fit_arma


def example(num: int = 250, seed: int = 0) -> NDArray[np.float64]:
    """ARMA(1, 1) by its definition."""
    shocks = np.random.default_rng(seed).standard_normal(num)
    values = shocks.copy()
    for row in range(1, num):
        values[row] = 0.6 * values[row - 1] + shocks[row] + 0.5 * shocks[row - 1]
    return values - values.mean()


def likelihood(values: NDArray[np.float64], arma: Arma) -> float:
    """Log likelihood at the variance that is best for these weights."""
    model = SARIMAX(values, order=(len(arma.ar), 0, len(arma.ma)), concentrate_scale=True)
    return float(model.loglike([*arma.ar, *arma.ma]))


@pytest.mark.parametrize("order", ORDERS)
def test_aic_is_that_of_the_exact_likelihood(order: tuple[int, int]) -> None:
    arma = fit_arma(example(), order)
    assert (len(arma.ar), len(arma.ma)) == order
    # The optimizer finds the variance by itself, and stops near the best one.
    assert arma.aic == pytest.approx(-2 * likelihood(example(), arma) + 2 * (sum(order) + 1), rel=1e-6)


def test_no_weights_nearby_are_likelier() -> None:
    arma = fit_arma(example(), (1, 1))
    best = likelihood(example(), arma)
    for ar_step, ma_step in [(0.02, 0), (-0.02, 0), (0, 0.02), (0, -0.02)]:
        nearby = Arma((arma.ar[0] + ar_step,), (arma.ma[0] + ma_step,), 0.0)
        assert likelihood(example(), nearby) < best


def test_the_order_of_least_aic_is_chosen() -> None:
    chosen = choose_arma(example(1000))
    assert (len(chosen.ar), len(chosen.ma)) == (1, 1)
    assert chosen.aic == min(fit_arma(example(1000), order).aic for order in ORDERS)
    np.testing.assert_allclose([*chosen.ar, *chosen.ma], [0.6, 0.5], atol=0.08)


def test_noise_overdifferenced_is_no_candidate() -> None:
    noise = np.diff(np.random.default_rng(0).standard_normal(180))
    values = (noise - noise.mean()) / noise.std()
    assert fit_arma(values, (0, 1)).least_root < LEAST_ROOT
    chosen = choose_arma(values)
    assert chosen.least_root >= LEAST_ROOT
    assert chosen.aic > min(fit_arma(values, order).aic for order in ORDERS)


@pytest.mark.parametrize(
    ("ar", "ma", "root"), [((), (), np.inf), ((0.5,), (), 2.0), ((), (-0.8,), 1.25), ((0.5, 0.3), (0.8,), 1.17361)]
)
def test_least_root_is_that_of_either_polynomial(ar: tuple[float, ...], ma: tuple[float, ...], root: float) -> None:
    assert Arma(ar, ma, 0.0).least_root == pytest.approx(root, rel=1e-5)


def test_values_without_a_likelihood_are_refused() -> None:
    with pytest.raises(ValueError, match="none of 13 orders has a likelihood on 50 values"):
        choose_arma(np.zeros(50))
