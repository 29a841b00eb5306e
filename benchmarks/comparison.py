"""Contenders side by side: they train in rotation, a fit or a sweep at a time, and never two at once."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.contenders.contender import Contender, Turn
from benchmarks.machine import sgemm_peak
from benchmarks.process import ContenderError

Say = Callable[[str], None]


@dataclass
class Comparison:
    """What was measured.

    Attributes:
        turns: by contender and cache.
        failures: why a contender is missing, by name.
        peak: best rate of NumPy's float32 matrix product over the whole comparison, operations per second.
    """

    turns: dict[tuple[str, str], list[Turn]] = field(default_factory=lambda: defaultdict(list))
    failures: dict[str, str] = field(default_factory=dict)
    peak: float = 0.0

    def rows(self, num_fits: int, flops: float, reference: str) -> list[dict[str, Any]]:
        """A row per contender and cache.

        Args:
            num_fits: of the sweep that each contender is timed or scaled to.
            flops: of that sweep.
            reference: contender whose time all others are divided by, warm and cold.
        """
        seconds = {key: _seconds(turns, num_fits) for key, turns in self.turns.items()}
        references = {cache: taken for (name, cache), taken in seconds.items() if name == reference}
        return [
            {
                "contender": name,
                "compile cache": cache,
                "fits timed": _timed(turns, num_fits),
                "s per fit": seconds[name, cache] / num_fits,
                f"s for {num_fits} fits": seconds[name, cache],
                **{f"x fused, {it}": seconds[name, cache] / taken for it, taken in sorted(references.items())},
                "% of sgemm peak": 100 * flops / seconds[name, cache] / self.peak,
                "val_loss best": min(_val_losses(turns), default=None),
                "val_loss mean": _mean(_val_losses(turns)),
            }
            for (name, cache), turns in self.turns.items()
        ]

    @property
    def details(self) -> dict[str, Any]:
        """Every turn, for the record."""
        turns = [{"contender": name, **asdict(turn)} for (name, _), every in self.turns.items() for turn in every]
        return {"turns": turns, "failures": self.failures, "sgemm_peak": self.peak}


def compare(contenders: Sequence[Contender], say: Say) -> Comparison:
    """Let every contender take its turns, spread over as many rounds as the busiest needs, a new one first each round.

    It starts with its first turn and ends after its last. One that fails is left out from there on.
    """
    comparison = Comparison()
    num_rounds = max(contender.num_turns for contender in contenders)
    with ExitStack() as stack:
        playing = [_play(contender, stack, comparison, say) for contender in contenders]
        for number in range(num_rounds):
            comparison.peak = max(comparison.peak, sgemm_peak())
            first = number % len(contenders)
            for place in [*range(first, len(contenders)), *range(first)]:
                if _is_due(contenders[place], number, num_rounds):
                    next(playing[place], None)
    comparison.peak = max(comparison.peak, sgemm_peak())
    return comparison


def _play(contender: Contender, stack: ExitStack, comparison: Comparison, say: Say) -> Iterator[None]:
    """From its start to its end; every `next` is a turn."""
    stack.callback(contender.close)
    try:
        say(f"{contender.name}: starts")
        contender.prepare()
        for number in range(contender.num_turns):
            turn = contender.take_turn()
            comparison.turns[contender.name, turn.cache].append(turn)
            say(f"{contender.name} {turn.cache}: {turn.fits} fits in {turn.seconds:.1f} s")
            if number == contender.num_turns - 1:
                contender.close()
            yield
    except ContenderError as failure:
        comparison.failures[contender.name] = str(failure)
        say(f"{contender.name}: FAILED, is left out: {failure}")


def _is_due(contender: Contender, number: int, num_rounds: int) -> bool:
    """Whether one of its turns falls on this round, when they are spread evenly."""
    return number * contender.num_turns // num_rounds != (number - 1) * contender.num_turns // num_rounds


def _seconds(turns: Sequence[Turn], num_fits: int) -> float:
    return sum(turn.seconds for turn in turns) / sum(turn.fits for turn in turns) * num_fits


def _timed(turns: Sequence[Turn], num_fits: int) -> str:
    fits = sum(turn.fits for turn in turns)
    return f"{fits}, scaled" if fits < num_fits else str(fits)


def _val_losses(turns: Sequence[Turn]) -> list[float]:
    return [loss for turn in turns for loss in turn.val_losses]


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
