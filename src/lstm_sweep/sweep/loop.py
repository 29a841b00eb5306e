"""The only loop: ask the oracle for a batch of trials, train them, tell it their scores."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from lstm_sweep.config import Config
from lstm_sweep.search.oracles import Oracle, Proposal
from lstm_sweep.sweep.train_fits import Training
from lstm_sweep.sweep.trial_fits import make_fits
from lstm_sweep.trials.outcome import TrialResult
from lstm_sweep.trials.spec import FitSpec, Trial


def tune(config: Config, oracle: Oracle, training: Training) -> list[TrialResult]:
    """Train every trial that the oracle asks for, `config.tuner.batch` at once.

    The oracle is asked for the next batch while one trains, so that its thinking costs no time; it then knows the
    scores of all batches but that one. A trial that diverges or fails is a result like any other: the oracle is
    told infinity, and the sweep continues. Equal scores lead to equal trials: a sweep that is resumed asks all anew,
    and finds in the journal what has ended.

    Returns:
        One per trial whose fits have all ended, in the order of their ids, without arrays; not all that the oracle
        has where training was asked to stop or `budget.fits` is spent.
    """
    results: list[TrialResult] = []
    proposals = _within_budget(config, oracle.ask(config.tuner.batch), 0)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="oracle") as background:
        while proposals:
            upcoming = background.submit(oracle.ask, config.tuner.batch)
            fits = [_start(config, training, proposal) for proposal in proposals]
            was_stopped = not training.run([fit for each in fits for fit in each])
            asked = upcoming.result()
            for proposal, each in zip(proposals, fits, strict=True):
                results += _end(oracle, training, proposal.trial, each)
            if was_stopped:
                break
            proposals = _within_budget(config, asked or oracle.ask(config.tuner.batch), len(results))
            _forget_states(oracle, training, results, proposals)
    return results


def _within_budget(config: Config, proposals: list[Proposal], num_ended: int) -> list[Proposal]:
    """As many proposals as `budget.fits` has room for."""
    if config.budget.fits is None:
        return proposals
    most_trials = config.budget.fits // (config.seeds * config.evaluation.folds)
    return proposals[: max(0, most_trials - num_ended)]


def _start(config: Config, training: Training, proposal: Proposal) -> list[FitSpec]:
    recorder = training.recorder
    recorder.start_trial(proposal.trial)
    return make_fits(config, training.series, proposal, recorder.outcomes, range(config.seeds))


def _end(oracle: Oracle, training: Training, trial: Trial, fits: Sequence[FitSpec]) -> list[TrialResult]:
    """The result of a trial, told to all; none where a fit has not ended."""
    outcomes = [training.recorder.outcomes.get(spec.fit_id) for spec in fits]
    ended = tuple(outcome for outcome in outcomes if outcome is not None)
    if len(ended) < len(fits):
        return []
    result = TrialResult(trial, ended)
    oracle.tell(trial.trial_id, result.score)
    training.recorder.end_trial(result)
    return [result]


def _forget_states(
    oracle: Oracle, training: Training, results: Sequence[TrialResult], proposals: Sequence[Proposal]
) -> None:
    if not training.recorder.keeps_states:
        return
    parents = {proposal.parent_id for proposal in proposals}
    ids = [result.trial.trial_id for result in results]
    training.recorder.forget_states({each: each in parents or oracle.is_promotable(each) for each in ids})
