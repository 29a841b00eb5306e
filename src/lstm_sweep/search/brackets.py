"""The schedule of Hyperband (Li et al., 2018, https://arxiv.org/abs/1603.06560, Algorithm 1)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Rung:
    """Trials that train equally long.

    Attributes:
        num_trials: most trials.
        epochs: last epoch, counted from the very start.
    """

    num_trials: int
    epochs: int


Bracket = tuple[Rung, ...]


def plan_brackets(
    max_epochs: int, factor: int, iterations: int, most_points: float = math.inf, most_trials: float = math.inf
) -> tuple[Bracket, ...]:
    """The brackets of Algorithm 1, from the most to the least aggressive, `iterations` times over.

    A bracket starts with fewer trials where points or trials run out, and is left out where it could not choose
    between two: what a limit takes away is starts, never the longest fits.

    Args:
        max_epochs: epochs of the longest fits, R in the paper.
        factor: one trial in `factor` is promoted, to train `factor` times as long; eta in the paper.
        iterations: times that the whole schedule is run.
        most_points: points of the search space, of which none is started twice.
        most_trials: most trials altogether.
    """
    highest = _floor_log(max_epochs, factor)
    planned: list[Bracket] = []
    for number in list(range(highest, -1, -1)) * iterations:
        epochs = [_ceil_divide(max_epochs, factor**later) for later in range(number, -1, -1)]
        starts = _ceil_divide((highest + 1) * factor**number, number + 1)
        starts = int(min(starts, most_points - sum(bracket[0].num_trials for bracket in planned)))
        while starts > 0 and count_trials([*planned, _halve(starts, epochs, factor)]) > most_trials:
            starts -= 1
        if starts > 1 or (starts == 1 and number == 0):
            planned.append(_halve(starts, epochs, factor))
    return tuple(planned)


def count_trials(brackets: Sequence[Bracket]) -> int:
    """Most trials of all brackets; one that is promoted counts anew in every rung."""
    return sum(rung.num_trials for bracket in brackets for rung in bracket)


def _halve(starts: int, epochs: list[int], factor: int) -> Bracket:
    return tuple(Rung(max(1, starts // factor**number), last) for number, last in enumerate(epochs))


def _floor_log(number: int, base: int) -> int:
    """Largest power of `base` that is not above `number`; exact, where `math.log(243, 3)` is below 5."""
    power = 0
    while base ** (power + 1) <= number:
        power += 1
    return power


def _ceil_divide(number: int, divisor: int) -> int:
    return -(-number // divisor)
