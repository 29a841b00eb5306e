"""The model that MLflow loads: past prices in, forecast prices out. Logged as code, run where it is loaded."""

import os
from pathlib import Path

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel, PythonModelContext


class PriceForecaster(PythonModel):
    """Wraps a saved `lstm_sweep.forecaster.Forecaster`."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the forecaster; Keras runs on JAX unless the user chose a backend."""
        os.environ.setdefault("KERAS_BACKEND", "jax")
        from lstm_sweep.forecaster import Forecaster

        self._forecaster = Forecaster.load(Path(context.artifacts["forecaster"]))

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: dict[str, object] | None = None
    ) -> pd.DataFrame:
        """Forecast the steps that follow the last row.

        Args:
            context: unused.
            model_input: past prices, oldest first, in a column `price`, beside the covariates that the model reads.
            params: unused.

        Returns:
            One row with the columns step_1 .. step_<horizon>, in the currency of the prices.
        """
        forecast = self._forecaster.forecast(model_input)
        return pd.DataFrame([forecast], columns=[f"step_{step + 1}" for step in range(len(forecast))])


set_model(PriceForecaster())
