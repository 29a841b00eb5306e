"""Residuals against the file, and their correlations against statsmodels."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.report.page.build import write_report
from lstm_sweep.report.page.sections.residuals import autocorrelation
from tests.report.folder import make_sweep
from tests.report.reading import Reader


@pytest.mark.parametrize("count", [40, 700])
def test_correlations_are_those_of_statsmodels(count: int) -> None:
    from statsmodels.stats.diagnostic import acorr_ljungbox
    from statsmodels.tsa.stattools import acf

    residuals = np.random.default_rng(count).standard_t(4, count)
    found = autocorrelation(residuals)
    lags = found.values.size
    np.testing.assert_allclose(found.values, acf(residuals, nlags=lags, fft=False)[1:], atol=1e-12)
    table = acorr_ljungbox(residuals, lags=[found.tested_lags])
    assert found.p_value == pytest.approx(table["lb_pvalue"].iloc[0], abs=1e-10)
    assert found.bound == pytest.approx(1.96 / np.sqrt(count))


def test_residuals_that_never_change_have_no_correlation() -> None:
    found = autocorrelation(np.zeros(50))
    assert not found.values.any()
    assert found.p_value == 1.0


def test_plots_show_the_registered_seed(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example", horizon=2, unscored=(4,))
    page = Reader(write_report(folder).read_text())
    frame = pd.read_parquet(folder / "forecasts.parquet")
    rows = frame[(frame["span"] == "test") & (frame["step"] == 1) & frame["scored"]]
    residuals = (rows["actual"] - rows["0000/seed_1"]) / rows["naive"]
    trace = page.figures["residuals-time"][""]["data"][0]
    np.testing.assert_allclose(trace["y"], 100 * residuals, rtol=1e-5, atol=1e-8)
    bars, normal = page.figures["residuals-histogram"][""]["data"]
    assert sum(bars["y"]) == len(residuals)
    area = np.trapezoid(normal["y"], normal["x"]) / (bars["width"] * len(residuals))
    assert area == pytest.approx(1.0, abs=0.05)
    np.testing.assert_allclose(
        page.figures["residuals-correlation"][""]["data"][0]["y"],
        autocorrelation(residuals.to_numpy()).values,
        rtol=1e-5,
    )
    assert f"{100 * residuals.std():.3f} %" in page.texts["residuals"]


def test_too_few_residuals_are_said(tmp_path: Path) -> None:
    page = Reader(write_report(make_sweep(tmp_path / "example", windows=12)).read_text())
    assert "It takes 20 residuals, all of them numbers; here 12 of 12 are." in page.texts["residuals"]
