"""The only loop: ask the oracle for a batch of trials, train them, tell it their scores."""

import itertools
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Protocol

from src.config import Config
from src.fits import EpochRecord, FitOutcome, FitSpec, Runner, Trial, TrialResult, derive_seed
from src.search.oracles import Oracle, Proposal
from src.search.space import with_values
from src.series.series import Series
from src.tracking.tracker import Tracker

FOLD = 0
"""The one chronological split."""


class Journal(Protocol):
    """Puts on disk what has happened, before anyone hears of it; called from any thread."""

    def write_epoch(self, record: EpochRecord) -> None:
        """An epoch of a fit has ended."""

    def write_fit(self, outcome: FitOutcome) -> None:
        """A fit has ended."""


@dataclass(frozen=True)
class Listeners:
    """Who hears of what happens while a sweep runs: the journal first, then the trackers in their order."""

    journal: Journal
    trackers: Sequence[Tracker]

    def start_trial(self, trial: Trial) -> None:
        """A trial is about to be trained."""
        for tracker in self.trackers:
            tracker.start_trial(trial)

    def log_epoch(self, record: EpochRecord) -> None:
        """An epoch of a fit has ended; from any thread."""
        self.journal.write_epoch(record)
        for tracker in self.trackers:
            tracker.log_epoch(record)

    def end_fit(self, outcome: FitOutcome) -> None:
        """A fit has ended; from any thread."""
        self.journal.write_fit(outcome)
        for tracker in self.trackers:
            tracker.end_fit(outcome)

    def end_trial(self, result: TrialResult) -> None:
        """All fits of a trial have ended."""
        for tracker in self.trackers:
            tracker.end_trial(result)


def tune(config: Config, series: Series, oracle: Oracle, runner: Runner, listeners: Listeners) -> list[TrialResult]:
    """Train every trial that the oracle asks for, `config.tuner.batch` at once.

    The oracle is asked for the next batch while one trains, so that its thinking costs no time; it then knows the
    scores of all batches but that one. A trial that diverges or fails is a result like any other: the oracle is
    told infinity, and the sweep goes on.

    Returns:
        One per trial, in the order of their ids. Weights and validation forecasts stay with the outcomes; training
        states do not, and are kept only while a rung of Hyperband may go on from them.
    """
    results: list[TrialResult] = []
    outcomes: dict[str, Sequence[FitOutcome]] = {}
    proposals = oracle.ask(config.tuner.batch)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="oracle") as background:
        while proposals:
            upcoming = background.submit(oracle.ask, config.tuner.batch)
            outcomes |= _train(config, series, proposals, outcomes, runner, listeners)
            trained, proposals = proposals, upcoming.result()
            for trial in (proposal.trial for proposal in trained):
                result = TrialResult(trial, tuple(map(_without_states, outcomes[trial.trial_id])))
                oracle.tell(trial.trial_id, result.score)
                listeners.end_trial(result)
                results.append(result)
            proposals = proposals or oracle.ask(config.tuner.batch)
            parents = {proposal.parent_id for proposal in proposals}
            outcomes = {each: outcomes[each] for each in outcomes if each in parents or oracle.may_go_on(each)}
    return results


def _train(
    config: Config,
    series: Series,
    proposals: Sequence[Proposal],
    parents: Mapping[str, Sequence[FitOutcome]],
    runner: Runner,
    listeners: Listeners,
) -> dict[str, Sequence[FitOutcome]]:
    """Outcomes by trial id, one per seed."""
    for proposal in proposals:
        listeners.start_trial(proposal.trial)
    fits = [fit for proposal in proposals for fit in make_fits(config, proposal, parents)]
    outcomes = iter(runner.run(series, fits, listeners.log_epoch, listeners.end_fit))
    return {proposal.trial.trial_id: list(itertools.islice(outcomes, config.seeds)) for proposal in proposals}


def make_fits(config: Config, proposal: Proposal, parents: Mapping[str, Sequence[FitOutcome]]) -> list[FitSpec]:
    """The fits of a trial, one per seed.

    Seeds come from the sweep's seed, the replicate and the fold, never from the trial: common random numbers.

    Args:
        config: of the sweep.
        proposal: of the oracle; its epochs replace those of the config.
        parents: outcomes by trial id, one per seed. A fit goes on where its parent's stopped, be it early.

    Raises:
        UserError: where values do not go together.
    """
    wanted = with_values(config, proposal.trial.values)
    epochs = wanted.training.epochs if proposal.epochs is None else proposal.epochs
    of_parent = [None] * config.seeds if proposal.parent_id is None else parents[proposal.parent_id]
    return [
        FitSpec(
            trial_id=proposal.trial.trial_id,
            replicate=replicate,
            fold=FOLD,
            seed=derive_seed(config.seed, replicate, FOLD),
            windows=wanted.windows,
            features=tuple(wanted.data.features),
            model=wanted.model,
            training=replace(wanted.training, epochs=epochs),
            initial_epoch=0 if parent is None else parent.epochs,
            start=None if parent is None else parent.state,
        )
        for replicate, parent in enumerate(of_parent)
    ]


def _without_states(outcome: FitOutcome) -> FitOutcome:
    return replace(outcome, spec=replace(outcome.spec, start=None), state=None)
