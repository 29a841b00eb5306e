"""The real commands over retraining and promotion: what was live is made again, and nothing waits for a training."""

import signal
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from lstm_sweep.live.record.lines import CHALLENGER, CHAMPION, EventLine, ForecastLine, Line, VersionLine
from tests.commands import wait_for
from tests.live.served import MODEL, client_of, journal_of, promoted, replayed, served

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

PREDICTABLE = ("data=synthetic", "data.process=predictable", "windows.lags=5")
SMALL = (*PREDICTABLE, "data.length=2400", "model.units=4", "training.epochs=1", "seeds=1")
"""Its test span has 360 bars."""

LONG = (*PREDICTABLE, "data.length=6000", "seeds=1")
BAD = (*LONG, "model.units=1", "training.epochs=1", "training.learning_rate=1e-6")
GOOD = (*LONG, "model.units=8", "training.epochs=20", "training.learning_rate=0.01")

Kind = TypeVar("Kind", bound=Line)


def of(kind: type[Kind], lines: list[Line]) -> list[Kind]:
    return [line for line in lines if isinstance(line, kind)]


def forecasts_by(role: str, version: str, lines: list[Line]) -> int:
    """How many; of any version where that is empty."""
    return sum(line.role == role and version in ("", line.version) for line in of(ForecastLine, lines))


def trained_meanwhile(lines: list[Line]) -> list[ForecastLine]:
    """Forecasts that were made while a retraining was under way that began and ended in one process."""
    found: list[ForecastLine] = []
    since: list[ForecastLine] | None = None
    for line in lines:
        if isinstance(line, EventLine) and line.text.startswith("retraining began"):
            since = []
        elif isinstance(line, EventLine) and line.text.startswith("retraining ended"):
            found, since = found + (since or []), None
        elif isinstance(line, ForecastLine) and since is not None:
            since.append(line)
    return found


def test_live_is_made_again_to_the_bit_over_retraining_a_kill_and_a_promotion(tmp_path: Path) -> None:
    promoted(tmp_path, 1, sweep=SMALL)
    client = client_of(tmp_path)
    typed = (f"model={MODEL}", "live.replay=0.5", "live.alias_seconds=0.5", "live.retrain=20d")

    def journal(holds: Callable[[list[Line]], bool], seconds: float = 300) -> None:
        wait_for(lambda: holds(journal_of(tmp_path)), seconds)

    with served(tmp_path, *typed) as site:
        journal(lambda lines: forecasts_by(CHALLENGER, "2", lines) >= 5)
        site.process.send_signal(signal.SIGKILL)
        site.process.wait()
    with served(tmp_path, *typed) as site:
        known = forecasts_by(CHALLENGER, "", journal_of(tmp_path))  # the retraining goes on, and may have replaced 2
        journal(lambda lines: forecasts_by(CHALLENGER, "", lines) >= known + 3)
        client.set_registered_model_alias(MODEL, CHAMPION, "2")
        journal(lambda lines: forecasts_by(CHAMPION, "2", lines) >= 3)
        journal(lambda lines: forecasts_by(CHALLENGER, "3", lines) >= 3)
        assert site.end(signal.SIGTERM) == (0, "")
    with served(tmp_path, *typed, "live.retrain=300d") as site:  # the series goes on where the first process read it
        known = forecasts_by(CHAMPION, "2", journal_of(tmp_path))
        journal(lambda lines: forecasts_by(CHAMPION, "2", lines) >= known + 3)
        assert site.end(signal.SIGTERM) == (0, "")
    lines = journal_of(tmp_path)
    assert {line.version for line in of(ForecastLine, lines)} >= {"1", "2", "3"}
    assert not any("failed" in line.text or "could not" in line.text for line in of(EventLine, lines))
    meanwhile = trained_meanwhile(lines)
    assert len(meanwhile) > 10
    assert [line for line in meanwhile if line.late] == []
    for number in ("2", "3"):
        assert client.get_model_version(MODEL, number).tags["retrains"].startswith(f"{MODEL}/")
    replayed(tmp_path)


def test_a_better_challenger_is_promoted_on_the_word_of_the_test_and_a_worse_one_is_not(tmp_path: Path) -> None:
    promoted(tmp_path, 1, sweep=BAD)
    promoted(tmp_path, 2, sweep=GOOD)
    client = client_of(tmp_path)
    assert {alias: str(number) for alias, number in client.get_registered_model(MODEL).aliases.items()} == {
        CHAMPION: "1",
        CHALLENGER: "2",
    }
    typed = (f"model={MODEL}", "live.replay=0", "live.alias_seconds=0.2", "live.promote=auto")

    def promotions() -> list[VersionLine]:
        return [line for line in of(VersionLine, journal_of(tmp_path)) if "better" in line.why]

    with served(tmp_path, *typed) as site:
        wait_for(lambda: bool(promotions()) or site.ask("/predict").json["state"] == "ended", 400)
        assert [(line.role, line.version) for line in promotions()] == [(CHAMPION, "2")]
        assert {alias: str(number) for alias, number in client.get_registered_model(MODEL).aliases.items()} == {
            CHAMPION: "2"
        }
        client.set_registered_model_alias(MODEL, CHALLENGER, "1")
        wait_for(lambda: site.ask("/predict").json["state"] == "ended", 400)
        assert forecasts_by(CHALLENGER, "1", journal_of(tmp_path)) > 50
        status, errors = site.end(signal.SIGTERM)
        assert (status, errors.count("\n"), errors[:7]) == (0, 1, "ended: "), errors
    assert len(promotions()) == 1
    assert client.get_registered_model(MODEL).aliases[CHAMPION] in (2, "2")
    begun = [(line.role, line.version, line.why) for line in of(VersionLine, journal_of(tmp_path))]
    assert begun == [
        (CHAMPION, "1", "the process begins"),
        (CHALLENGER, "2", "as the registry says"),
        (CHAMPION, "2", "shown to be better than the champion"),
        (CHALLENGER, "", "it is the champion now"),
        (CHALLENGER, "1", "as the registry says"),
    ]
    replayed(tmp_path)
