"""The fits that a trial is made of: one for every seed and fold."""

from collections.abc import Mapping
from dataclasses import replace

from lstm_sweep.config import Config
from lstm_sweep.data.series import Series
from lstm_sweep.search.oracles import Proposal
from lstm_sweep.search.space import with_values
from lstm_sweep.training.beginning import begun
from lstm_sweep.trials.identity import derive_seed, fit_id
from lstm_sweep.trials.outcome import FitOutcome
from lstm_sweep.trials.spec import FitSpec
from lstm_sweep.windows.folds import fold_windows


def make_fits(
    config: Config, series: Series, proposal: Proposal, parents: Mapping[str, FitOutcome], replicates: range
) -> list[FitSpec]:
    """The fits of a trial, replicate by replicate, in the order of folds within one.

    Seeds come from the sweep's seed, the replicate and the fold, never from the trial: common random numbers.

    Args:
        config: of the sweep.
        series: the prices.
        proposal: of the oracle; its epochs replace those of the config.
        parents: outcomes by fit id. A fit continues where its parent stopped, even where that was early.
        replicates: numbers of the seeds.

    Raises:
        UserError: where values do not go together, or `training.init` holds no forecaster.
    """
    wanted = with_values(config, proposal.trial.values)
    epochs = wanted.training.epochs if proposal.epochs is None else proposal.epochs
    folds = fold_windows(series, wanted.windows, config.evaluation.folds, config.evaluation.sliding)
    parent_id = proposal.parent_id
    fits = []
    for replicate in replicates:
        for number, windows in enumerate(folds):
            fold = None if len(folds) == 1 else number
            parent = None if parent_id is None else parents[fit_id(parent_id, replicate, fold)]
            spec = FitSpec(
                trial_id=proposal.trial.trial_id,
                replicate=replicate,
                fold=fold,
                seed=derive_seed(config.seed, replicate, number),
                windows=windows,
                features=tuple(wanted.data.features),
                model=wanted.model,
                training=replace(wanted.training, epochs=epochs),
                initial_epoch=0 if parent is None else parent.epochs,
                parent_id=parent_id,
            )
            fits.append(begun(spec))
    return fits
