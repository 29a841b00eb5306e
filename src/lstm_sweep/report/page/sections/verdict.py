"""The top of the page: the verdict in plain words, and what it rests on."""

from dataclasses import dataclass
from typing import Any

from lstm_sweep.formats import counted, is_number, p_value, percent
from lstm_sweep.report.page.blocks import Facts, Notes
from lstm_sweep.report.page.forecasts import SIGNED
from lstm_sweep.report.page.material import Material
from lstm_sweep.report.page.sections.sentinels import sentinels

_HEADLINES = {
    "beats_naive": ("It beats naive", "good"),
    "not_shown": ("Nothing here is shown to beat naive", "warn"),
    "worse": ("It is worse than naive", "bad"),
    "too_few_windows": ("Too few windows for a verdict", "plain"),
}
_NO_VERDICT = ("No verdict", "plain")

_FINDINGS = {"beats_naive": "beats naive", "not_shown": "shown to beat naive", "worse": "orse than naive"}
"""What the sentence of a verdict says before its first colon."""

_PLAUSIBLE = 0.2
"""Skill above which nobody forecasts prices."""

_WINNER, _SKILL, _P, _SPAN = "Winner, chosen on validation", "Skill on the test span", "p-value", "Test span"
_SEEDS, _TRIED, _REACH = "Seeds above naive", "Configurations tried", "Least skill that would be found"
_PRICE = "Skill in units of the price"

_MEANINGS = {
    _WINNER: "The configuration with the lowest error on the validation span; the test span took no part in it.",
    _SKILL: "By how much its error is smaller than naive's: 0 is as good as naive, below 0 is worse. The error is the "
    "root mean squared one (RMSE).",
    _P: "How often chance alone would look this good if it were no better than naive; below {alpha:g} counts as shown.",
    _SPAN: "The end of the data, kept for this one judgement; a window is one forecast.",
    _SEEDS: "Of trainings that differ in their random initial weights alone, those that are better than naive.",
    _TRIED: "The best of many looks good by luck: that is why it is judged on a span on which it was not chosen.",
    _REACH: "A true skill of this size would be shown 4 times in 5; smaller ones mostly stay unseen in so few windows.",
    _PRICE: "The same with errors that are not divided by the last price, so that high prices count more.",
}


@dataclass(frozen=True)
class Scale:
    """The skill on a line, in percent of its length.

    Attributes:
        zero: where naive stands.
        dot: where the winner stands.
        start: lower end of the interval, or of nothing where there is none.
        stop: upper end of it.
        reach: from where on a skill would be found, or None where that is off the line.
        skill: the winner's, in words.
        interval: in words, or empty where there is none.
        found: the skill that would be found, in words.
    """

    zero: float
    dot: float
    start: float
    stop: float
    reach: float | None
    skill: str
    interval: str
    found: str


@dataclass(frozen=True)
class Opening:
    """The top of the page.

    Attributes:
        headline: the verdict in a few words.
        tone: good, warn, bad or plain.
        sentence: the verdict as it is on disk, without what the headline says already.
        scale: the skill on a line, or None where there is none.
        facts: the numbers it rests on.
        checks: what else was looked at.
    """

    headline: str
    tone: str
    sentence: str
    scale: Scale | None
    facts: Facts
    checks: Notes


def opening(material: Material) -> Opening:
    """The verdict of a sweep; whatever was not settled is not mentioned."""
    verdict = material.told("verdict") or {}
    headline, tone = _headline(material, verdict)
    sentence = verdict.get("sentence") or "summary.json holds no verdict."
    if tone != _NO_VERDICT[1]:
        headline, sentence = _without_finding(headline, sentence, _FINDINGS.get(str(verdict.get("conclusion")), ""))
    return Opening(headline, tone, sentence, _scale(verdict), _facts(material, verdict), sentinels(material))


def _headline(material: Material, verdict: dict[str, Any]) -> tuple[str, str]:
    if material.told("diagnostics", "leakage", "passed") is False:
        return "No verdict: the future leaks", "bad"
    conclusion = str(verdict.get("conclusion"))
    if conclusion == "beats_naive" and not verdict.get("beats_naive"):
        return _NO_VERDICT
    return _HEADLINES.get(conclusion, _NO_VERDICT)


def _without_finding(headline: str, sentence: str, finding: str) -> tuple[str, str]:
    """The finding of a sentence as the headline, and its numbers, where it has the form 'finding: numbers'."""
    start, colon, rest = sentence.partition(f"{finding}: ")
    if not finding or not colon or headline.startswith("No verdict"):
        return headline, sentence
    return start + finding, rest[:1].upper() + rest[1:]


def _scale(verdict: dict[str, Any]) -> Scale | None:
    skill, reach = verdict.get("skill"), verdict.get("detectable_skill")
    if not is_number(skill):
        return None
    low, high = _interval(verdict) or (skill, skill)
    detectable = [reach] if is_number(reach) and reach < 1 else []
    ends = [0.0, skill, low, high, *detectable]
    margin = 0.08 * (max(ends) - min(ends)) or 0.01
    first, width = min(ends) - margin, max(ends) - min(ends) + 2 * margin
    zero, dot, start, stop, *end = (
        round(100 * (end - first) / width, 2) for end in (0.0, skill, low, high, *detectable)
    )
    interval = f"{percent(low)} to {percent(high)}" if low < high else ""
    found = percent(reach, sign="-")
    return Scale(zero, dot, start, stop, end[0] if end else None, percent(skill), interval, found)


def _interval(verdict: dict[str, Any]) -> tuple[float, float] | None:
    interval = verdict.get("interval")
    if not isinstance(interval, list | tuple) or len(interval) != 2 or not all(map(is_number, interval)):
        return None
    return interval[0], interval[1]


def _facts(material: Material, verdict: dict[str, Any]) -> Facts:
    pairs = [
        (_WINNER, material.described(material.winner) if material.winner else ""),
        (_SKILL, _skill(material, verdict)),
        (_P, p_value(verdict.get("p_value")) if is_number(verdict.get("p_value")) else ""),
        (_SPAN, _span(material)),
        (_SEEDS, _part(verdict, "num_seeds_above", "num_seeds")),
        (_TRIED, _tried(verdict)),
        ("Ended early", material.told("stopped") or ""),
        (_REACH, _reach(verdict)),
        ("Errors", SIGNED if material.is_signed else ""),
        (_PRICE, _price_skill(material, verdict)),
    ]
    meanings = {name: meaning.format(alpha=material.alpha) for name, meaning in _MEANINGS.items()}
    return Facts([(name, text) for name, text in pairs if text], meanings)


def _skill(material: Material, verdict: dict[str, Any]) -> str:
    if not is_number(verdict.get("skill")):
        return ""
    interval = _interval(verdict)
    coverage = f"{100 * (1 - 2 * material.alpha):g} %"
    ends = f" (about {coverage} between {percent(interval[0])} and {percent(interval[1])})" if interval else ""
    return percent(verdict["skill"]) + ends


def _price_skill(material: Material, verdict: dict[str, Any]) -> str:
    """Empty for a signed series, too: its errors are in units of the price anyway."""
    is_told = is_number(verdict.get("price_skill")) and not material.is_signed
    return percent(verdict["price_skill"]) if is_told else ""


def _span(material: Material) -> str:
    test = material.told("test")
    if not test:
        return ""
    return f"{test['first_target'][:10]} to {test['last_target'][:10]}, {counted(test['windows'], 'window')}"


def _part(verdict: dict[str, Any], some: str, whole: str) -> str:
    return f"{verdict[some]} of {verdict[whole]}" if some in verdict and whole in verdict else ""


def _tried(verdict: dict[str, Any]) -> str:
    if "num_configurations" not in verdict:
        return ""
    lost = verdict.get("num_diverged") or 0
    return f"{verdict['num_configurations']:,}" + (f", {lost} of them diverged or failed" if lost else "")


def _reach(verdict: dict[str, Any]) -> str:
    reach = verdict.get("detectable_skill")
    if not is_number(reach) or reach >= 1:
        return ""
    hopeless = "; too few windows, for no forecast of prices is that good" if reach > _PLAUSIBLE else ""
    return f"{percent(reach, sign='-')}, 4 times in 5{hopeless}"
