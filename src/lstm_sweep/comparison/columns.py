"""What is shown of a finished sweep: one list for the terminal's table and for the page."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lstm_sweep.comparison.kinds import Finished
from lstm_sweep.formats import is_number, number, p_value, percent, short_setting
from lstm_sweep.trials.label import ONLY_SETTINGS

_IN_WORDS = {
    "beats_naive": "yes",
    "not_shown": "not shown",
    "worse": "worse",
    "too_few_windows": "too few windows",
}

SortKey = float | str | None


@dataclass(frozen=True)
class SweepColumn:
    """One column of the comparison.

    Attributes:
        title: its heading.
        rank: 1 stays longest where there is no room for all.
        text: its cell of a sweep; an empty string where there is nothing to say.
        key: what the page sorts by.
        meaning: what it shows, in plain words.
        words: whether its cells are words, flush left.
    """

    title: str
    rank: int
    text: Callable[[Finished], str]
    key: Callable[[Finished], SortKey]
    meaning: str
    words: bool = False


def _number_of(*path: str) -> Callable[[Finished], SortKey]:
    return lambda sweep: sweep.number(*path)


def _percent_of(*path: str) -> Callable[[Finished], str]:
    return lambda sweep: _share(sweep.number(*path))


def _share(fraction: float | None) -> str:
    return "" if fraction is None else percent(fraction, sign="-").removesuffix(" %")


def _validation_skill(sweep: Finished) -> float | None:
    """1 - RMSE / RMSE of naive on validation: the score says its logarithm."""
    score = sweep.number("best", "score")
    return None if score is None else -math.expm1(min(score, 700.0))


def _question(sweep: Finished) -> str:
    """'dropout', 'joint: units, lags': the experiment, and what was swept where its name does not say so."""
    names = [path.rpartition(".")[2] for path in sweep.swept]
    if not names:
        return sweep.experiment or "one configuration"
    said = [sweep.experiment] if sweep.experiment else []
    return ": ".join(dict.fromkeys([*said, ", ".join(names)]))


def _winner(sweep: Finished) -> str:
    """All swept values of the best trial, 'dropout=0.3, units=32'; where nothing was swept, what there was."""
    if not isinstance(sweep.told("best"), dict):
        return ""
    values = sweep.told("best", "values")
    named = values if isinstance(values, dict) and values else _only_configuration(sweep)
    settings = [f"{path.rpartition('.')[2]}={short_setting(value)}" for path, value in named.items()]
    return ", ".join(settings) or "the only one"


def _only_configuration(sweep: Finished) -> dict[str, Any]:
    return {path: sweep.settings[path] for path in ONLY_SETTINGS if path in sweep.settings}


def interval_ends(sweep: Finished) -> Sequence[float]:
    """Both ends of the interval of the skill, or none."""
    ends = sweep.told("verdict", "interval")
    return ends if isinstance(ends, list) and len(ends) == 2 and all(map(is_number, ends)) else ()


def _p(sweep: Finished) -> str:
    p = sweep.number("verdict", "p_value")
    return "" if p is None else p_value(p).removeprefix("p ").removeprefix("= ").replace("< ", "<")


def verdict_words(sweep: Finished) -> str:
    """Whether a sweep beats naive: 'yes', 'yes at first', 'not shown', 'worse', or why nobody knows."""
    if sweep.told("diagnostics", "leakage", "passed") is False:
        return "the future leaks"
    conclusion = str(sweep.told("verdict", "conclusion"))
    if conclusion == "beats_naive" and not sweep.beats_naive:
        return "no verdict"
    if not sweep.holds:
        return "yes at first"
    if conclusion in _IN_WORDS:
        return _IN_WORDS[conclusion]
    return "test span unseen" if sweep.told("test") is None and sweep.told("best") else "no verdict"


def _trials(sweep: Finished) -> str:
    seeds = sweep.settings.get("seeds")
    folds = sweep.settings.get("evaluation.folds")
    trials = sweep.number("trials")
    factors = [_count(trials), _seeds(sweep, trials, seeds, folds), _count(folds if folds != 1 else None)]
    ended = " (ended early)" if sweep.told("stopped") else ""
    return " x ".join(filter(None, factors)) + ended


def _seeds(sweep: Finished, trials: Any, seeds: Any, folds: Any) -> str:
    """'3', or 'up to 12' where `evaluation.extra_seeds` has trained those that were not told apart again."""
    asked = [each if is_number(each) else 1 for each in (trials, seeds, folds)]
    if not is_number(seeds) or (sweep.number("fits") or 0) <= math.prod(asked):
        return _count(seeds)
    most = sweep.number("verdict", "num_seeds")
    return f"up to {_count(most)}" if most is not None and most > seeds else f"{_count(seeds)} and more"


def _count(value: Any) -> str:
    return f"{value:,}" if is_number(value) else ""


def _seconds(sweep: Finished) -> str:
    seconds = sweep.number("seconds", "total")
    return "" if seconds is None else f"{seconds:,.{0 if seconds >= 10 else 1}f}"


def _cost(sweep: Finished) -> str:
    usd = sweep.number("usd")
    return "" if usd is None else number(usd, 3)


def _uses(sweep: Finished) -> str:
    uses = sweep.number("verdict", "num_uses")
    return "" if uses is None else f"{uses:.0f}"


COLUMNS = (
    SweepColumn(
        "sweep",
        1,
        lambda sweep: sweep.name,
        lambda sweep: sweep.name,
        "its name, and on the page the way to its report",
        True,
    ),
    SweepColumn(
        "beats naive?",
        2,
        verdict_words,
        verdict_words,
        "the verdict of the one test; 'yes at first': not any more when p is multiplied by all uses of the test span "
        "until now; 'not shown' does not mean that it cannot",
        True,
    ),
    SweepColumn(
        "validation %",
        6,
        lambda sweep: _share(_validation_skill(sweep)),
        _validation_skill,
        "the winner's skill on validation, where it was chosen: by how much its error (RMSE, the root of the mean "
        "squared error) is lower than that of naive, which forecasts that the price stays what it last was",
    ),
    SweepColumn(
        "test %",
        3,
        _percent_of("verdict", "skill"),
        _number_of("verdict", "skill"),
        "its skill on the test span, which no choice has seen: below 0 it is worse than naive",
    ),
    SweepColumn(
        "interval",
        8,
        lambda sweep: " to ".join(map(_share, interval_ends(sweep))),
        lambda sweep: interval_ends(sweep)[0] if interval_ends(sweep) else None,
        "where the skill on the test span lies, approximately, 9 times in 10 (with evaluation.alpha=0.05)",
    ),
    SweepColumn(
        "p",
        5,
        _p,
        _number_of("verdict", "p_value"),
        "how often a winner no better than naive would look so good by luck, multiplied by uses",
    ),
    SweepColumn(
        "uses",
        7,
        _uses,
        _number_of("verdict", "num_uses"),
        "sweeps that had used the test span when this one was judged, itself included",
    ),
    SweepColumn("winner", 4, _winner, _winner, "the configuration that was best on validation", True),
    SweepColumn(
        "question", 9, _question, _question, "the experiment that was asked for, and the settings it swept", True
    ),
    SweepColumn(
        "trials x seeds",
        10,
        _trials,
        lambda sweep: sweep.number("trials"),
        "configurations, and how often each was trained (x walk-forward folds); 'up to': those that could not be told "
        "apart got extra seeds",
    ),
    SweepColumn("seconds", 12, _seconds, lambda sweep: sweep.number("seconds", "total"), "from its command to its end"),
    SweepColumn("USD", 11, _cost, lambda sweep: sweep.number("usd"), "what the machine has cost meanwhile"),
    SweepColumn(
        "begun (UTC)", 13, lambda sweep: sweep.day, lambda sweep: sweep.begun, "when its command was given", True
    ),
)
"""In reading order."""


def filled(sweeps: Sequence[Finished]) -> list[SweepColumn]:
    """The columns in which any of the sweeps has something to say."""
    return [column for column in COLUMNS if any(column.text(sweep) for sweep in sweeps)]
