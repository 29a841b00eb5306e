"""Forecasters that any model must beat; they answer the same windows."""

from lstm_sweep.baselines.baseline import FittedBaseline
from lstm_sweep.baselines.every import BASELINES, BaselineFailure, BaselineForecast, forecast_baselines
from lstm_sweep.baselines.of_series import baselines_of

__all__ = ["BASELINES", "BaselineFailure", "BaselineForecast", "FittedBaseline", "baselines_of", "forecast_baselines"]
