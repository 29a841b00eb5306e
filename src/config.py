"""The typed schema of conf/: plain dataclasses whose checks run before any data is read.

Field types live here, values live in conf/*.yaml. Every message names the setting as the user types it.
"""

import math
from dataclasses import dataclass, field, fields, make_dataclass
from datetime import date
from typing import Any, ClassVar

from src.errors import UserError, require

TRANSFORMS = ("difference", "log_return", "relative", "none")
SCALES = ("minmax", "standard", "none")
PROCESSES = ("random_walk", "predictable")
ORACLES = ("grid", "random", "bayesian", "hyperband")
RUNNERS = ("fused", "sequential")
BACKENDS = ("jax", "tensorflow")

FUSIBLE = {"fusible": True}
"""Marks a setting in which fits of one compiled program may differ; any other makes another program."""


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    require(value in allowed, f"{name} must be one of {', '.join(allowed)}, but is {value!r}: choose one of them.")


def _at_least(name: str, value: float | None, low: float) -> None:
    if value is not None:
        sound = math.isfinite(value) and value >= low
        require(sound, f"{name} must be at least {low}, but is {value}: set a larger value.")


def _above_zero(name: str, value: float | None) -> None:
    if value is not None:
        require(math.isfinite(value) and value > 0, f"{name} must be above 0, but is {value}: set a positive value.")


def _fraction(name: str, value: float) -> None:
    require(0 <= value < 1, f"{name} must be at least 0 and below 1, but is {value}: set a fraction.")


@dataclass
class DataConfig:
    """What every source of prices has in common; `data=NAME` picks the source.

    Attributes:
        source: name of the source.
        every: length of a bar after resampling as a pandas offset ('10min', '1D', '7D'), or null to keep the bars.
        features: names of covariate columns that the model reads beside the price.
    """

    source: str
    every: str | None
    features: list[str]


@dataclass
class Sp500Data(DataConfig):
    """Daily S&P 500 bars 1999-2018, shipped with the `arch` library: real prices without a network."""


@dataclass
class BitcoinData(DataConfig):
    """Bars of one market of one exchange, fetched through ccxt and cached.

    Attributes:
        exchange: ccxt's id of the exchange.
        symbol: ccxt's name of the market.
        timeframe: length of the bars asked for, as the exchange names it ('1d', '1h', '1m').
        since: first day, ISO date.
        until: last day (inclusive), ISO date, or null for the last complete bar.
        url: replaces the exchange's API address (a proxy, a local server), or null.
        cache: folder for downloaded bars, or null for the user's cache folder.
    """

    exchange: str
    symbol: str
    timeframe: str
    since: str
    until: str | None
    url: str | None
    cache: str | None


@dataclass
class CsvData(DataConfig):
    """Any CSV file, gzipped or not; columns and time unit are found unless they are named.

    Attributes:
        path: the file.
        price: name (or 0-based number, where the file has no header) of the price column, or null to find it.
        time: name (or number) of the time column, or null to find it.
        time_unit: s, ms, us or ns for numeric times, or null to tell by magnitude.
    """

    path: str
    price: str | None
    time: str | None
    time_unit: str | None

    def __post_init__(self) -> None:
        """Check the settings."""
        if self.time_unit is not None:
            _one_of("data.time_unit", self.time_unit, ("s", "ms", "us", "ns"))


@dataclass
class SyntheticData(DataConfig):
    """Simulated daily prices with a known answer: the controls of the evaluation.

    Attributes:
        process: random_walk (naive cannot be beaten) or predictable (AR(1) returns with R2 = 20 %).
        length: number of bars.
        data_seed: seed of the simulated path; not the seed of the models.
    """

    process: str
    length: int
    data_seed: int

    def __post_init__(self) -> None:
        """Check the settings."""
        _one_of("data.process", self.process, PROCESSES)
        _at_least("data.length", self.length, 10)
        _at_least("data.data_seed", self.data_seed, 0)


@dataclass
class WindowsConfig:
    """How a series becomes windows, and which targets belong to which span.

    Attributes:
        lags: past steps that a window shows the model.
        horizon: future steps that it forecasts.
        transform: difference, log_return, relative (to the window's last value) or none.
        scale: minmax (to -1 .. 1), standard or none; fitted on the training span only.
        train: training span, as a fraction of the targets or as [first day, last day].
        validation: span that chooses between trials; likewise.
        test: span that is scored once, at the end; likewise.
    """

    lags: int
    horizon: int
    transform: str
    scale: str = field(metadata=FUSIBLE)
    train: Any = field(metadata=FUSIBLE)
    validation: Any = field(metadata=FUSIBLE)
    test: Any = field(metadata=FUSIBLE)

    SPANS: ClassVar[tuple[str, ...]] = ("train", "validation", "test")

    def __post_init__(self) -> None:
        """Check the settings; spans that need the data's dates are checked against the data later."""
        _at_least("windows.lags", self.lags, 1)
        _at_least("windows.horizon", self.horizon, 1)
        _one_of("windows.transform", self.transform, TRANSFORMS)
        _one_of("windows.scale", self.scale, SCALES)
        self._check_spans()

    def _check_spans(self) -> None:
        spans = {f"windows.{name}": getattr(self, name) for name in self.SPANS}
        for name, span in spans.items():
            _check_span(name, span)
        by_fraction = [span for span in spans.values() if not isinstance(span, list)]
        require(
            len(by_fraction) in (0, len(spans)),
            f"windows.train, .validation and .test must be all fractions or all [first day, last day], "
            f"but are {list(spans.values())}: write them alike.",
        )
        if by_fraction:
            total = sum(by_fraction)
            require(
                total <= 1 + 1e-9,
                f"windows.train, .validation and .test must not overlap, but their fractions add up to {total:g}: "
                "lower them to 1 or less.",
            )


def _check_span(name: str, span: Any) -> None:
    if isinstance(span, list):
        require(len(span) == 2, f"{name} must be [first day, last day], but is {span}: give two ISO dates.")
        first, last = (_iso_date(name, day) for day in span)
        require(first <= last, f"{name} must start before it ends, but is {span}: swap its days.")
    else:
        sound = isinstance(span, int | float) and not isinstance(span, bool) and 0 < span < 1
        require(
            sound,
            f"{name} must be a fraction between 0 and 1 or [first day, last day], but is {span!r}: "
            "write 0.15 or [2024-01-01, 2024-12-31].",
        )


def _iso_date(name: str, day: Any) -> date:
    try:
        return date.fromisoformat(str(day))
    except ValueError:
        raise UserError(f"{name} must hold ISO dates, but holds {day!r}: write it like 2024-12-31.") from None


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
        _at_least("model.layers", self.layers, 1)
        _at_least("model.units", self.units, 1)
        _fraction("model.dropout", self.dropout)
        _fraction("model.recurrent_dropout", self.recurrent_dropout)
        _at_least("model.l2", self.l2, 0)


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
    """

    epochs: int = field(metadata=FUSIBLE)
    batch_size: int
    learning_rate: float = field(metadata=FUSIBLE)
    optimizer: str
    clipnorm: float | None = field(metadata=FUSIBLE)
    patience: int | None = field(metadata=FUSIBLE)

    def __post_init__(self) -> None:
        """Check the settings; whether Keras knows an optimizer is checked where Keras is."""
        _at_least("training.epochs", self.epochs, 1)
        _at_least("training.batch_size", self.batch_size, 1)
        _above_zero("training.learning_rate", self.learning_rate)
        _above_zero("training.clipnorm", self.clipnorm)
        _at_least("training.patience", self.patience, 1)


@dataclass
class TunerConfig:
    """Which oracle chooses the trials, how many, and how many at once.

    Attributes:
        oracle: grid, random, bayesian or hyperband.
        max_trials: most trials of the sweep, or null for as many as the oracle has.
        batch: trials asked for and trained at once.
    """

    oracle: str
    max_trials: int | None
    batch: int

    def __post_init__(self) -> None:
        """Check the settings."""
        _one_of("tuner", self.oracle, ORACLES)
        _at_least("tuner.max_trials", self.max_trials, 1)
        _at_least("tuner.batch", self.batch, 1)


@dataclass
class HyperbandTuner(TunerConfig):
    """Hyperband (Li et al., 2018, https://arxiv.org/abs/1603.06560): many short fits, the best go on.

    Attributes:
        factor: every rung keeps one trial in `factor` and trains it `factor` times as long.
        iterations: times that the whole schedule is run.
    """

    factor: int
    iterations: int

    def __post_init__(self) -> None:
        """Check the settings."""
        super().__post_init__()
        _at_least("tuner.factor", self.factor, 2)
        _at_least("tuner.iterations", self.iterations, 1)


@dataclass
class RunnerConfig:
    """What trains a batch of fits.

    Attributes:
        kind: fused or sequential.
        backend: Keras backend, jax or tensorflow; fused runs on jax only.
    """

    kind: str
    backend: str

    def __post_init__(self) -> None:
        """Check the settings."""
        _one_of("runner", self.kind, RUNNERS)
        _one_of("runner.backend", self.backend, BACKENDS)
        require(
            self.kind != "fused" or self.backend == "jax",
            f"runner=fused compiles whole epochs with jax, but runner.backend is {self.backend}: "
            "use runner=sequential for it.",
        )


@dataclass
class FusedRunnerConfig(RunnerConfig):
    """Whole epochs compiled.

    Attributes:
        max_members: most fits trained in one program on a GPU, or null for as many as its memory holds.
    """

    max_members: int | None

    def __post_init__(self) -> None:
        """Check the settings."""
        super().__post_init__()
        _at_least("runner.max_members", self.max_members, 1)


@dataclass
class TrackingConfig:
    """Where trials are logged.

    Attributes:
        uri: MLflow tracking address, or null for no MLflow.
        tensorboard: whether to write TensorBoard event files.
    """

    uri: str | None
    tensorboard: bool


@dataclass
class EvaluationConfig:
    """How the sweep is judged.

    Attributes:
        alpha: level of the one test that decides.
        test: whether to score the test span; false while exploring, so that it stays unseen.
    """

    alpha: float
    test: bool

    def __post_init__(self) -> None:
        """Check the settings."""
        sound = 0 < self.alpha < 0.5
        require(sound, f"evaluation.alpha must be above 0 and below 0.5, but is {self.alpha}: 0.05 is usual.")


SWEPT_SECTIONS: dict[str, type] = {
    "data": DataConfig,
    "windows": WindowsConfig,
    "model": ModelConfig,
    "training": TrainingConfig,
}

_REPLICATE = "seeds are replicates of every trial, so that luck is not mistaken for skill; set seeds=5 instead"
_OTHER_SERIES = "scores on different series cannot be compared; run one sweep per series"
_OTHER_TARGETS = "it changes which targets are scored; run one sweep per value"
FIXED: dict[str, str] = {
    "seed": _REPLICATE,
    "seeds": _REPLICATE,
    "data.source": _OTHER_SERIES,
    "data.every": _OTHER_SERIES,
    "windows.horizon": _OTHER_TARGETS,
    "windows.train": _OTHER_TARGETS,
    "windows.validation": _OTHER_TARGETS,
    "windows.test": _OTHER_TARGETS,
}
"""Settings that cannot be swept, with the reason: '{path} cannot be swept: {reason}.'"""


def _optional_anything(names: list[str]) -> list[tuple[str, Any, Any]]:
    return [(name, Any, field(default=None)) for name in names]


def _search_schema() -> type:
    """A dataclass that mirrors the sections, every field optional, so that a misspelled key fails by name."""
    sections: list[tuple[str, Any, Any]] = []
    for section, schema in SWEPT_SECTIONS.items():
        names = [item.name for item in fields(schema)]
        mirror = make_dataclass(f"Search{section.capitalize()}", _optional_anything(names))
        sections.append((section, mirror, field(default_factory=mirror)))
    return make_dataclass("SearchConfig", sections + _optional_anything(["seed", "seeds"]))


SearchConfig = _search_schema()


@dataclass
class Config:
    """One sweep, whole.

    Attributes:
        name: of the sweep, of its folder under sweeps/ and of its MLflow parent run.
        seed: from which every fit's seed is derived.
        seeds: replicates of every trial.
        search: mirrors the sections; a list is a choice, {low, high, step|log} a range, null nothing.
    """

    name: str
    seed: int
    seeds: int
    data: DataConfig
    windows: WindowsConfig
    model: ModelConfig
    training: TrainingConfig
    tuner: TunerConfig
    runner: RunnerConfig
    tracking: TrackingConfig
    evaluation: EvaluationConfig
    search: SearchConfig = field(default_factory=SearchConfig)  # type: ignore[valid-type]

    def __post_init__(self) -> None:
        """Check what concerns more than one section."""
        sound = bool(self.name) and all(letter.isalnum() or letter in "-_." for letter in self.name)
        require(
            sound and not self.name.startswith("."),
            f"name must be letters, digits, '-', '_' and '.', not starting with a dot, but is {self.name!r}: "
            "it names a folder.",
        )
        _at_least("seed", self.seed, 0)
        _at_least("seeds", self.seeds, 1)
        require(
            not (self.model.stateful and self.windows.transform == "relative"),
            "windows.transform=relative needs windows with a last value, but model.stateful=true reads one stream: "
            "use windows.transform=log_return or model.stateful=false.",
        )


_SOURCES: dict[str, type[DataConfig]] = {
    "sp500": Sp500Data,
    "bitcoin": BitcoinData,
    "csv": CsvData,
    "synthetic": SyntheticData,
}


def config_from_plain(plain: dict[str, Any]) -> Config:
    """The config that `dataclasses.asdict` made plain, without its `search`; checked anew.

    Raises:
        UserError: where a setting cannot have its value.
    """
    oracle = HyperbandTuner if plain["tuner"]["oracle"] == "hyperband" else TunerConfig
    runner = FusedRunnerConfig if plain["runner"]["kind"] == "fused" else RunnerConfig
    return Config(
        name=plain["name"],
        seed=plain["seed"],
        seeds=plain["seeds"],
        data=_SOURCES[plain["data"]["source"]](**plain["data"]),
        windows=WindowsConfig(**plain["windows"]),
        model=ModelConfig(**plain["model"]),
        training=TrainingConfig(**plain["training"]),
        tuner=oracle(**plain["tuner"]),
        runner=runner(**plain["runner"]),
        tracking=TrackingConfig(**plain["tracking"]),
        evaluation=EvaluationConfig(**plain["evaluation"]),
    )
