"""Does the winner of a sweep beat naive on the test span? One test, fixed beforehand.

The winner was chosen on validation, so its test losses are fresh: a single test needs no correction for how many
configurations were tried.
"""

import math
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

import numpy as np

from lstm_sweep.metrics import Losses, relative_skill
from lstm_sweep.stats.diebold_mariano import WINDOWS_NEEDED, diebold_mariano

_WINDOWS_PER_EXPLAINED_VARIANCE = 24.7
"""`R2 * windows / horizon` at which the test finds a gain of `R2` in the squared loss in 80 % of samples."""


class Conclusion(StrEnum):
    """What the test allows to be said."""

    BEATS_NAIVE = "beats_naive"
    NOT_SHOWN = "not_shown"
    WORSE = "worse"
    TOO_FEW_WINDOWS = "too_few_windows"


class Against(StrEnum):
    """How two forecasts compare."""

    BEATS = "also beats"
    EVEN = "not told apart from"
    LOSES = "worse than"


@dataclass(frozen=True)
class Verdict:
    """What the test span says about the winner, in numbers; `evaluation.sentence` puts them into words.

    Attributes:
        conclusion: what the test allows to be said.
        trial: name of the winner, as people know it.
        skill: 1 - RMSE / RMSE of naive on the relative loss averaged over the seeds, a fraction; nan where
            naive makes no error.
        price_skill: the same in price units; a reversed sign is said.
        statistic: of the test; negative where the winner's loss is lower, nan where there are too few windows.
        p_value: probability of such a statistic or a lower one if the winner were no better than naive, multiplied
            by `num_uses` and at most 1; nan where there are too few windows.
        num_windows: windows scored.
        horizon: steps of a window.
        num_seeds: fits of the winner.
        num_seeds_above: those of them with a lower loss than naive.
        num_configurations: trials that the winner was chosen from, whatever became of them.
        num_diverged: those of them that diverged or failed.
        alpha: level of the test.
        interval: approximate interval of `skill` at 1 - 2 alpha.
        num_uses: different sweeps that the test span has judged, this one included.
        has_signal: whether Clark and West's test finds signal, which need not lower the error.
        is_signed: whether the series has values at or below zero: its errors are absolute, in units of the series.
        num_grown: trials that got extra seeds, the winner among them, or 0.
        seeds_asked: seeds of the other trials.
        rival: name of the baseline that was best on validation, or empty.
        against_rival: how the winner compares with it, told only where naive is beaten.
    """

    conclusion: Conclusion
    trial: str
    skill: float
    price_skill: float
    statistic: float
    p_value: float
    num_windows: int
    horizon: int
    num_seeds: int
    num_seeds_above: int
    num_configurations: int
    num_diverged: int
    alpha: float = 0.05
    interval: tuple[float, float] = (math.nan, math.nan)
    num_uses: int = 1
    has_signal: bool = False
    is_signed: bool = False
    num_grown: int = 0
    seeds_asked: int = 0
    rival: str = ""
    against_rival: Against | None = None

    @property
    def beats_naive(self) -> bool:
        """Whether the winner is shown to beat naive."""
        return self.conclusion is Conclusion.BEATS_NAIVE

    @property
    def detectable_skill(self) -> float:
        """Least true skill that the test finds in 80 % of samples of this size, a fraction; 1 where none is."""
        variance = _WINDOWS_PER_EXPLAINED_VARIANCE * self.horizon / self.num_windows
        return 1.0 - math.sqrt(max(0.0, 1.0 - variance))

    @property
    def p_worse(self) -> float:
        """As `p_value`, of such a statistic or a higher one if the winner were no worse than naive."""
        return _upper_tail(self.statistic, self.num_windows, self.num_uses)


@dataclass(frozen=True)
class Winner:
    """What a verdict says of the winner that its losses do not tell: attributes as of `Verdict`."""

    trial: str
    price_skill: float
    num_configurations: int
    num_diverged: int
    interval: tuple[float, float] = (math.nan, math.nan)
    has_signal: bool = False
    is_signed: bool = False
    num_grown: int = 0
    seeds_asked: int = 0


def judge(
    losses: Losses,
    naive_loss: Losses,
    winner: Winner,
    *,
    horizon: int,
    alpha: float,
    num_uses: int = 1,
    rival: tuple[str, Losses] | None = None,
) -> Verdict:
    """Judge the winner of a sweep by its losses on the test span.

    Args:
        losses: float64 `(seed, window)`, `relative_loss` of each fit of the winner, windows in the order of time;
            one that is not finite counts as worse than naive.
        naive_loss: float64 `(window,)`, naive's on the same windows.
        winner: what else there is to say of it.
        horizon: steps of a window.
        alpha: level of the test.
        num_uses: different sweeps that the test span has judged, this one included; every p is multiplied by it.
        rival: name and loss `(window,)` of the baseline that was best on validation.

    Raises:
        ValueError: where the shapes do not fit.
    """
    if losses.ndim != 2 or losses.size == 0 or losses.shape[1:] != naive_loss.shape:
        raise ValueError(
            f"losses must be (seed, window) and naive_loss (window,), but are {losses.shape} and {naive_loss.shape}."
        )
    verdict = _against_naive(losses, naive_loss, winner, horizon, alpha, num_uses)
    if rival is None:
        return verdict
    name, rival_loss = rival
    beats = verdict.beats_naive
    against = _compare(losses.mean(axis=0), rival_loss, horizon, alpha, num_uses) if beats else None
    return replace(verdict, rival=name, against_rival=against)


def _against_naive(
    losses: Losses, naive_loss: Losses, winner: Winner, horizon: int, alpha: float, num_uses: int
) -> Verdict:
    loss, num_windows = losses.mean(axis=0), naive_loss.size
    enough = num_windows >= WINDOWS_NEEDED * horizon
    statistic, p_alone = diebold_mariano(loss, naive_loss, horizon) if enough else (math.nan, math.nan)
    p_value = p_alone if math.isnan(p_alone) else min(1.0, num_uses * p_alone)
    return Verdict(
        **asdict(winner),
        conclusion=_conclude(statistic, p_value, _upper_tail(statistic, num_windows, num_uses), alpha),
        skill=relative_skill(loss, naive_loss),
        statistic=statistic,
        p_value=p_value,
        num_windows=num_windows,
        horizon=horizon,
        num_seeds=losses.shape[0],
        num_seeds_above=int(np.sum(losses.mean(axis=1) < naive_loss.mean())),
        alpha=alpha,
        num_uses=num_uses,
    )


def _conclude(statistic: float, p_value: float, p_worse: float, alpha: float) -> Conclusion:
    if math.isnan(statistic):
        return Conclusion.TOO_FEW_WINDOWS
    if p_value < alpha:
        return Conclusion.BEATS_NAIVE
    # Losses identical to naive's have p = 1 too, but are no worse.
    return Conclusion.WORSE if statistic > 0 and p_worse < alpha else Conclusion.NOT_SHOWN


def _compare(loss: Losses, rival_loss: Losses, horizon: int, alpha: float, num_uses: int) -> Against:
    statistic, p_value = diebold_mariano(loss, rival_loss, horizon)
    if num_uses * p_value < alpha:
        return Against.BEATS
    return Against.LOSES if statistic > 0 and _upper_tail(statistic, loss.size, num_uses) < alpha else Against.EVEN


def _upper_tail(statistic: float, num_windows: int, num_uses: int) -> float:
    """Probability of such a statistic or a higher one if both were equally good, times `num_uses`, at most 1."""
    from scipy import stats  # half a second, needed once at the end of a sweep

    p_value = 0.0 if statistic == math.inf else float(stats.t.sf(statistic, num_windows - 1))
    return min(1.0, num_uses * p_value)
