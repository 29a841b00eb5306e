"""Which fits of a batch are trained together."""

from collections.abc import Callable, Sequence
from typing import Any

from lstm_sweep.training.fused.prepared import windows_key
from lstm_sweep.training.fused.program import program_key
from lstm_sweep.training.fused.work import Group
from lstm_sweep.trials.spec import FitSpec


def group_fits(fits: Sequence[FitSpec], capacity: Callable[[FitSpec], int], num_devices: int) -> list[Group]:
    """Group fits that have their program and their windows in common.

    Args:
        fits: of a batch.
        capacity: most members of a group, by any of its members; rounded down to a power of two, as populations
            are padded to one.
        num_devices: among which fits that are alike are shared out.

    Returns:
        Numbers of the fits, each in one group.
    """
    alike: dict[Any, list[int]] = {}
    for number, spec in enumerate(fits):
        alike.setdefault((program_key(spec), windows_key(spec)), []).append(number)
    groups = []
    for numbers in alike.values():
        most = 1 << (capacity(fits[numbers[0]]).bit_length() - 1)
        size = min(most, -(-len(numbers) // num_devices))
        groups += [numbers[start : start + size] for start in range(0, len(numbers), size)]
    return groups
