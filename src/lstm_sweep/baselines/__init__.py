"""Forecasters that any model must beat; they answer the same windows."""

from src.baselines.baseline import FittedBaseline
from src.baselines.every import BASELINES, BaselineFailure, BaselineForecast, forecast_baselines
from src.baselines.naive import naive

__all__ = ["BASELINES", "BaselineFailure", "BaselineForecast", "FittedBaseline", "forecast_baselines", "naive"]
