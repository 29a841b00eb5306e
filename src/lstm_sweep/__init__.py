"""Experiment-tracked hyperparameter sweeps of LSTM forecasters for price series, judged against naive."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("lstm-sweep")
except PackageNotFoundError:  # the code alone: a checkout on the path, or a model's copy of it in MLflow
    __version__ = "unknown"
