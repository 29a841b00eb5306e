"""Hydra's multirun, refused with the command that does what was meant: one command is one sweep, and one verdict."""

import itertools
import math
import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Glob, IntervalSweep, Override, RangeSweep
from hydra.errors import HydraException

from lstm_sweep.cli.composition.conf import choices
from lstm_sweep.config import FIXED, SWEPT_SECTIONS
from lstm_sweep.config.spelling import typed
from lstm_sweep.errors import UserError
from lstm_sweep.invocation import spelled

MOST_COMMANDS = 6
"""That a sentence spells out."""

MOST_VALUES = 12
"""That are listed; a longer range is written by its ends and its step."""

_FOR_MULTIRUN = re.compile(r"\+{0,2}hydra[./](mode|sweep|sweeper|launcher)\b")
_PARAMS = re.compile(r"\+{0,2}hydra\.sweeper\.params\.")
_RANDOM = ("tuner=random", "tuner.max_trials=20")
"""What searches where there is no end of values."""


@dataclass(frozen=True)
class _Several:
    """An argument with several values, as the arguments that say the same to one sweep, or to one sweep each."""

    typed: str
    instead: tuple[str, ...]
    is_endless: bool


def refuse_multirun(arguments: Sequence[str]) -> None:
    """Refuse a command that asks Hydra for several runs, of which it would run the first only.

    Args:
        arguments: as typed, Hydra's own flags included.

    Raises:
        UserError: with the command of one sweep that tries all the values; where a setting cannot be searched (an
            experiment, a data source, a target), with a command for each of them.
    """
    params = [_unquoted(each) if _PARAMS.match(each) else each for each in arguments]
    asking = [each for each in params if _asks(each)]
    kept = [each for each in params if each not in asking and not _FOR_MULTIRUN.match(each)]
    read = [_several(each) or each for each in kept]
    several = [each for each in read if isinstance(each, _Several)]
    if not (asking or several):
        return
    ways = [each.instead if isinstance(each, _Several) else (shlex.quote(each),) for each in read]
    if any(each.is_endless for each in several) and not any(each.startswith("tuner") for each in kept):
        ways += [(each,) for each in _RANDOM]
    what = " ".join([*map(shlex.quote, asking), *(shlex.quote(each.typed) for each in several)])
    raise UserError(f"a command must be one sweep, but {what} asks for several runs: {_advice(ways, bool(several))}")


def _advice(ways: Sequence[Sequence[str]], has_values: bool) -> str:
    """What to type; the arguments are one of each of `ways`."""
    number = math.prod(map(len, ways))
    commands = [
        " ".join([spelled("sweep"), *point]) for point in itertools.islice(itertools.product(*ways), MOST_COMMANDS)
    ]
    if not has_values:
        return f"leave it out, as in {commands[0]}"
    if number == 1:
        return f"let one sweep try all the values, with {commands[0]}"
    if number == len(commands):
        return f"type a command for each, {' && '.join(commands)}"
    return f"type a command for each of the {number:,}, the first of them {commands[0]}"


def _asks(argument: str) -> bool:
    """Whether an argument turns multirun on; argparse takes any beginning of a long flag."""
    name, _, value = argument.lstrip("+").partition("=")
    is_flag = argument == "-m" or (len(argument) > 2 and "--multirun".startswith(argument))
    return is_flag or (name == "hydra.mode" and ("multi" in value.lower() or value == "2"))


def _unquoted(argument: str) -> str:
    """A parameter of Hydra's sweeper as it would be typed for every run."""
    name, _, value = _PARAMS.sub("", argument).partition("=")
    return f"{name}={value.strip(chr(34) + chr(39))}"


def _several(argument: str) -> _Several | None:
    with suppress(HydraException):  # which tells the user later what is no override
        override = OverridesParser.create().parse_override(argument)
        if override.is_sweep_override():
            return _Several(argument, tuple(_instead(override)), override.is_interval_sweep())
    return None


def _instead(override: Override) -> Iterator[str]:
    name = (override.input_line or "").partition("=")[0]
    path = override.key_or_group.removeprefix("search.")
    swept = override.value()
    if isinstance(swept, IntervalSweep):
        yield typed(f"search.{path}", {"low": _whole(swept.start), "high": _whole(swept.end)})
        return
    values = _values(override)
    are_searches = path != override.key_or_group and any(isinstance(each, list | dict) for each in values)
    if are_searches or not _can_be_searched(path):
        yield from (typed(name, value) for value in values)
    elif isinstance(swept, RangeSweep) and len(values) > MOST_VALUES:
        yield typed(f"search.{path}", {"low": min(values), "high": max(values), "step": abs(swept.step)})
    else:
        yield typed(f"search.{path}", values)


def _values(override: Override) -> list[Any]:
    """Each value once, in the order in which they were typed."""
    swept: Any = override.value()
    if isinstance(swept, Glob):
        return swept.filter(list(choices(override.key_or_group)))
    texts = dict.fromkeys(override.sweep_string_iterator())
    parser = OverridesParser.create()
    values = [parser.parse_override(f"value={text}").value() for text in texts]
    # Hydra adds binary fractions up, and may come to the end that it leaves out.
    return [each for each in values if each != swept.stop] if isinstance(swept, RangeSweep) else values


def _can_be_searched(path: str) -> bool:
    section, _, name = path.partition(".")
    schema = SWEPT_SECTIONS.get(section)
    return schema is not None and path not in FIXED and name in {item.name for item in fields(schema)}


def _whole(number: float | None) -> Any:
    return int(number) if number is not None and number == int(number) else number
