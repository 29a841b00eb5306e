"""The published procedures, against slower authors; no number here is one that was published."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import MinMaxScaler

from benchmarks.reproductions import book, workshop
from benchmarks.reproductions.comparison import Errors, errors_in_usd
from benchmarks.reproductions.ours import Ours, forecasts
from tests.commands import run


def make_minutes(num_minutes=300):
    prices = 1000.0 + np.cumsum(np.random.default_rng(0).normal(0.0, 1.0, num_minutes))
    prices[[50, 51, 200]] = np.nan
    return pd.Series(prices, pd.date_range("2017-06-01", periods=num_minutes, freq="min"))


def make_weeks(num_weeks=208):
    moves = np.random.default_rng(1).normal(0.0, 0.03, num_weeks * 7)
    return (5000.0 * np.exp(np.cumsum(moves))).reshape(num_weeks, 7)


def make_ours(weeks, error):
    """A sweep of daily windows whose two seeds are off by a share `error` of the price, up and down."""
    days, prices = pd.date_range("2016-01-04", periods=weeks.size, freq="D"), weeks.ravel()
    origins = np.arange(weeks.size - 147 - 1, weeks.size - 7)
    rows, steps = np.repeat(origins, 7), np.tile(np.arange(1, 8), len(origins))
    actual = prices[rows + steps]
    columns = {"origin": days[rows], "actual": actual, "naive": prices[rows]}
    seeds = {"0000/seed_0": actual * (1 + error), "0000/seed_1": actual * (1 - error)}
    return Ours("A sentence.", pd.DataFrame(columns | seeds))


def test_a_change_next_to_an_empty_minute_is_lost():
    prices = make_minutes()
    wanted = [0.0]
    for before, after in zip(prices.iloc[1:-1], prices.iloc[2:], strict=True):
        wanted.append(0.0 if np.isnan(before) or np.isnan(after) else after - before)
    changes = book.changes(prices, "2017-06-01", "2017-06-02")
    np.testing.assert_array_equal(changes, wanted)
    assert (changes[[49, 50, 51, 199, 200]] == 0.0).all()


def test_the_book_leaves_out_the_first_minute_and_all_of_the_last_day_but_its_midnight():
    prices = pd.Series(1.0, pd.date_range("2017-06-01", "2017-06-30 23:59", freq="min"))
    assert len(book.changes(prices, *book.TEST)) == 29 * 24 * 60


def test_scaling_is_that_of_scikit_learn():
    train, test = np.random.default_rng(2).normal(0.0, 3.0, (2, 100))
    scaler = MinMaxScaler((-1, 1)).fit(train[:, None])
    np.testing.assert_allclose(book.scale(test, train), scaler.transform(test[:, None])[:, 0], rtol=1e-12)


def test_lags_end_before_their_target_and_are_zero_where_there_are_none():
    scaled = np.random.default_rng(3).normal(size=30)
    windows = book.lagged(scaled)
    for row in range(30):
        wanted = [scaled[row - lag] if row >= lag else 0.0 for lag in range(10, 0, -1)]
        np.testing.assert_array_equal(windows[row, :, 0], wanted)


def test_only_whole_batches_are_scored():
    assert len(book.whole_batches(np.zeros(41_760))) == 41_700


def test_weeks_are_the_published_column(shared_data):
    weeks = workshop.read_weeks(shared_data / workshop.PRICES)
    tables = [pd.read_csv(shared_data / "workshop" / f"{name}_dataset.csv") for name in ("train", "test")]
    published = pd.concat(tables)["close_point_relative_normalization"]
    np.testing.assert_allclose(workshop.relative(weeks).ravel(), published, atol=1e-12)
    assert len(tables[0]) == 7 * (workshop.NUM_WEEKS + 1)
    assert len(tables[1]) == 7 * workshop.NUM_TEST_WEEKS


def test_the_published_scoring_starts_each_week_from_its_own_first_close():
    weeks = make_weeks()
    still = np.zeros((21, 7))
    rows = [
        workshop.score("any", leaked, weeks, [still], make_ours(weeks, 0.01))
        for leaked in (workshop.VERSIONS["workshop_v0"], None)
    ]
    wanted = []
    for start in (lambda week: weeks[week, 0], lambda week: weeks[week - 1, 6]):
        squares = [(weeks[week, day] - start(week)) ** 2 for week in range(187, 208) for day in range(7)]
        wanted.append(np.sqrt(np.mean(squares[:144])))
    for row, value in zip(rows, wanted, strict=True):
        assert row.theirs is not None
        assert row.theirs.measures[0] == pytest.approx((value,))
        assert row.naive_theirs == row.theirs
    assert wanted[0] < wanted[1]


def test_a_network_that_knows_one_week_by_heart_is_right_about_weeks_like_it():
    weeks = make_weeks()
    assert "scores 0.0000" not in workshop.memorized(weeks)
    alike = np.outer(np.arange(1, 209), weeks[workshop.NUM_WEEKS])
    assert workshop.memorized(alike).endswith("scores 0.0000 / 0.0000.")


def test_our_forecasts_of_the_weeks_are_those_of_the_sunday_before():
    weeks = make_weeks()
    low, high = workshop.our_weeks(make_ours(weeks, -0.02))
    np.testing.assert_allclose(low, 0.98 * weeks[-21:])
    np.testing.assert_allclose(high, 1.02 * weeks[-21:])


def test_given_the_first_close_our_error_of_level_is_gone():
    weeks = make_weeks()
    ours = make_ours(weeks, 0.02)
    leaked = workshop.score("any", workshop.VERSIONS["workshop_v0"], weeks, [np.zeros((21, 7))], ours)
    honest = workshop.score("any", None, weeks, [np.zeros((21, 7))], ours)
    assert leaked.ours.measures[0] == pytest.approx((0.0, 0.0), abs=1e-9)
    assert honest.ours.measures[1] == pytest.approx((2.0, 2.0))


def test_every_window_of_ours_is_in_its_last_row():
    ours = make_ours(make_weeks(), 0.03)
    row = ours.row("every window")
    assert row.ours == errors_in_usd(forecasts(ours.targets), ours.targets["actual"].to_numpy())
    assert row.ours.measures[1] == pytest.approx((3.0, 3.0))
    assert row.published is None


def test_errors_are_spelled_with_their_deviation():
    assert str(Errors(((0.04469,),))) == "0.0447"
    assert str(Errors(((600.0, 620.0, 640.0), (5.0, 5.5, 6.0)))) == "620 ± 20 / 5.50 ± 0.50"


@pytest.mark.slow
def test_a_reproduction_is_one_command_and_keeps_its_table(shared_data, tmp_path):
    arguments = ["workshop_v0", "--data", str(shared_data), "--seeds", "1", "--results", str(tmp_path / "kept")]
    done = run(tmp_path, "benchmarks.reproductions", *arguments, "--set", "training.epochs=1", "seeds=2")
    assert done.returncode == 0, done.stderr
    assert "| workshop_v0 | RMSE" in done.stdout
    assert "141 windows cannot support a verdict (700 needed)" in done.stdout
    (record,) = (tmp_path / "kept").iterdir()
    rows = json.loads(record.read_text())["rows"]
    assert [len(row["ours"]["measures"][0]) for row in rows] == [2, 2, 2]
    assert rows[0]["published"] == "667.1 / 5.3"
    assert rows[0]["naive there"]["measures"][0][0] == pytest.approx(509, abs=1)


def test_a_reproduction_that_does_not_exist_is_refused_by_name(tmp_path):
    done = run(tmp_path, "benchmarks.reproductions", "workshop_v9", "--data", ".")
    assert done.returncode == 2
    assert "workshop_v9" in done.stderr
    assert "Traceback" not in done.stderr
