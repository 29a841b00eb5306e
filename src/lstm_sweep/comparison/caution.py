"""Many sweeps on one test span: how much a small p is worth then, in plain words."""

from collections.abc import Sequence
from pathlib import Path

from lstm_sweep.comparison.groups import DataGroup
from lstm_sweep.comparison.kinds import Finished
from lstm_sweep.evaluation.ledger import TestUse, read_uses, shares_targets
from lstm_sweep.formats import p_value

_MOST_NAMED = 5
"""Sweeps whose p a remark gives."""


def cautions(sweeps: Path, groups: Sequence[DataGroup]) -> list[str]:
    """One remark for every group of sweeps of which a test span was used by more than one.

    A verdict multiplies p by the uses up to then (docs/verdict.md): the p of an early sweep knows nothing of the later
    ones. A remark multiplies it by all uses.

    Args:
        sweeps: the folder of all sweeps, whose ledger is read.
        groups: what is compared.
    """
    ledger = read_uses(sweeps)
    remarks = []
    for group in groups:
        judged = [sweep for sweep in group.sweeps if sweep.number("verdict", "skill") is not None]
        uses = {sweep.name: all_uses(sweep, judged, ledger) for sweep in judged}
        if max(uses.values(), default=1) > 1:
            remarks.append(_remark(group, uses))
    return remarks


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


def _remark(group: DataGroup, uses: dict[str, int]) -> str:
    most = max(uses.values())
    return (
        f"{most} sweeps have used this test span ({group.title}), and whoever looks often finds something by luck."
        f"{_corrected(group, uses)} Choose between sweeps by their skill on validation, and confirm the choice on "
        "prices that none of them has seen."
    )


def _corrected(group: DataGroup, uses: dict[str, int]) -> str:
    """What is left of verdicts that a sweep beats naive, or nothing where there is none."""
    found = []
    for sweep in group.sweeps:
        p, alpha = sweep.number("verdict", "p_value"), sweep.number("verdict", "alpha") or 0.05
        if p is not None and sweep.told("verdict", "beats_naive") is True:
            corrected = min(1.0, p / sweep.uses * uses[sweep.name])
            lost = f", no longer below {alpha:g}" if corrected >= alpha else ""
            found.append((corrected, f"{p_value(corrected)} for {sweep.name}{lost}"))
    named = [text for _, text in sorted(found)[:_MOST_NAMED]]
    more = f"; {len(found) - len(named)} more beat naive" if len(found) > len(named) else ""
    return f" Multiplied by all uses, not only by those up to its verdict: {'; '.join(named)}{more}." if named else ""
