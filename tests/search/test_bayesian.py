import math
from pathlib import Path

from lstm_sweep.search.oracles import Proposal
from tests.search.playing import oracle_of, play

SWEPT = (
    "tuner=bayesian",
    "search.model.dropout={low: 0.0, high: 0.9}",
    "search.training.learning_rate={low: 1e-4, high: 1e-1, log: true}",
)


def bowl(proposal: Proposal) -> float:
    """Least, 0, at a dropout of 0.3 and a learning rate of 0.01."""
    values = proposal.trial.values
    return (values["model.dropout"] - 0.3) ** 2 + math.log10(values["training.learning_rate"] / 0.01) ** 2 / 9


def test_later_trials_are_better_than_the_first_random_ones(tmp_path: Path) -> None:
    played = play(oracle_of(tmp_path, *SWEPT, "tuner.max_trials=14"), bowl, batch=2)
    scores = [bowl(proposal) for proposal in played]
    first, later = scores[:6], scores[6:]
    assert min(later) < min(first)
    assert sorted(later)[2] < sorted(first)[2] / 2


def test_diverged_trials_count_as_the_worst_that_did_not(tmp_path: Path) -> None:
    """keras-tuner alone would count them as 0, which is better than most."""
    oracle = oracle_of(tmp_path, *SWEPT)
    for proposal, score in zip(oracle.ask(4), (0.2, math.inf, -0.1, math.nan), strict=True):
        oracle.tell(proposal.trial.trial_id, score)
    _, scores = oracle._inner._vectorize_trials()
    assert scores.tolist() == [0.2, 0.2, -0.1, 0.2]


def test_random_start_leaves_half_the_budget_to_the_gaussian_process(tmp_path: Path) -> None:
    oracle = oracle_of(tmp_path, "+experiment=bayesian", "tuner.max_trials=20")
    assert oracle._inner.num_initial_points == 10


def test_logarithmic_whole_numbers_stay_inside_their_ends(tmp_path: Path) -> None:
    swept = ("tuner=bayesian", "search.model.units={low: 4, high: 9, log: true}", "tuner.max_trials=null")
    played = play(oracle_of(tmp_path, *swept), lambda proposal: -proposal.trial.values["model.units"], batch=1)
    assert sorted(proposal.trial.values["model.units"] for proposal in played) == [4, 5, 6, 7, 8, 9]
