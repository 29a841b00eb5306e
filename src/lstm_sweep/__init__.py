"""Hyperparameter sweeps of LSTM forecasters for price series, tracked, and judged against the naive forecast.

    from lstm_sweep import run_sweep

    sweep = run_sweep({"experiment": "dropout", "data": "csv", "data.path": "btc.csv"})
    print(sweep.verdict)
    sweep.leaderboard()

Nothing heavy is imported before it is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lstm_sweep.api import FinishedSweep, open_sweep, run_sweep
    from lstm_sweep.errors import UserError
    from lstm_sweep.forecaster import Forecaster

__all__ = ["FinishedSweep", "Forecaster", "UserError", "__version__", "open_sweep", "run_sweep"]

_HOMES = {
    "FinishedSweep": "lstm_sweep.api",
    "Forecaster": "lstm_sweep.forecaster",
    "UserError": "lstm_sweep.errors",
    "open_sweep": "lstm_sweep.api",
    "run_sweep": "lstm_sweep.api",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("lstm-sweep")
        except PackageNotFoundError:  # its code alone, as a model takes it along
            return "unknown"
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
