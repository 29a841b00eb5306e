"""The Applied TensorFlow and Keras Workshop (Packt, 2020), Activity 3.01: Bitcoin by the week, as its notebook does it.

A week is 7 closes relative to its own first. 186 weeks are one sample, the only one that is trained on; the next
week is its target. A forecast becomes prices by the first close of the very week that is forecast.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.reproductions.comparison import Comparison, Row, Values, errors_in_usd
from benchmarks.reproductions.ours import Ours, forecasts

if TYPE_CHECKING:
    import keras

PRICES = "workshop/bitcoin_dataset.csv"
FIRST_DAY, LAST_DAY = "2016-01-04", "2019-12-29"
NUM_DAYS, NUM_WEEKS, NUM_TEST_WEEKS = 7, 186, 21
NUM_SCORED = 144
"""Days: the notebook leaves out the last three."""


@dataclass(frozen=True)
class Version:
    """One of the workshop's models; the activation is that of the output, the cells have Keras' own.

    Attributes:
        layers: LSTM layers of 7 units.
        activation: of the output.
        dropout: after each LSTM layer.
        epochs: steps, as there is one sample.
        published: RMSE in USD and MAPE, as printed.
    """

    layers: int
    activation: str
    dropout: float
    epochs: int
    published: str


VERSIONS = {
    "workshop_v0": Version(1, "linear", 0.0, 10, "667.1 / 5.3"),
    "workshop_v1": Version(2, "linear", 0.0, 100, "1164.6 / 10.0"),
    "workshop_v2": Version(2, "linear", 0.0, 300, "1086.6 / 9.3"),
    "workshop_v3": Version(2, "relu", 0.0, 100, "956.4 / 7.7"),
    "workshop_v4": Version(2, "relu", 0.4, 600, "1185.9 / 10.0"),
}


def compare(name: str, path: Path, ours: Ours, num_seeds: int) -> Comparison:
    """Train a version of the workshop again, and score it and ours with and without the first close of each week."""
    weeks = read_weeks(path)
    theirs = [forecast(weeks, VERSIONS[name], seed) for seed in range(num_seeds)]
    return Comparison(
        [
            score("RMSE, USD / MAPE, %: from each week's own first close", VERSIONS[name], weeks, theirs, ours),
            score("the same days, from the last close known", None, weeks, theirs, ours),
            ours.row("the same measures, every window"),
        ],
        [memorized(weeks), f"{name}: {ours.sentence}"],
    )


def read_weeks(path: Path) -> Values:
    """Closing prices `(week, day)`."""
    table = pd.read_csv(path, index_col="date")
    return table.loc[FIRST_DAY:LAST_DAY, "close"].to_numpy().reshape(-1, NUM_DAYS)


def relative(weeks: Values) -> Values:
    """Each week relative to its own first close."""
    return weeks / weeks[:, :1] - 1.0


def forecast(weeks: Values, version: Version, seed: int) -> Values:
    """Train on the first 187 weeks, forecast each of the last 21 from the 186 before it: `(week, day)`, relative."""
    changes = relative(weeks)
    network = _train(changes[None, :NUM_WEEKS], changes[None, NUM_WEEKS], version, seed)
    starts = range(len(weeks) - NUM_TEST_WEEKS - NUM_WEEKS, len(weeks) - NUM_WEEKS)
    inputs = np.stack([changes[start : start + NUM_WEEKS] for start in starts])
    return network.predict(inputs, batch_size=1, verbose=0).astype(np.float64)


def _train(inputs: Values, targets: Values, version: Version, seed: int) -> "keras.Model":
    import keras

    keras.utils.set_random_seed(seed)
    layers: list[keras.Layer] = [keras.Input(batch_shape=(1, NUM_WEEKS, NUM_DAYS))]
    for number in range(1, version.layers + 1):
        layers += [keras.layers.LSTM(NUM_DAYS, return_sequences=number < version.layers)]
        layers += [keras.layers.Dropout(version.dropout)]
    network = keras.Sequential([*layers, keras.layers.Dense(NUM_DAYS, activation=version.activation)])
    network.compile("rmsprop", "mse")
    network.fit(inputs, targets, batch_size=1, epochs=version.epochs, verbose=0)
    return network


def memorized(weeks: Values) -> str:
    """What a network scores that has learned its only target by heart and nothing else, in words."""
    test = weeks[-NUM_TEST_WEEKS:]
    prices = test[:, :1] * (1.0 + relative(weeks)[NUM_WEEKS])
    errors = errors_in_usd([_days(prices)], _days(test))
    return f"workshop: in the first row, to forecast every week like the only one trained on scores {errors}."


def our_weeks(ours: Ours) -> list[Values]:
    """Our forecasts of the same weeks `(week, day)` in USD, an array for every seed, each made on the Sunday before."""
    sundays = ours.targets[ours.targets["origin"].dt.day_of_week == 6]
    return [prices.reshape(NUM_TEST_WEEKS, NUM_DAYS) for prices in forecasts(sundays)]


def score(scored: str, leaked: Version | None, weeks: Values, theirs: Sequence[Values], ours: Ours) -> Row:
    """Score both; with the published version, from each week's own first close, which nobody knew."""
    test, last_close = weeks[-NUM_TEST_WEEKS:], weeks[-NUM_TEST_WEEKS - 1 : -1, -1:]
    start = test[:, :1] if leaked else last_close
    own = our_weeks(ours)
    if leaked:
        own = [start * prices / prices[:, :1] for prices in own]
    actual, naive = _days(test), errors_in_usd([_days(start + 0.0 * test)], _days(test))
    return Row(
        scored,
        leaked.published if leaked else None,
        errors_in_usd([_days(start * (1.0 + change)) for change in theirs], actual),
        naive,
        errors_in_usd([_days(prices) for prices in own], actual),
        naive,
    )


def _days(weeks: Values) -> Values:
    return weeks.ravel()[:NUM_SCORED]
