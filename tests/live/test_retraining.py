"""Which bars a retraining takes, from which weights, and what is known of what comes of it."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstm_sweep.cli.composition.compose import compose_settings
from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError
from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.forecaster import Forecaster
from lstm_sweep.live.challenger import retrained_facts
from lstm_sweep.live.path import forecast_path
from lstm_sweep.live.retraining import (
    forecaster_digest,
    keep_forecaster,
    retraining_key,
    settings_to_train,
    stretched,
    sweep_name,
    upto,
)
from lstm_sweep.live.settings import settings_of
from lstm_sweep.live.winner import SweepWinner, WinnerFacts, find_winner
from lstm_sweep.windows.spans import split
from tests.configs import compose_config
from tests.examples import make_series, make_windows
from tests.small_search import SERIES, Concluded, conclude_in

FRACTIONS = {"train": 0.7, "validation": 0.15, "test": 0.15}


def rows(series: Series, span: list[str]) -> list[int]:
    """Rows of a span, one by one."""
    first, last = map(np.datetime64, span)
    return [row for row, time in enumerate(series.timestamps) if first <= time <= last]


@pytest.mark.parametrize(("bars", "share", "kept"), [(300, 0.15, 45), (301, 0.1, 30), (40, 0.5, 20), (1000, 0.02, 20)])
def test_the_newest_share_is_kept_and_all_before_it_is_trained_on(bars: int, share: float, kept: int) -> None:
    series = make_series(bars)
    spans = stretched(series, FRACTIONS, share)
    assert rows(series, spans["validation"]) == list(range(bars - kept, bars))
    assert rows(series, spans["train"]) == list(range(bars - kept))
    assert spans["test"] is None
    found = split(series, make_windows(**spans))
    assert (found.train.stop, found.validation.stop, found.test.stop) == (bars - kept, bars, bars)
    assert found.test.start == found.test.stop


def test_training_begins_where_that_of_the_winner_did() -> None:
    series = make_series(100)
    by_days = {"train": ["2020-01-11", "2020-02-10"], "validation": ["2020-02-11"] * 2, "test": ["2020-03-01"] * 2}
    spans = stretched(series, by_days, 0.1)
    assert rows(series, spans["train"]) == list(range(10, 91))
    assert rows(series, spans["validation"]) == list(range(91, 100))


@pytest.mark.parametrize(("begin", "share"), [("2030-01-01", 0.15), ("2020-04-09", 0.15), ("2020-01-01", 0.001)])
def test_bars_that_leave_nothing_to_train_on_or_to_keep_are_refused(begin: str, share: float) -> None:
    with pytest.raises(UserError, match="bring more data"):
        stretched(make_series(100), {"train": [begin, "2031-01-01"]}, share)


def test_the_settings_of_a_winner_are_those_of_its_sweep_with_its_values() -> None:
    config = compose_config("model.units=7", "training.patience=3", "data=synthetic", "seeds=2", "runner=sequential")
    plain = {name: getattr(config, name) for name in ("seed", "seeds")}
    plain |= {name: asdict(getattr(config, name)) for name in ("windows", "model", "training", "runner")}
    composed = compose_settings(["data=synthetic", *settings_to_train(plain, ())])
    for name in ("seed", "seeds", "windows", "model", "training", "runner", "data"):
        assert getattr(composed, name) == getattr(config, name), name
    assert (composed.evaluation.test, composed.evaluation.folds, composed.tuner.oracle) == (False, 1, "grid")


def test_what_a_winner_remembers_has_its_values_in_the_place_of_the_settings(
    folder: Path, concluded: Concluded, search: EndedSearch
) -> None:
    facts = WinnerFacts.of_sweep(folder)
    config = search.config
    expected: dict[str, Any] = {name: getattr(config, name) for name in ("seed", "seeds")}
    expected |= {name: asdict(getattr(config, name)) for name in ("windows", "model", "training", "runner")}
    for path, value in facts.values.items():
        section, name = path.split(".")
        expected[section][name] = value
    assert facts.settings == settings_of(folder, facts.values, facts.fit) == json.loads(json.dumps(expected))
    assert WinnerFacts.read(facts.written()) == facts
    last_validated = split(SERIES, config.windows).validation.stop - 1
    assert np.datetime64(facts.trained_until) == SERIES.timestamps[last_validated]


def test_facts_of_an_older_version_are_read_and_say_that_settings_are_not_known(
    folder: Path, concluded: Concluded
) -> None:
    plain = json.loads(WinnerFacts.of_sweep(folder).written())
    older = {name: value for name, value in plain.items() if name not in ("settings", "trained_until", "retrains")}
    assert WinnerFacts.read(json.dumps(older)).settings == {}


def test_a_key_follows_from_what_numbers_follow_from_and_from_nothing_else() -> None:
    def key(*overrides: str, series: Series | None = None, init: Forecaster | None = None) -> str:
        return retraining_key(
            compose_config("data=csv", "data.path=a.csv", *overrides), series or make_series(60), init
        )

    same = [key("name=other"), key("data.path=b.csv"), key("tracking.uri=null"), key("training.init=elsewhere")]
    assert set(same) == {key()}
    others = [key("model.units=3"), key("seeds=2"), key("seed=1"), key("windows.validation=0.1", "windows.test=0.2")]
    others += [key(series=make_series(61)), key("training.epochs=2")]
    assert len({key(), *others}) == 1 + len(others)


def test_weights_and_scaler_are_content_of_what_training_goes_on_from(
    folder: Path, concluded: Concluded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    network = find_winner(folder, "median").members[0]
    first = (network.weights[0] + np.float32(1e-3), *network.weights[1:])
    scaler = replace(network.scaler, factor=network.scaler.factor * 2)
    others = [network, replace(network, weights=first), replace(network, scaler=scaler)]
    assert len({forecaster_digest(each) for each in others}) == 3
    config = compose_config()
    assert len({retraining_key(config, make_series(60), each) for each in [None, *others]}) == 4
    places = [keep_forecaster(each) for each in [*others, *others]]
    assert len(set(places)) == 3
    assert forecaster_digest(Forecaster.load(places[1])) == forecaster_digest(others[1])


@pytest.mark.parametrize("model", ["btc", "btc 1d", "größe", "...", "x" * 200, "a+b*c"])
def test_any_model_has_a_sweep_with_a_name_that_a_folder_can_have(model: str) -> None:
    series = make_series(31)
    name = sweep_name(model, series, "0123456789abcdef", timed=True)
    assert compose_config(f"name={name}").name == name
    assert name.endswith("-until-2020-01-31-01234567")
    assert "-31-bars-" in sweep_name(model, series, "0123456789abcdef", timed=False).replace("until-", "")


@pytest.fixture
def retrained(folder: Path, concluded: Concluded, search: EndedSearch, tmp_path: Path) -> Path:
    """A sweep that was not tested, as a retraining is not."""
    conclude_in(tmp_path / "anew", search, test=False)
    return tmp_path / "anew"


def test_what_is_known_of_a_retrained_network_says_what_has_judged_it_and_what_has_not(
    folder: Path, retrained: Path
) -> None:
    began = WinnerFacts.of_sweep(folder)
    own = WinnerFacts.of_sweep(retrained)
    facts = retrained_facts(retrained, began, "btc version 1", goes_on=False)
    assert facts.verdict.startswith(began.verdict)
    assert "nothing has judged them" in facts.verdict
    assert f"sweep {began.sweep}" in facts.verdict
    assert (facts.values, facts.settings, facts.is_copy) == (began.values, began.settings, began.is_copy)
    assert (facts.sweep, facts.fit, facts.digest) == (own.sweep, own.fit, own.digest)
    assert (facts.shown_until, facts.unseen_from, facts.retrains) == (None, own.unseen_from, "btc version 1")
    assert np.isnan(facts.skill)
    again = retrained_facts(retrained, facts, "btc version 2", goes_on=False)
    assert again.verdict == facts.verdict


def test_weights_that_go_on_have_seen_what_they_saw_before(folder: Path, retrained: Path) -> None:
    began, own = WinnerFacts.of_sweep(folder), WinnerFacts.of_sweep(retrained)
    assert np.datetime64(began.unseen_from) > np.datetime64(own.unseen_from)
    assert retrained_facts(retrained, began, "btc version 1", goes_on=True).unseen_from == began.unseen_from
    earlier = replace(began, unseen_from="2020-01-01T00:00:00")
    assert retrained_facts(retrained, earlier, "btc version 1", goes_on=True).unseen_from == own.unseen_from


def test_intervals_of_a_retrained_network_say_that_it_was_chosen_by_their_errors(folder: Path, retrained: Path) -> None:
    winner = find_winner(retrained, "median")
    facts = retrained_facts(
        retrained, replace(WinnerFacts.of_sweep(folder), is_copy=True), "btc version 1", goes_on=False
    )
    notes = " ".join(forecast_path(SweepWinner(facts, winner.members), SERIES, 1, 0.9).notes)
    assert "on validation, where the model was chosen, so that they are narrow" in notes
    assert "btc version 1, which this one retrains, did little else than copy" in notes
    unseen = replace(facts, unseen_from=str(SERIES.timestamps[-55]))
    later = replace(unseen, trained_until=str(SERIES.timestamps[-60]), retrains="btc version 1")
    assert "narrow" not in " ".join(forecast_path(SweepWinner(later, winner.members), SERIES, 1, 0.9).notes)


@pytest.mark.parametrize(
    ("until", "bars"),
    [("2020-02-10", 41), ("2020-02-10T00:00:00", 41), ("2020-02-09T23:59:59", 40), ("2030-01-01", 60)],
)
def test_bars_after_a_time_are_left_out(until: str, bars: int) -> None:
    series = make_series(60)
    found = upto(series, until)
    assert rows(found, ["2000-01-01", "2040-01-01"]) == list(range(bars))
    assert found.values.tolist() == series.values[:bars].tolist()
    assert all(len(each) == bars for each in found.covariates.values())


@pytest.mark.parametrize(("until", "said"), [("2019-12-31", "choose a later time"), ("then", "write it like")])
def test_a_time_that_leaves_no_bar_is_refused(until: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        upto(make_series(60), until)
