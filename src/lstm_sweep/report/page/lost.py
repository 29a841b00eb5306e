"""Trials without a score, which figures of skill cannot draw, in words."""

from collections.abc import Sequence
from typing import Any

from lstm_sweep.formats import counted, short_setting
from lstm_sweep.report.page.material import Material
from lstm_sweep.report.page.ranges import sweep_of
from lstm_sweep.report.page.trials import completed
from lstm_sweep.trials.label import setting_text

_MOST_VALUES = 5


def lost_note(material: Material) -> str:
    """A sentence about the trials that did not complete, and the values that are gone with them; empty without any."""
    drawn = {dot.trial for dot in completed(material)}
    rows = [row for row in material.board if row["trial"] not in drawn]
    if not rows:
        return ""
    ends = " or ".join(sorted({row["status"] for row in rows} - {"completed"})) or "did not complete"
    if len(rows) == 1:
        return f"1 trial that {ends} is not drawn ({material.label(rows[0]['trial'])})."
    gone, left = ([material.values(trial) for trial in trials] for trials in ([row["trial"] for row in rows], drawn))
    found = [words for path in material.swept if (words := _of_setting(material, path, gone, left))]
    return f"{counted(len(rows), 'trial')} that {ends} are not drawn{': ' if found else ''}{'; '.join(found)}."


def _of_setting(material: Material, path: str, gone: Sequence[dict[str, Any]], left: Sequence[dict[str, Any]]) -> str:
    """What the lost trials have in common, or which values no other trial has; empty where there is neither."""
    name = path.rpartition(".")[2]
    lost = {setting_text(each[path]): each[path] for each in gone if path in each}
    known = {setting_text(each[path]) for each in left if path in each}
    if len(lost) == 1 and all(path in each for each in gone) and known != set(lost):
        return f"{name}={_words(lost.values())} in all of them" + ("" if known & set(lost) else " and in no other")
    missing = [value for text, value in lost.items() if text not in known]
    if isinstance(sweep_of(material, path), dict) or not 0 < len(missing) <= _MOST_VALUES:
        return ""
    return f"none with {name}={_words(missing)} completed"


def _words(values: Any) -> str:
    return " or ".join(map(short_setting, values))
