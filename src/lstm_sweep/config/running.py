"""How a sweep is run: who chooses trials, who trains, who records, who judges."""

import math
from dataclasses import dataclass, field

from lstm_sweep.config.checks import above_zero, at_least, installed, one_of
from lstm_sweep.config.marks import LIMIT, NO_RESULTS
from lstm_sweep.errors import require

ORACLES = ("grid", "random", "bayesian", "hyperband")

RUNNERS = ("fused", "sequential")

BACKENDS = ("jax", "tensorflow")


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
        one_of("tuner", self.oracle, ORACLES)
        at_least("tuner.max_trials", self.max_trials, 1)
        at_least("tuner.batch", self.batch, 1)


@dataclass
class HyperbandTuner(TunerConfig):
    """Hyperband (Li et al., 2018, https://arxiv.org/abs/1603.06560): many short fits, the best are promoted.

    Attributes:
        factor: every rung keeps one trial in `factor` and trains it `factor` times as long.
        iterations: times that the whole schedule is run.
    """

    factor: int
    iterations: int

    def __post_init__(self) -> None:
        """Check the settings."""
        super().__post_init__()
        at_least("tuner.factor", self.factor, 2)
        at_least("tuner.iterations", self.iterations, 1)


@dataclass
class RunnerConfig:
    """What trains a batch of fits.

    Attributes:
        kind: fused or sequential.
        backend: Keras backend, jax or tensorflow; fused runs on jax only.
        checkpoint_seconds: a long fit leaves a checkpoint at the first epoch end after so many seconds.
    """

    kind: str
    backend: str
    checkpoint_seconds: float = field(metadata=NO_RESULTS)

    def __post_init__(self) -> None:
        """Check the settings."""
        one_of("runner", self.kind, RUNNERS)
        one_of("runner.backend", self.backend, BACKENDS)
        above_zero("runner.checkpoint_seconds", self.checkpoint_seconds)
        require(
            self.kind != "fused" or self.backend == "jax",
            f"runner=fused compiles whole epochs with jax, but runner.backend is {self.backend}: "
            "use runner=sequential for it.",
        )
        if self.backend == "tensorflow":
            installed("tensorflow", "tensorflow", "runner.backend=tensorflow")


@dataclass
class FusedRunnerConfig(RunnerConfig):
    """Whole epochs compiled.

    Attributes:
        max_members: most fits trained in one program on a GPU, or null for as many as its memory holds.
        native: whether CPU cores train LSTMs by the C code of `training/fused/native/`, compiled on this machine.
    """

    max_members: int | None
    native: bool

    def __post_init__(self) -> None:
        """Check the settings."""
        super().__post_init__()
        at_least("runner.max_members", self.max_members, 1)


@dataclass
class TrackingConfig:
    """Where trials are logged.

    Attributes:
        uri: MLflow tracking address, or null for no MLflow. The word `default` stands for where the sweep began, for
            a new one MLFLOW_TRACKING_URI, else a database in ./mlruns. User, password and query of an address are
            written nowhere, the sweep's own config.yaml included: whoever resumes or syncs a sweep gives them again.
        tensorboard: whether to write TensorBoard event files.
        experiment: MLflow experiment; null for what the sweep began with, for a new one MLFLOW_EXPERIMENT_NAME, else
            the sweep's name.
    """

    uri: str | None = field(metadata=NO_RESULTS)
    tensorboard: bool = field(metadata=NO_RESULTS)
    experiment: str | None = field(default=None, metadata=NO_RESULTS)


@dataclass
class EvaluationConfig:
    """How trials are compared, and how the best is judged.

    Attributes:
        alpha: level of the one test that decides.
        test: whether to score the test span; false while exploring, so that it stays unseen.
        folds: walk-forward folds that windows.validation is cut into; every one trains anew up to its start.
        sliding: whether the folds' training spans keep their length; false: each begins where the first does.
        extra_seeds: whether trials that cannot be told from the best get up to four times their seeds.
    """

    alpha: float
    test: bool
    folds: int
    sliding: bool
    extra_seeds: bool

    def __post_init__(self) -> None:
        """Check the settings."""
        sound = 0 < self.alpha < 0.5
        require(sound, f"evaluation.alpha must be above 0 and below 0.5, but is {self.alpha}: 0.05 is usual.")
        at_least("evaluation.folds", self.folds, 1)


@dataclass
class BudgetConfig:
    """Where a sweep ends with the best so far; what it has done counts over all resumes.

    Attributes:
        seconds: of wall time, from the start of the command, or null.
        fits: trained or taken from the cache, in whole trials, or null.
        usd: that the machine may cost, or null.
        usd_per_hour: what the machine costs, or null where nobody counts.
    """

    seconds: float | None = field(metadata=LIMIT)
    fits: int | None = field(metadata=LIMIT)
    usd: float | None = field(metadata=LIMIT)
    usd_per_hour: float | None = field(metadata=LIMIT)

    def __post_init__(self) -> None:
        """Check the settings."""
        for name in ("seconds", "usd", "usd_per_hour"):
            above_zero(f"budget.{name}", getattr(self, name))
        at_least("budget.fits", self.fits, 1)
        require(
            self.usd is None or self.usd_per_hour is not None,
            f"budget.usd={self.usd} needs the price of the machine, but budget.usd_per_hour is null: set it.",
        )

    @property
    def most_seconds(self) -> float:
        """Wall time that both limits leave, infinity where there is none."""
        by_cost = math.inf if self.usd is None or self.usd_per_hour is None else 3600 * self.usd / self.usd_per_hour
        return min(math.inf if self.seconds is None else self.seconds, by_cost)
