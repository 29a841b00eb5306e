import math
from dataclasses import replace

import pytest

from lstm_sweep.tracking.curves import MeanCurves
from tests.examples import make_metrics
from tests.tracking.scripted import DIVERGED, EPOCHS, TRIALS, loss_at, records_of


def test_a_mean_comes_when_the_last_seed_reports_and_not_before() -> None:
    curves = MeanCurves(2, 1)
    first, second = (list(records_of(TRIALS[1], replicate)) for replicate in range(2))
    assert [curves.add(record) for record in first] == [{}] * EPOCHS
    means = [curves.add(record) for record in second]
    for epoch, mean in enumerate(means, start=1):
        loss = (loss_at(TRIALS[1], 0, epoch) + loss_at(TRIALS[1], 1, epoch)) / 2
        assert mean == pytest.approx(make_metrics(loss))


def test_trials_are_kept_apart() -> None:
    curves = MeanCurves(2, 1)
    (first, *_), (other, *_) = records_of(TRIALS[0], 0), records_of(TRIALS[1], 1)
    assert curves.add(first) == {}
    assert curves.add(other) == {}


def test_a_seed_that_diverged_is_not_averaged_away() -> None:
    curves = MeanCurves(2, 1)
    for record in records_of(DIVERGED, 0):
        curves.add(record)
    means = [curves.add(record) for record in records_of(DIVERGED, 1)]
    assert math.isfinite(means[0]["loss"])
    assert math.isinf(means[1]["loss"])


def test_with_folds_the_mean_is_over_all_seeds_and_folds() -> None:
    curves = MeanCurves(2, 3)
    record = next(records_of(TRIALS[0], 0))
    losses = {(fold, seed): 10.0 * fold + seed for fold in range(3) for seed in range(2)}
    added = [
        curves.add(replace(record, fold=fold, replicate=seed, metrics=make_metrics(loss)))
        for (fold, seed), loss in losses.items()
    ]
    assert added[:-1] == [{}] * 5
    assert math.isclose(added[-1]["loss"], sum(losses.values()) / 6)


def test_seeds_that_only_the_evaluation_asked_for_do_not_enter() -> None:
    curves = MeanCurves(2, 1)
    record = next(records_of(TRIALS[0], 0))
    assert curves.add(record) == {}
    assert curves.add(replace(record, replicate=2, metrics=make_metrics(99.0))) == {}
    assert math.isclose(curves.add(replace(record, replicate=1))["loss"], record.metrics["loss"])


def test_an_epoch_that_some_seeds_never_reached_is_forgotten_with_its_trial() -> None:
    curves = MeanCurves(2, 1)
    record = next(records_of(TRIALS[0], 0))
    curves.add(record)
    curves.forget(record.trial_id)
    assert curves.add(replace(record, replicate=1)) == {}


def test_a_metric_that_an_older_version_did_not_record_has_no_mean() -> None:
    curves = MeanCurves(2, 1)
    older, newer = (next(records_of(TRIALS[0], replicate)) for replicate in range(2))
    for pair in ((older, newer), (newer, older)):
        records = [replace(one, metrics={"later": 1.0, "loss": 2.0} if one is newer else {"loss": 1.0}) for one in pair]
        assert [curves.add(record) for record in records] == [{}, {"loss": 1.5}]
