"""M. Bernico, Deep Learning Quick Reference (Packt, 2018), chapter 9: Bitcoin by the minute, as its code does it.

Changes of the price are scaled to (-1, 1), by a scaler that is fitted a second time, on the test set. The lags before
the first minute are 0 in scaled units, a large fall in those of training. `fit` shuffles, so that the stateful layers
carry the state of one random minute to another.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.reproductions.comparison import Comparison, Errors, Row, Values
from benchmarks.reproductions.ours import Ours, forecasts
from lstm_sweep.metrics import rmse

if TYPE_CHECKING:
    import keras

PRICES = "btc_usd_1m_2017-01_to_2017-06.csv.gz"
TRAIN, TEST = ("2017-01-01", "2017-05-31"), ("2017-06-01", "2017-06-30")
"""From the minute after the first midnight to the last midnight."""
LAGS, UNITS, BATCH, EPOCHS = 10, 100, 100, 10
PUBLISHED = "0.0802"


def compare(path: Path, ours: Ours, num_seeds: int) -> Comparison:
    """Train the book's network again, and score it and ours in the units of the scaler that was fitted again."""
    prices = read_prices(path)
    train, test = changes(prices, *TRAIN), changes(prices, *TEST)
    unit = float(np.ptp(test)) / 2
    test_refitted, test_kept = (whole_batches(scale(test, like)) for like in (test, train))
    networks = [train_network(scale(train, train), seed) for seed in range(num_seeds)]
    refitted = [rmse(predict(network, test_refitted), test_refitted) for network in networks]
    kept = [rmse(predict(network, test_kept), test_kept) * float(np.ptp(train)) / 2 / unit for network in networks]
    naive = Errors(((rmse(0.0 * test_kept, whole_batches(test) / unit),),))
    return Comparison(
        [
            _row("scaled RMSE, scaler fitted again", PUBLISHED, refitted, naive, ours, unit),
            _row("scaled RMSE, scaler of training kept", None, kept, naive, ours, unit),
            ours.row("RMSE, USD / MAPE, %: every window"),
        ],
        [*_explain(train, test, unit), f"book_minutes: {ours.sentence}"],
    )


def read_prices(path: Path) -> "pd.Series[float]":
    """Closing prices by time, nan where nothing was traded."""
    table = pd.read_csv(path)
    return pd.Series(table["Close"].to_numpy(), pd.to_datetime(table["Timestamp"], unit="s"))


def changes(prices: "pd.Series[float]", first: str, last: str) -> Values:
    """Change of every minute, 0 where it or the minute before is empty: a jump over a gap is lost."""
    span = prices[(prices.index > first) & (prices.index <= last)]
    return np.asarray(span.diff().fillna(0.0), np.float64)


def scale(values: Values, like: Values) -> Values:
    """Values such that the range of `like` becomes (-1, 1)."""
    return 2.0 * (values - like.min()) / np.ptp(like) - 1.0


def lagged(scaled: Values) -> Values:
    """The `LAGS` values before each, `(value, lag, feature)`; 0 where there are none."""
    padded = np.concatenate([np.zeros(LAGS), scaled[:-1]])
    return np.lib.stride_tricks.sliding_window_view(padded, LAGS)[..., None]


def whole_batches(values: Values) -> Values:
    """Values without those of the last batch, if that is not full: a stateful network cannot answer there."""
    return values[: len(values) // BATCH * BATCH]


def train_network(scaled: Values, seed: int) -> "keras.Model":
    """Train the book's network, its stateful layers as `CarriedState`: Keras 3.15.1 carries no state on JAX."""
    import keras

    from lstm_sweep.models.carried_state import CarriedState

    keras.utils.set_random_seed(seed)
    inputs = keras.Input(batch_shape=(BATCH, LAGS, 1))
    hidden = CarriedState(keras.layers.LSTM(UNITS, return_sequences=True, return_state=True))(inputs)
    hidden = CarriedState(keras.layers.LSTM(UNITS, return_state=True))(hidden)
    network = keras.Model(inputs, keras.layers.Dense(1, activation="tanh")(hidden))
    network.compile("adam", "mse")
    network.fit(lagged(scaled), scaled, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    return network


def predict(network: "keras.Model", scaled: Values) -> Values:
    """Forecasts of whole batches, from a state of zeros on: the book loads its network from a file."""
    from lstm_sweep.models.lstm import reset_states

    reset_states(network)
    return network.predict(lagged(scaled), batch_size=BATCH, verbose=0)[:, 0].astype(np.float64)


def _row(scored: str, published: str | None, theirs: list[float], naive: Errors, ours: Ours, unit: float) -> Row:
    actual, last = (ours.targets[name].to_numpy() for name in ("actual", "naive"))
    scaled = tuple(rmse(forecast, actual) / unit for forecast in forecasts(ours.targets))
    naive_ours = Errors(((rmse(last, actual) / unit,),))
    return Row(scored, published, Errors((tuple(theirs),)), naive, Errors((scaled,)), naive_ours)


def _explain(train: Values, test: Values, unit: float) -> list[str]:
    still = np.zeros(1)
    in_training, in_test = (float(scale(still, like)[0]) for like in (train, test))
    seen = (in_test - in_training) * float(np.ptp(train)) / 2
    offset = rmse(np.full_like(test, in_training), scale(test, test))
    repeated = rmse(test[:-1], test[1:]) / unit
    return [
        f"book_minutes: no change at all is {in_training:.3f} to the scaler of training and {in_test:.3f} to the one "
        f"fitted again, so that to the network a still June falls {-seen:.1f} USD every minute; in the first row, to "
        f"answer {in_training:.3f} always scores {offset:.4f}.",
        f"book_minutes: to repeat the last change, the book's naive, scores {repeated:.4f}.",
    ]
