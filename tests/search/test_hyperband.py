import itertools
import math
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras_tuner as kt
import pytest

from lstm_sweep.search.brackets import Rung, plan_brackets
from lstm_sweep.search.hyperband import HyperbandOracle
from lstm_sweep.search.oracles import Oracle, Proposal
from lstm_sweep.search.space import build_space
from lstm_sweep.search.translation import to_hyperparameters
from tests.configs import compose_config
from tests.search.playing import number_of, oracle_of, play

ENDLESS = "search.training.learning_rate={low: 1e-4, high: 1e-1, log: true}"
SPACE = build_space(compose_config("tuner=random", ENDLESS))
DIVERGED: dict[str, Any] = {
    "none": lambda proposal: False,
    "every second": lambda proposal: int(proposal.trial.trial_id) % 2 == 0,
    "most": lambda proposal: int(proposal.trial.trial_id) % 7 != 0,
    "all that go on": lambda proposal: proposal.parent_id is not None,
    "all": lambda proposal: True,
}


def settings_of(seed: int) -> dict[str, Any]:
    return {
        "objective": kt.Objective("score", "min"),
        "hyperparameters": to_hyperparameters(SPACE),
        "allow_new_entries": False,
        "tune_new_entries": False,
        "seed": seed,
    }


@pytest.mark.parametrize(("max_epochs", "factor"), [(3, 3), (9, 3), (20, 3), (8, 2), (10, 4)])
@pytest.mark.parametrize("batch", [1, 4, 7, 100])
def test_it_does_what_keras_tuner_does_with_keras_tuners_schedule(
    tmp_path: Path, max_epochs: int, factor: int, batch: int
) -> None:
    theirs = kt.oracles.HyperbandOracle(max_epochs=max_epochs, factor=factor, **settings_of(5))
    brackets = tuple(
        tuple(
            Rung(theirs._get_size(bracket, number), theirs._get_epochs(bracket, number))
            for number in range(bracket + 1)
        )
        for bracket in range(theirs._get_num_brackets() - 1, -1, -1)
    )
    ours = HyperbandOracle(brackets, settings_of(5))
    played = []
    for name, inner in (("theirs", theirs), ("ours", ours)):
        inner.verbose = 0
        inner._set_project_dir(str(tmp_path), name)
        played.append(play(Oracle(inner, SPACE, num_trials=10_000), number_of, batch))
    assert played[0] == played[1]


@pytest.mark.parametrize("diverged", DIVERGED)
@pytest.mark.parametrize("batch", [1, 5, 8])
@pytest.mark.parametrize("swept", [ENDLESS, "search.model.units=[1,2,3,4,5,6,7,8,9,10,11,12,13]"])
def test_the_best_of_each_rung_go_on_whatever_the_batch(tmp_path: Path, diverged: str, batch: int, swept: str) -> None:
    def score(proposal: Proposal) -> float:
        return math.nan if DIVERGED[diverged](proposal) else number_of(proposal)

    oracle = oracle_of(tmp_path, "tuner=hyperband", "training.epochs=27", swept)
    played = play(oracle, score, batch)
    rungs = rungs_of(played)
    parents = {proposal.parent_id for proposal in played}
    for bracket in plan_brackets(27, 3, 1, most_points=13 if "units" in swept else math.inf):
        assert len(rungs[bracket[0].epochs, bracket[0].epochs]) == bracket[0].num_trials
        for rung, above in itertools.pairwise(bracket):
            proposals = rungs[bracket[0].epochs, rung.epochs]
            finite = sorted((score(one), one.trial.trial_id) for one in proposals if not math.isnan(score(one)))
            gone_on = {one.trial.trial_id for one in proposals} & parents
            assert gone_on == {trial_id for _, trial_id in finite[: above.num_trials]}


def test_trial_that_goes_on_keeps_its_values_and_names_its_parent(tmp_path: Path) -> None:
    played = play(oracle_of(tmp_path, "tuner=hyperband", "training.epochs=9", ENDLESS), number_of)
    by_id = {proposal.trial.trial_id: proposal for proposal in played}
    children = [proposal for proposal in played if proposal.parent_id is not None]
    assert len(children) == len({proposal.parent_id for proposal in children}) == 5
    for child in children:
        parent = by_id[str(child.parent_id)]
        assert child.trial.values == parent.trial.values
        assert child.epochs is not None
        assert parent.epochs is not None
        assert child.epochs == 3 * parent.epochs


def test_finite_space_is_started_once_and_still_halved(tmp_path: Path) -> None:
    played = play(oracle_of(tmp_path, "+experiment=dropout", "tuner=hyperband", "training.epochs=27"), number_of)
    starts = [proposal.trial.values["model.dropout"] for proposal in played if proposal.parent_id is None]
    assert sorted(starts) == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]
    assert [proposal.epochs for proposal in played] == [1] * 6 + [3, 3, 9, 27]


def test_only_trials_that_is_promotable_are_said_to(tmp_path: Path) -> None:
    oracle = oracle_of(tmp_path, "tuner=hyperband", "training.epochs=9", ENDLESS)
    open_before: set[str] = set()
    told: list[str] = []
    while proposals := oracle.ask(3):
        assert {proposal.parent_id for proposal in proposals} - {None} <= open_before
        for proposal in proposals:
            oracle.tell(proposal.trial.trial_id, number_of(proposal))
            told.append(proposal.trial.trial_id)
        open_before = {trial_id for trial_id in told if oracle.is_promotable(trial_id)}
    assert open_before == set()


def rungs_of(played: Sequence[Proposal]) -> dict[tuple[int, int], list[Proposal]]:
    """Trials by the epochs of their first ancestor (which tells the bracket) and their own."""
    by_id = {proposal.trial.trial_id: proposal for proposal in played}
    rungs: dict[tuple[int, int], list[Proposal]] = defaultdict(list)
    for proposal in played:
        ancestor = proposal
        while ancestor.parent_id is not None:
            ancestor = by_id[ancestor.parent_id]
        rungs[int(ancestor.epochs or 0), int(proposal.epochs or 0)].append(proposal)
    return rungs
