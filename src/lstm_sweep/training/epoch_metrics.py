"""The metrics of an epoch, each spelt once: to add one, add it to `EPOCH_METRICS`."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from lstm_sweep.training.validation import ValidationScore


class MetricKind(Enum):
    """What a metric measures, and so how it is drawn and compared.

    Attributes:
        SCALED_ERROR: an error in scaled units; drawn on a logarithmic axis, compared relatively.
        SKILL: a fraction that is 0 for naive and 1 at best; drawn in percent, compared absolutely.
    """

    SCALED_ERROR = "scaled error"
    SKILL = "skill"


@dataclass(frozen=True)
class EpochMetric:
    """One metric of an epoch.

    Attributes:
        name: in the journal and in MLflow.
        tag: of its curve in TensorBoard, 'group/name'.
        title: of its view in the report.
        kind: what it measures.
        compute: the metric from the mean training loss of the epoch and the score of its weights on validation.
    """

    name: str
    tag: str
    title: str
    kind: MetricKind
    compute: Callable[[float, ValidationScore], float]


EPOCH_METRICS = (
    EpochMetric("loss", "loss/train", "loss in training", MetricKind.SCALED_ERROR, lambda loss, score: loss),
    EpochMetric(
        "val_loss", "loss/validation", "loss on validation", MetricKind.SCALED_ERROR, lambda loss, score: score.loss
    ),
    EpochMetric(
        "val_skill", "skill/validation", "skill on validation", MetricKind.SKILL, lambda loss, score: score.skill
    ),
)
"""Training loss (scaled units, L2 included), mean squared error on validation (scaled units), and skill there."""


def compute_epoch_metrics(loss: float, score: ValidationScore) -> dict[str, float]:
    """Every metric of an epoch by name, in the order of the journal.

    Args:
        loss: mean over the steps of the epoch of the training loss.
        score: of the weights after it, over the validation windows.
    """
    return {metric.name: metric.compute(loss, score) for metric in EPOCH_METRICS}
