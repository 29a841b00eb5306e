"""The forecaster gives, from past prices alone, what the evaluation forecast at the same origin."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.config import TRANSFORMS
from lstm_sweep.errors import UserError
from lstm_sweep.forecaster import Forecaster, build_forecaster
from lstm_sweep.models.initial_weights import set_initial_weights
from lstm_sweep.models.lstm import Shapes, build_lstm, get_weights
from lstm_sweep.models.scorer import Scorer
from lstm_sweep.trials.spec import FitSpec
from lstm_sweep.windows.windows import Windows, build_windows
from tests.examples import make_fit, make_series
from tests.storage.test_files import malicious

ROOT = Path(__file__).resolve().parents[1]
SERIES = make_series(filled=(250, 251))
ORIGIN = 239
"""The first of the test span."""


def make_forecaster(**changes: Any) -> tuple[Forecaster, Windows, FitSpec]:
    """A forecaster with weights that were never trained; it does not matter here."""
    spec = make_fit(**{"horizon": 3, "features": ("mood", "volume"), **changes})
    windows = build_windows(SERIES, spec.windows, spec.features)
    network = build_lstm(spec.model, Shapes(None, windows.num_features, spec.windows.horizon))
    set_initial_weights(network, seed=3)
    return build_forecaster(spec, windows, get_weights(network)), windows, spec


def past_until(origin: int, first: int = 0) -> pd.DataFrame:
    rows = slice(first, origin + 1)
    columns = {name: column[rows] for name, column in SERIES.covariates.items()}
    return pd.DataFrame({"price": SERIES.values[rows], **columns, "day": SERIES.timestamps[rows]})


def evaluated(forecaster: Forecaster, windows: Windows, spec: FitSpec) -> np.ndarray[Any, Any]:
    """Forecasts over the test span as the evaluation makes them."""
    scorer = Scorer(windows, spec.model, windows.stream_length(spec.training.batch_size))
    return scorer.forecast(forecaster.weights, windows.scored_origins(windows.spans.test))


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_stateless_forecast_equals_the_evaluated_one_at_every_origin(transform: str) -> None:
    forecaster, windows, spec = make_forecaster(transform=transform)
    forecasts, origins = evaluated(forecaster, windows, spec), windows.scored_origins(windows.spans.test)
    for number in (0, 7, len(origins) - 1):
        forecast = forecaster.forecast(past_until(int(origins[number])))
        assert forecast.shape == (3,)
        np.testing.assert_allclose(forecast, forecasts[number], rtol=1e-6)


@pytest.mark.parametrize("batch_size", [1, 64])
def test_stateful_forecast_equals_the_evaluated_one_after_the_same_warmup(batch_size: int) -> None:
    forecaster, windows, spec = make_forecaster(stateful=True, batch_size=batch_size)
    expected = evaluated(forecaster, windows, spec)[0]
    np.testing.assert_allclose(forecaster.forecast(past_until(ORIGIN)), expected, rtol=1e-6)


@pytest.mark.parametrize("transform", ["log_return", "none", "relative"])
def test_stateless_forecast_needs_no_more_rows_than_it_says(transform: str) -> None:
    forecaster, _, _ = make_forecaster(transform=transform)
    needed = 8 + (transform == "log_return")
    enough = past_until(ORIGIN, first=ORIGIN - needed + 1)
    np.testing.assert_allclose(forecaster.forecast(enough), forecaster.forecast(past_until(ORIGIN)), rtol=1e-6)
    with pytest.raises(UserError, match=f"a forecast needs {needed} past rows, but got {needed - 1}: bring more"):
        forecaster.forecast(enough[1:])


def test_stateful_forecast_reads_its_warmup_and_not_what_lies_before() -> None:
    forecaster, _, _ = make_forecaster(stateful=True, batch_size=8)
    rows = forecaster.warmup + 1
    from_warmup = forecaster.forecast(past_until(ORIGIN, first=ORIGIN - rows + 1))
    assert np.array_equal(from_warmup, forecaster.forecast(past_until(ORIGIN)))
    assert not np.array_equal(from_warmup, forecaster.forecast(past_until(ORIGIN, first=ORIGIN - rows + 4)))


@pytest.mark.parametrize("stateful", [False, True])
def test_forecaster_comes_back_from_its_folder(stateful: bool, tmp_path: Path) -> None:
    forecaster, _, _ = make_forecaster(stateful=stateful, dropout=0.2, recurrent_dropout=0.1)
    forecaster.save(tmp_path / "model")
    loaded = Forecaster.load(tmp_path / "model")
    for one, other in zip(loaded.weights, forecaster.weights, strict=True):
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)
    assert replace(loaded, weights=(), scaler=forecaster.scaler) == replace(forecaster, weights=())
    assert np.array_equal(loaded.scaler.offset, forecaster.scaler.offset)
    assert np.array_equal(loaded.scaler.factor, forecaster.scaler.factor)
    assert np.array_equal(loaded.forecast(past_until(ORIGIN)), forecaster.forecast(past_until(ORIGIN)))
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == ["forecaster.json", "weights.npz"]
    assert json.loads((tmp_path / "model" / "forecaster.json").read_text())["features"] == ["mood", "volume"]


def test_forecaster_can_be_loaded_without_keras(tmp_path: Path) -> None:
    make_forecaster()[0].save(tmp_path)
    program = "import sys; from pathlib import Path; from lstm_sweep.forecaster import Forecaster; "
    program += "Forecaster.load(Path(sys.argv[1])); assert not {'keras', 'jax', 'tensorflow'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT / "src", check=True)


def saved(folder: Path, **changes: Any) -> Path:
    """The folder of a forecaster whose description was changed; a dotted name is in a section, ... takes it away."""
    make_forecaster()[0].save(folder)
    description = json.loads((folder / "forecaster.json").read_text())
    for name, value in changes.items():
        section, _, key = name.rpartition("__")
        place = description[section] if section else description
        place[key] = value
        if value is ...:
            del place[key]
    (folder / "forecaster.json").write_text(json.dumps(description))
    return folder


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"windows": ...}, "KeyError: 'windows'"),
        ({"windows": []}, "TypeError: list indices"),
        ({"windows__lags": 0}, "UserError: windows.lags must be at least 1, but is 0"),
        ({"windows__lags": "8"}, "TypeError: '8' is no int"),
        ({"windows__lags": True}, "TypeError: True is no int"),
        ({"model__units": ...}, "KeyError: 'units'"),
        ({"model__stateful": 1}, "TypeError: 1 is no bool"),
        ({"features": "mood"}, "TypeError: 'mood' is no list"),
        ({"features": [1, 2]}, "TypeError: 1 is no str"),
        ({"features": ["mood"]}, r"ValueError: a scale of \[.* for 2 features"),
        ({"offset": [0.0, 0.0, "\x1b[2J"]}, "ValueError: could not convert"),
        ({"offset": [0.0, 0.0, float("nan")]}, "ValueError: a scale"),
        ({"factor": [1.0, 0.0, 1.0]}, "ValueError: a scale"),
        ({"factor": [1.0, 1.0, float("inf")]}, "ValueError: a scale"),
        ({"warmup": None}, "TypeError: None is no int"),
    ],
)
def test_description_that_was_not_saved_so_is_refused(tmp_path: Path, changes: dict[str, Any], found: str) -> None:
    with pytest.raises(UserError, match=rf"forecaster.json must describe .* does not \({found}") as caught:
        Forecaster.load(saved(tmp_path, **changes))
    assert str(caught.value).isprintable()
    assert str(caught.value).endswith(": save it anew.")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, "\ud800"])
def test_description_that_is_no_json_or_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    saved(tmp_path)
    (tmp_path / "forecaster.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(UserError, match=r"forecaster.json must describe a forecaster as it was saved, but does not \("):
        Forecaster.load(tmp_path)


@pytest.mark.parametrize("name", ["forecaster.json", "weights.npz"])
def test_missing_file_of_a_forecaster_is_told(tmp_path: Path, name: str) -> None:
    (saved(tmp_path) / name).unlink()
    with pytest.raises(UserError, match=rf"{name} must .* cannot be read \(No such file or directory\)"):
        Forecaster.load(tmp_path)


def test_a_payload_in_the_weights_of_a_forecaster_is_never_run(tmp_path: Path) -> None:
    malicious(saved(tmp_path) / "weights.npz")
    with pytest.raises(UserError, match="weights.npz must hold plain arrays"):
        Forecaster.load(tmp_path)
    assert not (tmp_path / "ran").exists()


def test_order_of_the_columns_does_not_matter() -> None:
    forecaster, _, _ = make_forecaster()
    past = past_until(ORIGIN)
    assert np.array_equal(forecaster.forecast(past[["volume", "price", "mood"]]), forecaster.forecast(past))


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("price", 0.0, "past prices must be numbers above 0, but row 230 is not"),
        ("price", -1.0, "row 230 is not: correct or drop it"),
        ("price", np.nan, "row 230 is not"),
        ("price", "n/a", "row 230 is not"),
        ("mood", np.inf, "row 230 is not"),
    ],
)
def test_past_that_is_no_price_is_refused_by_row(column: str, value: object, sentence: str) -> None:
    past = past_until(ORIGIN).astype({column: object})
    past.loc[230, column] = value
    with pytest.raises(UserError, match=sentence):
        make_forecaster()[0].forecast(past)


def test_missing_column_is_refused_by_name() -> None:
    with pytest.raises(UserError, match=r"need the columns \['price', 'mood', 'volume'\], but \['mood'\] are missing"):
        make_forecaster()[0].forecast(past_until(ORIGIN)[["price", "volume"]])


def test_covariates_may_be_negative_or_zero() -> None:
    past = past_until(ORIGIN)
    past.loc[ORIGIN, ["mood", "volume"]] = [-5.0, 0.0]
    assert np.isfinite(make_forecaster()[0].forecast(past)).all()
