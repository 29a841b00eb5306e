"""The forecaster gives, from past prices alone, what the evaluation forecast at the same origin."""

import copy
import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pandas as pd
import pytest

import lstm_sweep.models.scorer
from lstm_sweep.config import TRANSFORMS, ModelConfig
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


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_many_forecasts_at_once_are_each_what_it_is_alone(transform: str) -> None:
    forecaster, _, _ = make_forecaster(transform=transform)
    origins = np.array([forecaster.first_origin, 100, 101, ORIGIN, len(SERIES) - 1])
    alone = [forecaster.forecast(past_until(int(origin))) for origin in origins]
    whole = past_until(len(SERIES) - 1)
    np.testing.assert_allclose(forecaster.forecast_at(whole, origins), alone, rtol=1e-6)
    with pytest.raises(UserError, match="past rows"):
        forecaster.forecast_at(whole, origins - 1)


def test_many_stateful_forecasts_are_those_of_the_evaluation() -> None:
    forecaster, windows, spec = make_forecaster(stateful=True, batch_size=8)
    origins = windows.scored_origins(windows.spans.test)
    found = forecaster.forecast_at(past_until(len(SERIES) - 1), origins)
    np.testing.assert_allclose(found, evaluated(forecaster, windows, spec), rtol=1e-6)


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


PASTS = [past_until(ORIGIN, first=first) for first in (0, 3, 100, 225)] + [past_until(ORIGIN - 30)]
"""Of several lengths; the last but one is shorter than the warmup of a stateful model."""


@contextmanager
def counting_compilations() -> Iterator[list[str]]:
    """The functions that are compiled, or taken from the persistent cache, meanwhile."""
    compiled: list[str] = []

    def listen(event: str, seconds: float, **details: Any) -> None:
        if event.endswith("backend_compile_duration"):
            compiled.append(details.get("fun_name", "?"))

    jax.monitoring.register_event_duration_secs_listener(listen)
    try:
        yield compiled
    finally:
        jax.monitoring.unregister_event_duration_listener(listen)


def count_calls(monkeypatch: pytest.MonkeyPatch, name: str) -> list[str]:
    """The calls of a function of the scorer, which still does what it does."""
    calls: list[str] = []
    function: Callable[..., Any] = getattr(lstm_sweep.models.scorer, name)

    def counted(*arguments: Any, **named: Any) -> Any:
        calls.append(name)
        return function(*arguments, **named)

    monkeypatch.setattr(lstm_sweep.models.scorer, name, counted)
    return calls


@pytest.mark.parametrize("stateful", [False, True])
def test_network_is_built_compiled_and_given_its_weights_once(stateful: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    built, set_times = (count_calls(monkeypatch, name) for name in ("build_lstm", "set_weights"))
    forecaster, _, _ = make_forecaster(stateful=stateful, batch_size=8)
    with counting_compilations() as first:
        forecaster.forecast(PASTS[0])
    with counting_compilations() as later:
        for past in (PASTS[1], PASTS[2], PASTS[4], PASTS[0]):
            forecaster.forecast(past)
    assert (built, set_times) == (["build_lstm"], ["set_weights"])
    assert (len(first) > 0, later) == (True, [])


@pytest.mark.parametrize("stateful", [False, True])
def test_forecasts_do_not_depend_on_those_before(stateful: bool) -> None:
    forecaster, _, _ = make_forecaster(stateful=stateful, batch_size=8)
    assert ORIGIN + 1 - forecaster.warmup < 225
    alone = [replace(forecaster).forecast(past) for past in PASTS]
    for number in (0, 3, 1, 4, 3, 2, 0):
        assert np.array_equal(forecaster.forecast(PASTS[number]), alone[number])


@pytest.mark.parametrize("stateful", [False, True])
def test_forecasts_of_several_threads_are_those_of_one(stateful: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    forecaster, _, _ = make_forecaster(stateful=stateful, batch_size=8)
    alone = [replace(forecaster).forecast(past) for past in PASTS]
    built = count_calls(monkeypatch, "build_lstm")
    turn = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as threads:
            together = list(threads.map(forecaster.forecast, PASTS * 8))
    finally:
        sys.setswitchinterval(turn)
    assert built == ["build_lstm"]
    for number, forecast in enumerate(together):
        assert np.array_equal(forecast, alone[number % len(PASTS)])


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_forecaster_that_has_forecast_can_be_copied_and_pickled(duplicate: Callable[[Forecaster], Forecaster]) -> None:
    forecaster, _, _ = make_forecaster()
    forecast = forecaster.forecast(PASTS[0])
    assert np.array_equal(duplicate(forecaster).forecast(PASTS[0]), forecast)


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


@dataclass
class LaterModelConfig(ModelConfig):
    """A model of a later version, with two settings more."""

    cell: str = "lstm"
    sizes: list[int] = field(default_factory=list)


def test_setting_that_a_later_version_has_takes_its_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(tmp_path, model__cell="gru")
    monkeypatch.setattr("lstm_sweep.forecaster_format.ModelConfig", LaterModelConfig)
    assert getattr(Forecaster.load(tmp_path).model, "cell") == "gru"  # noqa: B009 - of the later version
    saved(tmp_path)
    assert Forecaster.load(tmp_path).model == LaterModelConfig(**vars(make_fit().model), cell="lstm", sizes=[])


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


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_what_lies_outside_of_the_training_range_is_counted(transform: str) -> None:
    """Against a loop over every number of every training window."""
    forecaster, windows, _ = make_forecaster(transform=transform)
    origins = windows.training_origins()
    seen = np.concatenate([windows.inputs(origins).reshape(-1, windows.num_features)])
    targets = windows.targets(origins).ravel()
    low = [
        min(float(column.min()), float(targets.min()) if not place else np.inf) for place, column in enumerate(seen.T)
    ]
    high = [
        max(float(column.max()), float(targets.max()) if not place else -np.inf) for place, column in enumerate(seen.T)
    ]
    past = past_until(ORIGIN)
    past.loc[past.index[-2:], "price"] *= [3.0, 9.0]
    inputs = windows_of(forecaster, past).inputs(np.array([len(past) - 1]))[0]
    outside = [
        not low[place] - 1e-6 <= float(number) <= high[place] + 1e-6
        for row in inputs
        for place, number in enumerate(row)
    ]
    share = forecaster.unusual(past)
    assert share == pytest.approx(np.mean(outside))
    assert share > 0
    assert replace(forecaster, seen=None).unusual(past) is None


def windows_of(forecaster: Forecaster, past: pd.DataFrame) -> Windows:
    return forecaster._windows_of(past)


def test_a_saved_forecaster_knows_its_training_range_and_a_later_format_is_refused(tmp_path: Path) -> None:
    forecaster, *_ = make_forecaster()
    forecaster.save(tmp_path)
    again = Forecaster.load(tmp_path)
    assert again.seen is not None
    np.testing.assert_array_equal(again.seen, forecaster.seen)
    plain = json.loads((tmp_path / "forecaster.json").read_text())
    (tmp_path / "forecaster.json").write_text(json.dumps(plain | {"format": 2}))
    with pytest.raises(UserError, match="format 2 of a later version"):
        Forecaster.load(tmp_path)
