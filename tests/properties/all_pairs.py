"""Few combinations of many dimensions in which every two values that go together meet at least once."""

import itertools
import random
from collections.abc import Callable, Mapping, Sequence

Value = tuple[str, str]
"""A dimension and one of its values."""


def all_pairs(
    dimensions: Mapping[str, Sequence[str]], clash: Callable[[Value, Value], bool], seed: int, count: int
) -> list[dict[str, str]]:
    """Combinations that cover all pairs, then further ones drawn at random until there are `count`.

    Args:
        dimensions: values by dimension; the first one of each is what is taken where nothing is to be gained.
        clash: whether two values of different dimensions cannot be together.
        seed: of what is drawn; equal seeds, equal combinations.
        count: least number of combinations.
    """
    draw = random.Random(seed)
    values = [(name, value) for name, options in dimensions.items() for value in options]
    open_pairs = {
        frozenset(pair) for pair in itertools.combinations(values, 2) if pair[0][0] != pair[1][0] and not clash(*pair)
    }
    found: list[dict[str, str]] = []
    in_order = sorted(open_pairs, key=sorted)  # a set has an order of its own in every process
    draw.shuffle(in_order)
    for pair in in_order:
        if pair in open_pairs and (chosen := complete(sorted(pair), dimensions, clash, open_pairs, draw)):
            found.append(dict(chosen))
            open_pairs -= {frozenset(each) for each in itertools.combinations(chosen, 2)}
    while len(found) < count:
        if chosen := complete([draw.choice(values)], dimensions, clash, set(), draw):
            found.append(dict(chosen))
    return found


def complete(
    start: Sequence[Value],
    dimensions: Mapping[str, Sequence[str]],
    clash: Callable[[Value, Value], bool],
    wanted: set[frozenset[Value]],
    draw: random.Random,
) -> list[Value]:
    """`start` with a value of every other dimension, each the one that adds most of `wanted`; [] where none fits."""
    for _ in range(30):
        chosen = list(start)
        others = [name for name in dimensions if name not in dict(start)]
        draw.shuffle(others)
        for name in others:
            fitting = [(name, value) for value in dimensions[name] if not any(clash((name, value), c) for c in chosen)]
            if not fitting:
                break
            gains = [sum(frozenset((each, c)) in wanted for c in chosen) for each in fitting]
            best = [each for each, gain in zip(fitting, gains, strict=True) if gain == max(gains)]
            plain = max(gains) == 0 and fitting[0] == (name, dimensions[name][0]) and draw.random() < 0.5
            chosen.append(fitting[0] if plain else draw.choice(best))
        else:
            return chosen
    return []
