"""Values at or below zero: taken where no trial needs a logarithm or a ratio, and always said."""

from pathlib import Path

import numpy as np
import pytest

from lstm_sweep.config import SyntheticData
from lstm_sweep.data.load import load_series
from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError
from lstm_sweep.search.candidates import takes_any_sign
from lstm_sweep.search.space import build_space
from tests.configs import compose_config

VALUES = [1.5, -2.25, 0.0, 3.0, -1.0]


def load(folder: Path, values: list[float], signed: bool) -> Series:
    path = folder / "values.csv"
    rows = [f"2024-01-{day:02},{value}" for day, value in enumerate(values, start=1)]
    path.write_text("\n".join(["date,close", *rows]) + "\n")
    return load_series(compose_config("data=csv", f"data.path='{path}'").data, (), signed)


def test_values_at_or_below_zero_are_read_as_they_are_and_counted(tmp_path: Path) -> None:
    series = load(tmp_path, VALUES, signed=True)
    np.testing.assert_array_equal(series.values, VALUES)
    assert series.is_signed
    note = next(note for note in series.notes if "below zero" in note)
    assert note.startswith("3 of 5 values are at or below zero, the first -2.25 at 2024-01-02T00:00:00 (bar 1): errors")
    assert "MAPE is left out" in note


def test_prices_above_zero_are_no_signed_series_whatever_is_allowed(tmp_path: Path) -> None:
    series = load(tmp_path, [1.0, 2.0, 3.0], signed=True)
    assert not series.is_signed
    assert not any("below zero" in note for note in series.notes)
    assert series.digest == load(tmp_path, [1.0, 2.0, 3.0], signed=False).digest


def test_values_at_or_below_zero_are_refused_where_a_trial_cannot_take_them(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="line 3: close must be a price above 0, but is -2.25"):
        load(tmp_path, VALUES, signed=False)
    series = load(tmp_path, VALUES, signed=True)
    with pytest.raises(UserError, match=r"number above 0 with x, but is -2.25 at 2024-01-02T00:00:00 \(bar 1\)"):
        series.refuse_signed("x")


@pytest.mark.parametrize(("values", "advised"), [([5.0, -0.5, 5.0], True), ([5.0, 0.0, 5.0], False)])
def test_differences_are_advised_where_values_below_zero_seem_to_be_meant(
    values: list[float], advised: bool, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="where nothing was traded") as caught:
        load(tmp_path, values, signed=False)
    assert ("use windows.transform=difference in every trial" in str(caught.value)) is advised


def test_sources_of_prices_have_none() -> None:
    assert not load_series(SyntheticData("synthetic", None, [], "random_walk", 100, 0), (), signed=True).is_signed


@pytest.mark.parametrize(
    ("overrides", "taken"),
    [
        ([], False),
        (["windows.transform=difference"], True),
        (["windows.transform=none"], True),
        (["windows.transform=relative"], False),
        (["search.windows.transform=[difference,none]"], True),
        (["windows.transform=difference", "search.windows.transform=[difference,log_return]"], False),
    ],
)
def test_they_are_taken_where_every_trial_can(overrides: list[str], taken: bool) -> None:
    config = compose_config("search.model.units=[4,8]", *overrides)
    assert takes_any_sign(config, build_space(config)) is taken
