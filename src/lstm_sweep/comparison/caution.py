"""Many sweeps on one test span: how much a small p is worth then, in plain words."""

from collections.abc import Sequence
from dataclasses import replace

from lstm_sweep.comparison.groups import DataGroup
from lstm_sweep.comparison.kinds import Finished
from lstm_sweep.evaluation.ledger import TestUse, shares_targets
from lstm_sweep.formats import p_value

_MOST_NAMED = 5
"""Sweeps that a remark names."""


def with_all_uses(sweeps: Sequence[Finished], ledger: Sequence[TestUse]) -> list[Finished]:
    """Sweeps that know how often their test span was used until now.

    A verdict multiplies p by the uses up to then (docs/verdict.md): the p of an early sweep knows nothing of the later
    ones.

    Args:
        sweeps: finished ones.
        ledger: of all sweeps beside them.
    """
    judged: dict[str, list[Finished]] = {}
    for sweep in sweeps:
        if sweep.number("verdict", "skill") is not None:
            judged.setdefault(sweep.digest, []).append(sweep)
    by_name = {one.name: all_uses(one, group, ledger) for group in judged.values() for one in group}
    return [replace(sweep, all_uses=by_name.get(sweep.name, 1)) for sweep in sweeps]


def cautions(groups: Sequence[DataGroup]) -> list[str]:
    """One remark for every group of sweeps of which a test span was used by more than one."""
    return [_remark(group) for group in groups if max(sweep.all_uses for sweep in group.sweeps) > 1]


def all_uses(sweep: Finished, others: Sequence[Finished], ledger: Sequence[TestUse]) -> int:
    """How many different sweeps have used the test span of `sweep` until now.

    Args:
        sweep: judged.
        others: that were judged on the same prices, `sweep` among them.
        ledger: what was written down, of sweeps that are gone too; where it is lost, different settings count.
    """
    own = [use for use in ledger if use.sweep == sweep.name and use.data == sweep.digest]
    first, last = _span(sweep)
    sharing = [each for each in others if _span(each)[0] <= last and first <= _span(each)[1]]
    written = {each.config for each in ledger if own and shares_targets(each, own[-1])}
    counted = written or {repr(sorted(each.settings.items())) for each in sharing}
    return max(len(counted), *(each.uses for each in sharing))


def _span(sweep: Finished) -> tuple[str, str]:
    return str(sweep.told("test", "first_target") or ""), str(sweep.told("test", "last_target") or "9999")


def _remark(group: DataGroup) -> str:
    most = max(sweep.all_uses for sweep in group.sweeps)
    return (
        f"{most} sweeps have used this test span ({group.title}), and whoever looks often finds something by luck."
        f"{_corrected(group)} Choose between sweeps by their skill on validation, and confirm the choice on prices "
        "that none of them has seen."
    )


def _corrected(group: DataGroup) -> str:
    """What is left of verdicts that a sweep beats naive, or nothing where there is none."""
    lost = [sweep for sweep in group.sweeps if sweep.beats_naive and not sweep.holds]
    kept = [sweep for sweep in group.sweeps if sweep.beats_naive and sweep.holds]
    if not lost + kept:
        return ""
    said = [f"no longer below {lost[0].alpha:g} for {_named(lost)}"] if lost else []
    said += [f"still below {kept[0].alpha:g} for {_named(kept)}"] if kept else []
    return f" Multiplied by all uses, not only by those up to its verdict, p is {' and '.join(said)}."


def _named(sweeps: Sequence[Finished]) -> str:
    """The strongest first, each with its p."""
    ordered = sorted(sweeps, key=lambda sweep: (sweep.corrected_p or 0.0, sweep.name))
    names = [f"{sweep.name} ({p_value(sweep.corrected_p)})" for sweep in ordered[:_MOST_NAMED]]
    more = [f"{len(ordered) - _MOST_NAMED} more"] if len(ordered) > _MOST_NAMED else []
    return ", ".join(names + more)
