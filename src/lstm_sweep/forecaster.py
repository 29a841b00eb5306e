"""A trained model with its preprocessing, as one thing that takes past prices and returns prices."""

import json
import threading
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.config import ModelConfig, WindowsConfig
from lstm_sweep.errors import UserError, require
from lstm_sweep.forecaster_format import FORMAT, described
from lstm_sweep.storage.files import load_weights, save_weights
from lstm_sweep.trials.checkpoint import Weights
from lstm_sweep.trials.spec import FitSpec
from lstm_sweep.windows.scaling import Scaler
from lstm_sweep.windows.spans import Span, Spans
from lstm_sweep.windows.transforms import first_row
from lstm_sweep.windows.windows import Rows, Windows, level_columns, training_range

if TYPE_CHECKING:
    import pandas

    from lstm_sweep.models.scorer import Scorer

_NOTHING = Spans(Span(0, 0), Span(0, 0), Span(0, 0))


@dataclass(frozen=True)
class Forecaster:
    """Everything that a forecast needs, and nothing of training.

    The first forecast builds and compiles the network, later ones reuse it. Safe to call from several threads: a lock
    lets one forecast run at a time. A copy, pickled or not, builds its own network.

    Attributes:
        windows: lags, horizon and transform.
        features: covariates read beside the price.
        model: the LSTM.
        scaler: as fitted on the training span.
        warmup: steps that a stateful model reads before its first output.
        weights: in Keras' order.
        is_signed: whether it was trained on values at or below zero, and so takes them.
        seen: float64 `(2, feature)`, the least and the largest of what training read, transformed and scaled; None
            where an older version saved it.
        levels: covariates that are read as they stand, whatever the transform of the price.
    """

    windows: WindowsConfig
    features: tuple[str, ...]
    model: ModelConfig
    scaler: Scaler
    warmup: int
    weights: Weights = field(repr=False)
    is_signed: bool = False
    seen: NDArray[np.float64] | None = field(default=None, repr=False, compare=False)
    levels: tuple[str, ...] = ()
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)

    def forecast(self, past: "pandas.DataFrame") -> NDArray[np.float64]:
        """Forecast the steps after the last row of `past`.

        Args:
            past: one row per bar, oldest first, with a column `price` and one per covariate; a stateless model
                reads the last `lags` rows (one more where prices are differenced), a stateful one up to `warmup`.

        Returns:
            float64 `(horizon,)`, price units.

        Raises:
            UserError: where a column is missing, rows are too few or a price is not a number above 0 (a
                number, for a signed series).
        """
        windows = self._windows_of(past)
        origin = np.array([len(past) - 1])
        with self._lock:
            return self._scorer.on(windows).forecast_as_set(origin)[0]

    def forecast_at(self, past: "pandas.DataFrame", origins: Rows) -> NDArray[np.float64]:
        """Forecast the steps after several rows of `past` at once, each from the rows up to it alone.

        Args:
            past: as `forecast` takes it.
            origins: int64 `(window,)`, rows of `past`, increasing; a stateful model reads through from the first
                to the last, as over a test span.

        Returns:
            float64 `(window, horizon)`, price units.

        Raises:
            UserError: as `forecast`, and where the first origin has too few rows before it.
        """
        windows = self._windows_of(past)
        require(
            int(origins[0]) >= windows.first_origin,
            f"a forecast needs {windows.first_origin + 1} past rows, but row {origins[0]} has {origins[0]} before it: "
            "begin later.",
        )
        with self._lock:
            return self._scorer.on(windows).forecast_as_set(origins)

    def unusual(self, past: "pandas.DataFrame") -> float | None:
        """Share of what a forecast after the last row of `past` reads that lies outside of what training read.

        Returns:
            0 to 1, or None where that is not known.

        Raises:
            UserError: as `forecast`.
        """
        if self.seen is None:
            return None
        windows = self._windows_of(past)
        inputs = windows.inputs(np.array([len(past) - 1]))[0]
        # float32, as the model reads it: a range of float64 would leave its own ends out.
        low, high = self.seen.astype(np.float32)
        return float(np.mean((inputs < low) | (inputs > high)))

    @property
    def first_origin(self) -> int:
        """First row of past prices that can be forecast from."""
        return self._windows(np.empty((0, 1 + len(self.features)))).first_origin

    @property
    def rows_read(self) -> int:
        """Past rows that a forecast depends on; more of them change nothing."""
        if not self.model.stateful:
            return self.first_origin + 1
        return max(self.first_origin + 1, first_row(self.windows.transform) + self.warmup)

    @cached_property
    def _scorer(self) -> "Scorer":
        """The network with its weights, over no windows yet."""
        from lstm_sweep.models.scorer import Scorer

        scorer = Scorer(self._windows(np.empty((0, 1 + len(self.features)))), self.model, self.warmup)
        scorer.set_weights(self.weights)
        return scorer

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy what the forecaster was made of; neither a lock nor a network can be pickled."""
        return type(self), tuple(getattr(self, each.name) for each in fields(self) if each.init)

    def _windows(self, values: NDArray[np.float64]) -> Windows:
        nothing_filled, levels = np.zeros(len(values), bool), level_columns(self.features, self.levels)
        return Windows(self.windows, values, nothing_filled, self.scaler, _NOTHING, levels)

    def _windows_of(self, past: "pandas.DataFrame") -> Windows:
        import pandas

        columns = ["price", *self.features]
        missing = [name for name in columns if name not in past.columns]
        require(
            not missing,
            f"past prices need the columns {columns}, but {missing} are missing from {list(past.columns)}: "
            "rename or add them.",
        )
        # What is no number becomes nan, and is refused with its row below.
        values = past[columns].apply(pandas.to_numeric, errors="coerce").to_numpy(np.float64)
        windows = self._windows(values)
        needed = windows.first_origin + 1
        require(len(values) >= needed, f"a forecast needs {needed} past rows, but got {len(values)}: bring more.")
        allowed = np.isfinite(values).all(axis=1) & (self.is_signed | (values[:, 0] > 0))
        first = int(allowed.argmin())
        require(
            bool(allowed.all()),
            f"past prices must be numbers{'' if self.is_signed else ' above 0'}, but row {first} is not: "
            "correct or drop it.",
        )
        return windows

    def save(self, folder: Path) -> None:
        """Write forecaster.json and weights.npz into `folder`, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        description = {
            "format": FORMAT,
            "windows": asdict(self.windows),
            "features": list(self.features),
            "model": asdict(self.model),
            "offset": self.scaler.offset.tolist(),
            "factor": self.scaler.factor.tolist(),
            "warmup": self.warmup,
            "is_signed": self.is_signed,
            "seen": None if self.seen is None else self.seen.tolist(),
            **({"levels": list(self.levels)} if self.levels else {}),
        }
        (folder / "forecaster.json").write_text(json.dumps(description, indent=2) + "\n")
        save_weights(folder / "weights.npz", self.weights)

    @classmethod
    def load(cls, folder: Path) -> "Forecaster":
        """Read what `save` wrote; nothing is unpickled.

        Raises:
            UserError: where one of the two files is gone, damaged or no forecaster's.
        """
        path = folder / "forecaster.json"
        try:
            known = described(json.loads(path.read_bytes()))
        except OSError as error:
            raise UserError(f"{path} must describe a forecaster, but cannot be read ({error.strerror}).") from None
        except (UserError, ValueError, KeyError, TypeError, RecursionError) as error:
            found = "".join(filter(str.isprintable, f"{type(error).__name__}: {error}"))[:200]
            raise UserError(
                f"{path} must describe a forecaster as it was saved, but does not ({found}): save it anew."
            ) from None
        return cls(**known, weights=load_weights(folder / "weights.npz"))


def build_forecaster(spec: FitSpec, windows: Windows, weights: Weights) -> Forecaster:
    """The forecaster of a finished fit.

    Args:
        spec: the fit.
        windows: those it was trained on, for their scaler.
        weights: its best weights.
    """
    warmup = windows.stream_length(spec.training.batch_size)
    model = replace(spec.model)
    scaler, seen = windows.scaler, training_range(windows)
    levels = tuple(spec.features[number - 1] for number in windows.levels)
    return Forecaster(spec.windows, spec.features, model, scaler, warmup, weights, windows.is_signed, seen, levels)
