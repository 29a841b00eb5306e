"""What speaks against a winner, and what is kept with its model."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import lstm_sweep.live.winner
from lstm_sweep.errors import UserError
from lstm_sweep.live.promotion import FACTS, promotion, reasons_against
from lstm_sweep.live.winner import WinnerFacts
from tests.small_search import Concluded


@pytest.fixture(autouse=True)
def sound_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """The network of the example is a little worse than naive; what else speaks against it is tested one by one."""
    monkeypatch.setattr(lstm_sweep.live.winner, "_skill", lambda *of: 0.01)


def changed(folder: Path, to: Path, **changes: Any) -> Path:
    """A copy of a finished sweep whose summary says something else."""
    shutil.copytree(folder, to)
    summary = json.loads((to / "summary.json").read_text())
    sound = {"verdict": summary["verdict"] | {"skill": 0.02}}
    sound["diagnostics"] = summary["diagnostics"] | {"copycat": {"fires": False}, "leakage": {"passed": True}}
    (to / "summary.json").write_text(json.dumps(summary | sound | changes))
    return to


def test_a_sound_winner_is_promoted_with_what_is_known_of_it(
    folder: Path, concluded: Concluded, tmp_path: Path
) -> None:
    sweep = changed(folder, tmp_path / "sound")
    promoted = promotion(sweep, force=False)
    assert promoted.tags["verdict"] == concluded[1].tags["verdict"]
    assert WinnerFacts.read(promoted.tags[FACTS]) == promoted.facts == WinnerFacts.of_sweep(sweep)
    assert "forced" not in promoted.tags


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"diagnostics": {"copycat": {"fires": True}, "leakage": {"passed": True}}}, "copies the last price"),
        ({"diagnostics": {"copycat": {"fires": False}, "leakage": {"passed": False}}}, "know the future"),
        ({"verdict": {"skill": -0.001, "sentence": "."}}, "above that of naive"),
        ({"test": None, "diagnostics": None, "verdict": {"sentence": "."}}, "never judged"),
    ],
)
def test_what_speaks_against_a_winner_is_said_and_borne_where_it_is_overruled(
    folder: Path, concluded: Concluded, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    sweep = changed(folder, tmp_path / "other", **changes)
    (reason,) = reasons_against(sweep, skill=0.01)
    assert said in reason
    with pytest.raises(UserError, match="force=true"):
        promotion(sweep, force=False)
    forced = promotion(sweep, force=True)
    assert forced.tags["forced"] == reason


def test_a_network_that_is_worse_than_naive_is_refused_where_its_trial_is_not(
    folder: Path, concluded: Concluded, tmp_path: Path
) -> None:
    (reason,) = reasons_against(changed(folder, tmp_path / "sound"), skill=-0.085)
    assert "median seed" in reason
    assert "-8.50 %" in reason
