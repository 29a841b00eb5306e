"""How a sweep is run: who chooses trials, who trains, who records, who judges."""

from dataclasses import dataclass

from src.config.checks import at_least, one_of
from src.errors import require

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
        at_least("tuner.factor", self.factor, 2)
        at_least("tuner.iterations", self.iterations, 1)


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
        one_of("runner", self.kind, RUNNERS)
        one_of("runner.backend", self.backend, BACKENDS)
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
        at_least("runner.max_members", self.max_members, 1)


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
