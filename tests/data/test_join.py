"""Other series as covariates: what a bar holds was known when it was over, by a loop over all that was."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from lstm_sweep.config.join import DEFAULTS, joined_files
from lstm_sweep.data.bars import Bars
from lstm_sweep.data.grid import fill_forward, insert_gaps
from lstm_sweep.data.join import join, known_at
from lstm_sweep.data.load import load_series
from lstm_sweep.data.resample import resample
from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError
from tests.configs import CONF, compose_config


def make_bars(name: str, times: pd.DatetimeIndex, stamp: str = "start", seed: int = 0) -> Bars:
    """Random prices, each another, and a volume."""
    values = np.random.default_rng(seed).uniform(1, 2, (len(times), 2))
    return Bars(name, pd.DataFrame(values, times.as_unit("ns"), ["close", "volume"]), price="close", stamp=stamp)


def drop(times: pd.DatetimeIndex, seed: int, share: float) -> pd.DatetimeIndex:
    kept = np.random.default_rng(seed).random(len(times)) >= share
    kept[[0, -1]] = True
    return times[kept]


def joined(bars: Bars, other: Bars, *columns: str) -> Series:
    features = ["gold", *(f"gold.{column}" for column in columns)]
    return fill_forward(join(bars, "gold", other, columns, "gold.csv"), features)


GRIDS = {
    "days beside hours": ("1h", "1D"),
    "hours beside days": ("1D", "1h"),
    "minutes beside quarters of an hour": ("15min", "1min"),
    "the same": ("4h", "4h"),
}


@pytest.mark.parametrize("stamps", [("start", "start"), ("start", "end"), ("end", "start"), ("end", "end")])
@pytest.mark.parametrize(("every", "others"), GRIDS.values(), ids=GRIDS)
def test_a_bar_holds_the_newest_value_that_was_known_when_it_was_over(
    every: str, others: str, stamps: tuple[str, str]
) -> None:
    times, theirs = (pd.date_range("2024-01-01", "2024-01-12", freq=freq) for freq in (every, others))
    bars = make_bars("btc", drop(times, 1, 0.1), stamps[0])
    other = make_bars("gold.csv", drop(theirs[3:], 2, 0.2), stamps[1], seed=5)
    series = joined(insert_gaps(bars), insert_gaps(other))
    length, others_length = (
        pd.Timedelta(freq if stamp == "start" else 0) for freq, stamp in zip((every, others), stamps, strict=True)
    )
    for time, value in list(zip(series.timestamps, series.covariates["gold"], strict=True))[:150]:
        over = pd.Timestamp(time) + length
        known = [row for row in other.table.index if row + others_length <= over]
        assert value == other.table["close"][known[-1]]


@pytest.mark.parametrize("seed", range(20))
def test_the_future_of_a_joined_series_moves_no_earlier_value(seed: int) -> None:
    generator = np.random.default_rng(seed)
    every, others = generator.choice(["7min", "1h", "4h", "1D"], 2)
    bars = insert_gaps(make_bars("btc", pd.date_range("2024-01-01", periods=300, freq=every), seed=seed))
    other = make_bars("gold.csv", drop(pd.date_range("2024-01-01", periods=300, freq=others), seed, 0.2), seed=seed)
    now = bars.table.index[int(generator.integers(150, 290))]
    ended = bars.table.index + pd.Timedelta(every) <= now
    if not (over := other.table.index + pd.Timedelta(others) <= now).any():
        return
    whole = join(bars, "gold", other, ["volume"], "gold.csv").table[ended]
    changed = replace(other, table=other.table.mul(np.where(over, 1, 7), axis=0))
    assert join(bars, "gold", changed, ["volume"], "gold.csv").table[ended].equals(whole)
    if over.sum() >= 20:
        removed = replace(other, table=other.table[over])
        assert join(bars, "gold", removed, ["volume"], "gold.csv").table[ended].equals(whole)


@pytest.mark.parametrize("seed", range(10))
def test_stamps_at_the_start_shifted_by_the_length_are_stamps_at_the_end(seed: int) -> None:
    generator = np.random.default_rng(seed)
    every, others = generator.choice(["7min", "1h", "4h", "1D"], 2)
    bars = insert_gaps(make_bars("btc", pd.date_range("2024-01-01", periods=300, freq=every), seed=seed))
    other = insert_gaps(make_bars("gold.csv", pd.date_range("2024-01-01", periods=300, freq=others), seed=seed + 1))
    shifted = replace(other, table=other.table.set_axis(other.table.index + pd.Timedelta(others)), stamp="end")
    by_start, by_end = joined(bars, other, "volume"), joined(bars, shifted, "volume")
    assert by_start.digest == by_end.digest
    moved = replace(bars, table=bars.table.set_axis(bars.table.index + pd.Timedelta(every)), stamp="end")
    assert np.array_equal(joined(moved, shifted).covariates["gold"], by_start.covariates["gold"])


def test_days_and_months_are_over_by_the_clock_of_their_zone() -> None:
    berlin = pd.date_range("2023-10-27", periods=20, freq="D", tz="Europe/Berlin")
    days = make_bars("days", berlin.tz_convert("UTC").tz_localize(None))
    assert known_at(replace(days, zone="Europe/Berlin"))[:-1].equals(days.table.index[1:])
    months = make_bars("months", pd.date_range("2020-11-01", periods=30, freq="MS"))
    assert known_at(months)[:-1].equals(months.table.index[1:])
    quarters = make_bars("quarters", pd.date_range("2020-01-01", periods=12, freq="QS"))
    assert known_at(quarters)[:-1].equals(quarters.table.index[1:])
    trading = make_bars("trading days", pd.bdate_range("2024-01-01", periods=30))
    assert known_at(trading).equals(trading.table.index + pd.Timedelta(days=1))


def test_flows_of_a_joined_series_are_unknown_before_it_begins_and_zero_in_its_empty_bars() -> None:
    bars = make_bars("btc", pd.date_range("2024-01-01", periods=10, freq="1h"))
    other = make_bars("gold.csv", pd.date_range("2024-01-01 03:00", periods=7, freq="1h").delete([2]))
    series = joined(bars, insert_gaps(other), "volume")
    assert len(series) == 7
    assert series.covariates["gold.volume"][2] == 0
    assert series.covariates["gold"][2] == series.covariates["gold"][1]
    assert "3 of 10 bars were left out: at the start, the price or a feature is not known" in series.notes


def test_longer_bars_are_joined_by_their_own_end() -> None:
    bars = resample(make_bars("btc", pd.date_range("2024-01-01", periods=96, freq="1h")), "1D")
    other = make_bars("gold.csv", pd.date_range("2024-01-01", periods=96, freq="1h"), seed=3)
    series = joined(bars, other)
    assert series.covariates["gold"].tolist() == other.table["close"].iloc[[23, 47, 71, 95]].tolist()


def test_a_series_that_ends_early_is_said_and_one_that_begins_too_late_is_refused() -> None:
    bars = make_bars("btc", pd.date_range("2024-01-01", periods=100, freq="1h"))
    early = make_bars("gold.csv", pd.date_range("2024-01-01", periods=60, freq="1h"))
    notes = joined(bars, early).notes
    assert "gold: gold.csv ends at 2024-01-03 11:00:00, before btc: its last value is carried forward" in notes
    assert not any("goes on" in note for note in joined(bars, make_bars("gold.csv", bars.table.index)).notes)
    late = make_bars("gold.csv", pd.date_range("2024-02-01", periods=60, freq="1h"))
    with pytest.raises(UserError, match="data.join.gold must have a value that is known before btc ends at"):
        joined(bars, late)


def write(folder: Path, name: str, times: pd.DatetimeIndex, seed: int) -> Path:
    table = make_bars(name, times, seed=seed).table
    table.rename_axis("date").to_csv(folder / name)
    return folder / name


def test_a_file_is_joined_from_the_command_line_and_what_is_said_can_be_typed(tmp_path: Path) -> None:
    hours = pd.date_range("2024-01-01", periods=24 * 30, freq="1h")
    prices, gold = write(tmp_path, "btc.csv", hours, 0), write(tmp_path, "gold.csv", hours[::24], 1)
    command = ["data=csv", f"data.path={prices}", f"data.join={{gold: {gold}}}"]
    alone = load_series(compose_config(*command).data, [])
    assert alone.covariates == {}
    assert 'joined, but not read: gold; "data.features=[gold]" reads all' in alone.notes
    config = compose_config(*command, "data.features=[gold,volume,gold.volume]").data
    series = load_series(config, config.features)
    assert list(series.covariates) == config.features
    assert pd.Timestamp(series.timestamps[0]) == hours[23]
    (said,) = [note for note in series.notes if note.startswith("gold: each bar")]
    otherwise = said.split("after their stamps (")[1].partition(": at them)")[0].strip("\"'")
    by_end = compose_config(*command, otherwise, "data.features=[gold]").data
    assert pd.Timestamp(load_series(by_end, ["gold"]).timestamps[0]) == hours[0]


def test_any_source_can_be_joined_to(tmp_path: Path) -> None:
    gold = write(tmp_path, "gold.csv", pd.bdate_range("1998-12-01", "2019-02-01"), 1)
    for source in ("sp500", "synthetic"):
        config = compose_config(f"data={source}", f"data.join={{gold: {{path: {gold}, price: close}}}}").data
        alone, series = load_series(config, []), load_series(config, ["gold"])
        assert len(series) == len(alone)
        assert np.array_equal(series.values, alone.values)
        assert series.covariates["gold"].std() > 0


REFUSED = {
    "a name with a dot": ({"a.b": "x.csv"}, "data.join must have names without a dot, but has 'a.b': name it"),
    "no path": ({"gold": {"price": "x"}}, r"must be a path, or a mapping with a path, but is {'price': 'x'}: set it"),
    "a number": ({"gold": 5}, "data.join.gold must be a path, or a mapping with a path, but is 5"),
    "unknown": ({"gold": {"path": "x.csv", "prize": "y"}}, "must hold settings of data=csv, but 'prize' is none"),
    "nested": ({"gold": {"path": "x.csv", "join": {}}}, "must hold settings of data=csv, but 'join' is none"),
    "no times": ({"gold": {"path": "x.csv", "time": "none"}}, "data.join.gold must have times to be joined by, but"),
    "a word": ({"gold": {"path": "x.csv", "max_filled": "y"}}, "data.max_filled must be a number, but is 'y'"),
    "a list": ({"gold": {"path": "x.csv", "price": ["y"]}}, r"data.price must be a word or null, but is \['y'\]"),
    "a share": ({"gold": {"path": "x.csv", "max_filled": 2}}, "data.max_filled must be a share between 0 and 1"),
}


@pytest.mark.parametrize(("given", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_joined_is_refused(given: dict[str, object], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        joined_files(given)


def test_a_sentence_about_a_joined_file_says_where_its_settings_go(tmp_path: Path) -> None:
    prices = write(tmp_path, "btc.csv", pd.date_range("2024-01-01", periods=40, freq="D"), 0)
    (tmp_path / "gold.csv").write_text("date,a,b\n2024-01-01,1,2\n2024-01-02,3,4\n")
    config = compose_config("data=csv", f"data.path={prices}", f"data.join={{gold: {tmp_path}/gold.csv}}").data
    with pytest.raises(UserError, match="data.join.gold, whose settings are set as in .* must hold a price column"):
        load_series(config, ["gold"])
    said = f"data.join={{gold: {{path: {tmp_path}/gold.csv, price: a}}}}"
    assert (
        load_series(compose_config("data=csv", f"data.path={prices}", said).data, ["gold"]).covariates["gold"][0] == 1
    )
    clash = f"data.join={{volume: {{path: {tmp_path}/gold.csv, price: a}}}}"
    with pytest.raises(UserError, match="names that are no columns of btc.csv, but 'volume' is one"):
        load_series(compose_config("data=csv", f"data.path={prices}", clash).data, ["volume"])


def test_the_defaults_of_a_joined_file_are_those_of_conf() -> None:
    conf = yaml.safe_load((CONF / "data" / "csv.yaml").read_text())
    file = joined_files({"gold": "gold.csv"})["gold"]
    assert {name: getattr(file, name) for name in conf if name not in ("defaults", "path")} == {
        name: value for name, value in conf.items() if name not in ("defaults", "path")
    }
    assert set(DEFAULTS) <= set(conf)
