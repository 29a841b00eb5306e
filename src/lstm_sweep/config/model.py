"""The LSTM, and how it is trained."""

from dataclasses import dataclass, field

from lstm_sweep.config.checks import above_zero, at_least, fraction
from lstm_sweep.config.marks import ADDED, FUSIBLE


@dataclass
class ModelConfig:
    """The LSTM: `layers` equal LSTM layers, a dropout after each, one linear output per step of the horizon.

    Attributes:
        layers: number of LSTM layers.
        units: units in each.
        activation: any Keras activation by name, for the cell's output and candidate.
        recurrent_activation: likewise, for the gates.
        dropout: rate of the dropout after each LSTM layer.
        recurrent_dropout: rate of the dropout on the recurrent state.
        l2: weight of the squared input and recurrent kernels in the loss.
        stateful: read the series as contiguous streams and carry the state from batch to batch.
    """

    layers: int
    units: int
    activation: str
    recurrent_activation: str
    dropout: float = field(metadata=FUSIBLE)
    recurrent_dropout: float = field(metadata=FUSIBLE)  # above zero: zero is another, faster program
    l2: float = field(metadata=FUSIBLE)
    stateful: bool

    def __post_init__(self) -> None:
        """Check the settings; whether Keras knows an activation is checked where Keras is."""
        at_least("model.layers", self.layers, 1)
        at_least("model.units", self.units, 1)
        fraction("model.dropout", self.dropout)
        fraction("model.recurrent_dropout", self.recurrent_dropout)
        at_least("model.l2", self.l2, 0)


@dataclass
class TrainingConfig:
    """How a model is trained.

    Attributes:
        epochs: most epochs of a fit.
        batch_size: windows of a step, or streams where the model is stateful.
        learning_rate: of the optimizer.
        optimizer: any Keras optimizer by name.
        clipnorm: largest norm of each weight's gradient, or null.
        patience: epochs without a lower validation loss after which a fit stops and its best weights are
            restored, or null for no early stopping.
        init: folder with a forecaster (sweeps/NAME/model) whose weights and scaler training goes on from, or null for
            fresh ones.
    """

    epochs: int = field(metadata=FUSIBLE)
    batch_size: int
    learning_rate: float = field(metadata=FUSIBLE)
    optimizer: str
    clipnorm: float | None = field(metadata=FUSIBLE)
    patience: int | None = field(metadata=FUSIBLE)
    init: str | None = field(default=None, metadata=FUSIBLE | ADDED)

    def __post_init__(self) -> None:
        """Check the settings; whether Keras knows an optimizer is checked where Keras is."""
        at_least("training.epochs", self.epochs, 1)
        at_least("training.batch_size", self.batch_size, 1)
        above_zero("training.learning_rate", self.learning_rate)
        above_zero("training.clipnorm", self.clipnorm)
        at_least("training.patience", self.patience, 1)
