"""Plays a sweep to an oracle, with a function in the place of training."""

from collections.abc import Callable
from pathlib import Path

from lstm_sweep.search.oracles import Oracle, Proposal, build_oracle
from lstm_sweep.search.space import build_space
from tests.configs import compose_config

Score = Callable[[Proposal], float]


def oracle_of(folder: Path, *overrides: str) -> Oracle:
    config = compose_config(*overrides)
    return build_oracle(config.tuner, build_space(config), config.seed, config.training.epochs, folder / "oracle")


def play(oracle: Oracle, score: Score, batch: int = 4) -> list[Proposal]:
    """Every proposal until the oracle has no more."""
    played: list[Proposal] = []
    while proposals := oracle.ask(batch):
        assert len(proposals) <= batch
        for proposal in proposals:
            oracle.tell(proposal.trial.trial_id, score(proposal))
        played += proposals
    return played


def number_of(proposal: Proposal) -> float:
    """A score without meaning, different for every trial."""
    return float(int(proposal.trial.trial_id) * 7919 % 1009)
