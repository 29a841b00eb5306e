"""Forecasters that any model must beat; they answer the same windows."""

from lstm_sweep.baselines.baseline import FittedBaseline
from lstm_sweep.baselines.every import BASELINES, BaselineFailure, BaselineForecast, forecast_baselines

__all__ = ["BASELINES", "BaselineFailure", "BaselineForecast", "FittedBaseline", "forecast_baselines"]
