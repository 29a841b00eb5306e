"""The list of metrics, and what each is computed from."""

import subprocess
import sys

import numpy as np
import pytest

from lstm_sweep.training.epoch_metrics import EPOCH_METRICS, MetricKind, compute_epoch_metrics
from lstm_sweep.training.validation import ValidationScore
from tests.commands import REPOSITORY


def test_metrics_are_computed_in_the_order_of_the_journal() -> None:
    score = ValidationScore(loss=0.25, log_ratio=np.log(0.9), forecast=np.zeros((1, 1)))
    metrics = compute_epoch_metrics(1.5, score)
    assert list(metrics) == ["loss", "val_loss", "val_skill"]
    assert (metrics["loss"], metrics["val_loss"]) == (1.5, 0.25)
    assert metrics["val_skill"] == pytest.approx(0.1)
    assert [metric.name for metric in EPOCH_METRICS if metric.kind is MetricKind.SKILL] == ["val_skill"]


def test_tags_and_titles_are_what_users_know() -> None:
    assert [metric.tag for metric in EPOCH_METRICS] == ["loss/train", "loss/validation", "skill/validation"]
    assert [metric.title for metric in EPOCH_METRICS] == [
        *("loss in training", "loss on validation", "skill on validation")
    ]


def test_reading_the_list_loads_no_backend() -> None:
    program = "import sys, lstm_sweep.training.epoch_metrics; print({'keras', 'jax', 'mlflow'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY / "src", capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
