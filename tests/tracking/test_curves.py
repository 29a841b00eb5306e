import math

from src.tracking.curves import MeanCurves
from tests.tracking.scripted import DIVERGED, EPOCHS, TRIALS, loss_at, records_of


def test_a_mean_comes_when_the_last_seed_reports_and_not_before() -> None:
    curves = MeanCurves(2)
    first, second = (list(records_of(TRIALS[1], replicate)) for replicate in range(2))
    assert [curves.add(record) for record in first] == [None] * EPOCHS
    means = [curves.add(record) for record in second]
    for epoch, mean in enumerate(means, start=1):
        loss = (loss_at(TRIALS[1], 0, epoch) + loss_at(TRIALS[1], 1, epoch)) / 2
        assert mean is not None
        assert mean.keys() == {"loss", "val_loss", "val_skill"}
        assert math.isclose(mean["loss"], loss)
        assert math.isclose(mean["val_loss"], 2 * loss)
        assert math.isclose(mean["val_skill"], 1 - loss)


def test_trials_are_kept_apart() -> None:
    curves = MeanCurves(2)
    (first, *_), (other, *_) = records_of(TRIALS[0], 0), records_of(TRIALS[1], 1)
    assert curves.add(first) is None
    assert curves.add(other) is None


def test_a_seed_that_diverged_is_not_averaged_away() -> None:
    curves = MeanCurves(2)
    for record in records_of(DIVERGED, 0):
        curves.add(record)
    means = [curves.add(record) for record in records_of(DIVERGED, 1)]
    assert means[0] is not None
    assert math.isfinite(means[0]["loss"])
    assert means[1] is not None
    assert math.isinf(means[1]["loss"])
