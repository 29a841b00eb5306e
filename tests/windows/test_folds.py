"""Walk-forward folds: every target of validation once, and nothing of it in its own training."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from lstm_sweep.config import WindowsConfig
from lstm_sweep.errors import UserError
from lstm_sweep.windows.folds import fold_windows
from lstm_sweep.windows.spans import split
from lstm_sweep.windows.windows import build_windows
from tests.examples import make_series, make_windows

SERIES = make_series(300)


def folds(num_folds: int, sliding: bool = False, **changes: object) -> list[WindowsConfig]:
    return fold_windows(SERIES, make_windows(**changes), num_folds, sliding)


def test_one_fold_is_the_one_split() -> None:
    config = make_windows()
    assert fold_windows(SERIES, config, 1, sliding=False) == [config]


@pytest.mark.parametrize("num_folds", [2, 3, 7])
@pytest.mark.parametrize("sliding", [False, True])
def test_parts_are_the_validation_span_in_order_and_the_test_span_is_the_same(num_folds: int, sliding: bool) -> None:
    whole = split(SERIES, make_windows())
    spans = [split(SERIES, each) for each in folds(num_folds, sliding)]
    assert [each.validation.start for each in spans[1:]] == [each.validation.stop for each in spans[:-1]]
    assert (spans[0].validation.start, spans[-1].validation.stop) == (whole.validation.start, whole.validation.stop)
    assert {each.test for each in spans} == {whole.test}
    lengths = [each.validation.stop - each.validation.start for each in spans]
    assert max(lengths) - min(lengths) <= 1


@pytest.mark.parametrize("horizon", [1, 5])
def test_training_ends_a_horizon_before_the_part_it_is_judged_on(horizon: int) -> None:
    for each in folds(4, horizon=horizon):
        spans = split(SERIES, each)
        assert spans.train.stop == spans.validation.start - horizon


def test_expanding_folds_begin_where_the_first_does_and_sliding_ones_keep_their_length() -> None:
    expanding = [split(SERIES, each).train for each in folds(4)]
    assert {each.start for each in expanding} == {0}
    assert all(one.stop < other.stop for one, other in pairwise(expanding))
    sliding = [split(SERIES, each).train for each in folds(4, sliding=True)]
    assert len({each.stop - each.start for each in sliding[1:]}) == 1
    assert [each.stop for each in sliding] == [each.stop for each in expanding]


def test_gap_that_the_user_left_before_validation_stays() -> None:
    days = {"train": ["2020-01-01", "2020-04-30"], "validation": ["2020-06-01", "2020-07-31"]}
    test = ["2020-08-01", "2020-09-30"]
    for each in folds(3, **days, test=test):
        spans = split(SERIES, each)
        assert spans.validation.start - spans.train.stop == 31


def test_fold_knows_nothing_of_what_comes_after_its_training() -> None:
    for each in folds(3):
        stop = split(SERIES, each).train.stop
        changed = dataclasses.replace(
            SERIES, values=np.where(np.arange(len(SERIES)) < stop, SERIES.values, 3.0 * SERIES.values)
        )
        one, other = build_windows(SERIES, each, ()), build_windows(changed, each, ())
        assert one.scaler.factor.tobytes() == other.scaler.factor.tobytes()
        origins = one.training_origins()
        assert origins.tobytes() == other.training_origins().tobytes()
        assert one.inputs(origins).tobytes() == other.inputs(origins).tobytes()
        assert one.targets(origins).tobytes() == other.targets(origins).tobytes()


def test_minutes_are_cut_at_minutes() -> None:
    minutes = dataclasses.replace(
        SERIES, timestamps=np.datetime64("2020-01-01T23:00", "ns") + np.arange(300) * np.timedelta64(1, "m")
    )
    config = make_windows()
    whole = split(minutes, config)
    spans = [split(minutes, each) for each in fold_windows(minutes, config, 3, sliding=False)]
    assert sum(each.validation.stop - each.validation.start for each in spans) == (
        whole.validation.stop - whole.validation.start
    )


def test_more_folds_than_bars_are_refused_in_one_sentence() -> None:
    with pytest.raises(UserError, match=r"evaluation.folds must leave every fold more bars than the horizon, but wind"):
        folds(30, horizon=3)
