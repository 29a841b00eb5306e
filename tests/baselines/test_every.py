"""What holds for every baseline: nothing after the origin is known, and nothing after training changes parameters."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.baselines import BASELINES, BaselineFailure, BaselineForecast, forecast_baselines
from lstm_sweep.windows.naive import naive
from lstm_sweep.windows.windows import Windows
from tests.baselines.examples import all_origins, changed_after, origins_of, series_of, windows_of
from tests.examples import make_series

TRANSFORMS = ("log_return", "difference", "relative", "none")


def forecasts_of(windows: Windows) -> dict[str, BaselineForecast]:
    results = forecast_baselines(windows, origins_of(windows))
    assert not [result for result in results.values() if isinstance(result, BaselineFailure)]
    return results  # type: ignore[return-value]


def test_the_table_has_its_order() -> None:
    windows = windows_of(make_series(100))
    assert [result.name for result in forecasts_of(windows).values()] == list(BASELINES)
    assert list(BASELINES) == ["naive", "drift", "ses", "ets", "arima", "ridge"]


@pytest.mark.parametrize("name", BASELINES)
def test_prices_after_the_origin_change_no_bit(name: str) -> None:
    series = make_series(filled=(90, 199, 240))
    windows = windows_of(series, ("volume",), horizon=3)
    origins = all_origins(windows)
    forecast = BASELINES[name](windows).forecast(origins)
    for origin, factor in ((origins[0], 10.0), (origins[60], 0.1)):
        changed = windows_of(changed_after(series, origin, factor), ("volume",), horizon=3)
        known = origins <= origin
        again = BASELINES[name](changed).forecast(origins)
        np.testing.assert_array_equal(forecast[known], again[known])


@pytest.mark.parametrize(
    ("name", "transform"),
    [*((name, "log_return") for name in BASELINES), *(("ridge", transform) for transform in TRANSFORMS[1:])],
)
def test_validation_and_test_change_no_parameter(name: str, transform: str) -> None:
    series = make_series()
    windows = windows_of(series, transform=transform)
    last = windows.spans.train.stop - 1
    changed = windows_of(changed_after(series, last, 3.0), transform=transform)
    fitted, again = (BASELINES[name](each) for each in (windows, changed))
    assert fitted.description == again.description
    np.testing.assert_array_equal(fitted.forecast(np.array([last])), again.forecast(np.array([last])))


@pytest.mark.parametrize("name", BASELINES)
def test_the_price_at_the_origin_is_known(name: str) -> None:
    series = make_series()
    windows = windows_of(series)
    origin = all_origins(windows)[[20]]
    changed = windows_of(changed_after(series, int(origin[0]) - 1, 1.1))
    forecast, again = (BASELINES[name](each).forecast(origin) for each in (windows, changed))
    assert (again > 1.05 * forecast).all()


@pytest.mark.parametrize("name", BASELINES)
def test_any_origins_are_answered_alike(name: str) -> None:
    windows = windows_of(make_series(), horizon=3)
    origins = all_origins(windows)
    fitted = BASELINES[name](windows)
    whole = fitted.forecast(origins)
    np.testing.assert_allclose(fitted.forecast(origins[7::11]), whole[7::11], rtol=1e-12)
    assert whole.shape == (len(origins), 3)
    assert whole.dtype == np.float64


@pytest.mark.parametrize("name", BASELINES)
@pytest.mark.parametrize("origins", [[], [150], [200, 200], [210, 205]])
def test_origins_that_the_parameters_know_are_refused(name: str, origins: list[int]) -> None:
    windows = windows_of(make_series())
    with pytest.raises(ValueError, match="origins must increase from row 179 on"):
        BASELINES[name](windows).forecast(np.array(origins, dtype=np.int64))


def test_wrong_origins_are_no_failure_of_a_baseline() -> None:
    with pytest.raises(ValueError, match="origins must increase from row 179 on"):
        forecast_baselines(windows_of(make_series()), {"test": np.array([100, 101])})


@pytest.mark.parametrize("name", ["drift", "ses", "ets", "arima"])
def test_a_filled_bar_is_read_as_the_flat_price_that_it_is(name: str) -> None:
    filled = make_series(filled=(90, 91, 200, 260))
    flat = series_of(filled.values)
    origins = all_origins(windows_of(filled))
    forecast, again = (BASELINES[name](windows_of(series)).forecast(origins) for series in (filled, flat))
    np.testing.assert_array_equal(forecast, again)


def test_sixty_bars_are_enough() -> None:
    windows = windows_of(make_series(60), horizon=3, lags=4)
    for result in forecasts_of(windows).values():
        for span, origins in origins_of(windows).items():
            last_price = windows.last_price(origins)[:, None]
            assert (abs(result.forecasts[span] / last_price - 1.0) < 0.1).all(), result


@pytest.mark.parametrize("still", [slice(0, 120), slice(60, 150), slice(150, 280)])
def test_a_stretch_that_stands_still_stops_nobody(still: slice) -> None:
    values = make_series().values.copy()
    values[still] = values[still.start]
    assert len(forecasts_of(windows_of(series_of(values), horizon=3))) == len(BASELINES)


def test_a_price_that_never_moves_is_forecast() -> None:
    windows = windows_of(series_of(np.full(120, 5.0)), horizon=3)
    for result in forecasts_of(windows).values():
        np.testing.assert_allclose(result.forecasts["test"], 5.0, rtol=1e-12)


def test_a_baseline_that_cannot_be_fitted_says_why() -> None:
    windows = windows_of(make_series(12), lags=2, train=0.5, validation=0.25, test=0.25)
    results = forecast_baselines(windows, origins_of(windows))
    failed = {name: result.reason for name, result in results.items() if isinstance(result, BaselineFailure)}
    reason = "Cannot have number of folds=6 greater than the number of samples=3"
    assert failed["ridge"] == f"ridge could not be fitted (ValueError: {reason})."
    assert isinstance(results["naive"], BaselineForecast)
    assert isinstance(results["drift"], BaselineForecast)


def test_a_forecast_that_is_not_finite_is_a_failure() -> None:
    values = np.concatenate([np.geomspace(1e-280, 1e280, 72), np.full(48, 1e280)])
    windows = windows_of(series_of(values), horizon=20)
    result = forecast_baselines(windows, origins_of(windows))["drift"]
    assert isinstance(result, BaselineFailure)
    assert result.reason.endswith("gave forecasts that are not finite.")


def test_naive_of_the_table_is_naive() -> None:
    windows = windows_of(make_series(100), horizon=3)
    for origins in origins_of(windows).values():
        np.testing.assert_array_equal(BASELINES["naive"](windows).forecast(origins), naive(windows, origins))


def test_importing_baselines_is_cheap() -> None:
    heavy = "{'statsmodels', 'sklearn', 'scipy', 'pandas'}"
    code = f"import sys, lstm_sweep.baselines; print({heavy} & set(sys.modules))"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root / "src", capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_real_daily_prices_are_answered_by_all(shared_data: Path) -> None:
    prices = pd.read_csv(shared_data / "btc_usd_1d_2011-2025.csv")["close"].to_numpy(dtype=np.float64)
    windows = windows_of(series_of(prices), lags=30)
    assert len(forecasts_of(windows)) == len(BASELINES)
