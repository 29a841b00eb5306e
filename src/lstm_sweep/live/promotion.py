"""May the winner of a sweep be put to use? What speaks against it, and what is kept with its model."""

import json
from dataclasses import dataclass
from pathlib import Path

from lstm_sweep.errors import require
from lstm_sweep.formats import signed_percent
from lstm_sweep.live.winner import WinnerFacts

FACTS = "winner"
"""Tag of a registered version that holds `WinnerFacts`."""

FORCED = "forced"
"""Tag of a registered version that says what was overruled."""


@dataclass(frozen=True)
class Promotion:
    """What is registered.

    Attributes:
        facts: of the winner.
        tags: of its version.
    """

    facts: WinnerFacts
    tags: dict[str, str]


def promotion(folder: Path, force: bool) -> Promotion:
    """What to register of a finished sweep.

    Args:
        folder: sweeps/<name>/.
        force: whether to do so whatever speaks against it.

    Raises:
        UserError: where no trial completed, or something speaks against the winner that is not overruled.
    """
    facts = WinnerFacts.of_sweep(folder)
    against = reasons_against(folder, facts.skill)
    require(
        force or not against,
        f"the winner of {folder.name} must be worth using, but {'; '.join(against)}: add force=true to promote it "
        "nevertheless, which its model will bear as a tag.",
    )
    return Promotion(facts, tags_of(facts, "; ".join(against)))


def tags_of(facts: WinnerFacts, forced: str) -> dict[str, str]:
    """Tags of the version of a winner; `forced` is what was overruled, or empty."""
    known = {
        "sweep": facts.sweep,
        "trial": facts.trial,
        "verdict": facts.verdict,
        "data_digest": facts.digest,
        "unseen_from": facts.unseen_from,
        "trained_until": facts.trained_until,
        FACTS: facts.written(),
    }
    return known | ({FORCED: forced} if forced else {})


def reasons_against(folder: Path, skill: float) -> tuple[str, ...]:
    """Why the winner of a finished sweep should not be used, as ends of a sentence; none where nothing speaks so.

    Args:
        folder: of the sweep.
        skill: of the network that would be kept, on the test span.
    """
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    diagnostics, verdict = summary["diagnostics"] or {}, summary["verdict"]
    found = []
    if (diagnostics.get("copycat") or {}).get("fires"):
        found.append("it only copies the last price")
    if not (diagnostics.get("leakage") or {"passed": True})["passed"]:
        found.append("its forecasts know the future (a leak)")
    if (verdict.get("skill") or 0.0) < 0:
        found.append("its error on the test span is above that of naive")
    elif skill < 0:
        found.append(f"the network of the median seed has an error above that of naive ({signed_percent(skill)})")
    if summary["test"] is None:
        found.append("it was never judged (evaluation.test=false)")
    return tuple(found)
