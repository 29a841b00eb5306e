"""What luck alone would have found: the best of so many of a sweep's own scores, drawn at random."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_INSIDE = 0.8
"""Share of random orders that a band holds."""


@dataclass(frozen=True)
class BestOf:
    """The lowest of `n` scores, by `n`.

    Attributes:
        counts: int64 `(count,)`, each `n`, rising.
        expected: float64 `(count,)`, mean over all orders of the scores.
        low: float64 `(count,)`, which 1 order in 10 stays below.
        high: float64 `(count,)`, which 1 order in 10 stays above.
    """

    counts: NDArray[np.int64]
    expected: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def best_of(scores: NDArray[np.float64], counts: NDArray[np.int64]) -> BestOf:
    """The lowest of `n` of the scores, drawn without replacement, for each `n` of `counts`.

    The i-th lowest of N is the lowest of those drawn with probability `C(N - i, n - 1) / C(N, n)` (Tang et al., 2020,
    Showing Your Work Doesn't Always Work, ACL, 2766-2772: the mean is then unbiased, which resampling with
    replacement is not).

    Args:
        scores: float64 `(score,)`, finite.
        counts: int64 `(count,)`, from 1 to the number of scores, rising.
    """
    ranked = np.sort(scores)
    weights = np.array([_weights(ranked.size, int(count)) for count in counts])
    reached = np.cumsum(weights, axis=1)
    tails = ((1.0 - _INSIDE) / 2, (1.0 + _INSIDE) / 2)
    low, high = (ranked[np.argmax(reached >= tail - 1e-12, axis=1)] for tail in tails)
    return BestOf(counts, weights @ ranked, low, high)


def _weights(size: int, count: int) -> NDArray[np.float64]:
    """Probability of each rank, float64 `(size,)`; by logarithms, for the binomials are larger than any number."""
    from scipy.special import gammaln

    above = size - np.arange(1, size + 1)  # scores that rank behind each
    weights = np.zeros(size)
    able = above >= count - 1
    ways = gammaln(above[able] + 1) - gammaln(count) - gammaln(above[able] - count + 2)
    weights[able] = np.exp(ways - gammaln(size + 1) + gammaln(count + 1) + gammaln(size - count + 1))
    return weights / weights.sum()
