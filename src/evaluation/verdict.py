"""Does the winner of a sweep beat naive on the test span? One test, fixed beforehand, and one sentence.

The winner was chosen on validation, so its test losses are fresh: a single test needs no correction for how many
configurations were tried.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from src.evaluation.diebold_mariano import diebold_mariano
from src.metrics import relative_skill

WINDOWS_NEEDED = 100
"""Fewest windows per step of the horizon that can carry a verdict."""

_WINDOWS_PER_EXPLAINED_VARIANCE = 24.7
"""`R2 * windows / horizon` at which the test finds a gain of `R2` in the squared loss in 80 % of samples."""


class Conclusion(StrEnum):
    """What the test allows to be said."""

    BEATS_NAIVE = "beats_naive"
    NOT_SHOWN = "not_shown"
    WORSE = "worse"
    TOO_FEW_WINDOWS = "too_few_windows"


@dataclass(frozen=True)
class Verdict:
    """What the test span says about the winner: the numbers, and `sentence` that puts them into words.

    Attributes:
        conclusion: what the test allows to be said.
        trial: name of the winner, as people know it.
        skill: 1 - RMSE / RMSE of naive on the relative loss averaged over the seeds, a fraction; nan where
            naive makes no error.
        price_skill: the same in price units; a reversed sign is said.
        statistic: of the test; negative where the winner's loss is lower, nan where there are too few windows.
        p_value: probability of such a statistic or a lower one if the winner were no better than naive, nan where
            there are too few windows.
        num_windows: windows scored.
        horizon: steps of a window.
        num_seeds: fits of the winner.
        num_seeds_above: those of them with a lower loss than naive.
        num_configurations: trials that the winner was chosen from, whatever became of them.
        num_diverged: those of them that diverged or failed.
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
    def sentence(self) -> str:
        """The verdict in words, with what it rests on and what it leaves open."""
        parts = [f"{self._finding()}; {self._reach()}."]
        if self.skill * self.price_skill < 0:
            parts.append("In price units the sign is reversed.")
        if self.beats_naive:
            parts.append("Statistical accuracy, not trading profit.")
        return " ".join(parts)

    def _finding(self) -> str:
        skill = f"skill {_percent(self.skill, sign='+')}"
        basis = f"{self.num_windows} windows, {self.num_seeds_above} of {self.num_seeds} seeds above naive"
        match self.conclusion:
            case Conclusion.BEATS_NAIVE:
                return f"{self.trial} beats naive: {skill}, {_p(self.p_value)}, {basis}, {self._choice()}"
            case Conclusion.NOT_SHOWN:
                return f"Nothing here is shown to beat naive: {self._best()} has {skill}, {_p(self.p_value)}, {basis}"
            case Conclusion.WORSE:
                p_worse = f"{_p(1.0 - self.p_value)} (upper tail)"
                return f"Worse than naive: {self._best()} has {skill}, {p_worse}, {basis}"
            case Conclusion.TOO_FEW_WINDOWS:
                needed = WINDOWS_NEEDED * self.horizon
                return f"{self.num_windows} windows cannot support a verdict ({needed} needed); {skill}"

    def _reach(self) -> str:
        if self.beats_naive:
            return f"a skill of {_percent(self.detectable_skill)} would be found 4 times in 5"
        return f"skill below {_percent(self.detectable_skill)} could not be detected"

    def _choice(self) -> str:
        if self.num_configurations == 1:
            return "the only configuration"
        return f"chosen on validation from {self.num_configurations} configurations{self._diverged()}"

    def _best(self) -> str:
        return self.trial if self.num_configurations == 1 else f"best of {self.num_configurations}{self._diverged()}"

    def _diverged(self) -> str:
        return f" ({self.num_diverged} diverged)" if self.num_diverged else ""


def judge(
    losses: NDArray[np.float64],
    naive_loss: NDArray[np.float64],
    *,
    horizon: int,
    alpha: float,
    trial: str,
    price_skill: float,
    num_configurations: int,
    num_diverged: int,
) -> Verdict:
    """Judge the winner of a sweep by its losses on the test span.

    Args:
        losses: float64 `(seed, window)`, `relative_loss` of each fit of the winner, windows in the order of time;
            one that is not finite counts as worse than naive.
        naive_loss: float64 `(window,)`, naive's on the same windows.
        horizon: steps of a window.
        alpha: level of the test.
        trial: name of the winner, as people know it.
        price_skill: 1 - RMSE / RMSE of naive in price units, from squared errors averaged over the seeds.
        num_configurations: trials that the winner was chosen from, diverged ones included.
        num_diverged: those of them that diverged or failed.

    Raises:
        ValueError: where the shapes do not fit.
    """
    if losses.ndim != 2 or losses.size == 0 or losses.shape[1:] != naive_loss.shape:
        raise ValueError(
            f"losses must be (seed, window) and naive_loss (window,), but are {losses.shape} and {naive_loss.shape}."
        )
    loss, num_windows = losses.mean(axis=0), naive_loss.size
    enough = num_windows >= WINDOWS_NEEDED * horizon
    statistic, p_value = diebold_mariano(loss, naive_loss, horizon) if enough else (math.nan, math.nan)
    return Verdict(
        conclusion=_conclude(statistic, p_value, alpha),
        trial=trial,
        skill=relative_skill(loss, naive_loss),
        price_skill=price_skill,
        statistic=statistic,
        p_value=p_value,
        num_windows=num_windows,
        horizon=horizon,
        num_seeds=losses.shape[0],
        num_seeds_above=int(np.sum(losses.mean(axis=1) < naive_loss.mean())),
        num_configurations=num_configurations,
        num_diverged=num_diverged,
    )


def _conclude(statistic: float, p_value: float, alpha: float) -> Conclusion:
    if math.isnan(statistic):
        return Conclusion.TOO_FEW_WINDOWS
    if p_value < alpha:
        return Conclusion.BEATS_NAIVE
    # Losses identical to naive's have p = 1 too, but are no worse.
    return Conclusion.WORSE if statistic > 0 and 1.0 - p_value < alpha else Conclusion.NOT_SHOWN


def _percent(fraction: float, sign: str = "-") -> str:
    if math.isnan(fraction):
        return "undefined"
    percent = 100.0 * fraction
    return f"{percent:{sign}.{1 if abs(percent) >= 0.1 else 2}f} %"


def _p(p_value: float) -> str:
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.{3 if p_value < 0.1 else 2}f}"
