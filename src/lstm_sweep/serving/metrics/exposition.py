"""Numbers in the text format that Prometheus reads (version 0.0.4)."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import final

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

PREFIX = "lstm_sweep_"


@final
@dataclass(frozen=True)
class Sample:
    """One number of a metric, told from its others by labels; `suffix` as histograms need it ('_bucket')."""

    value: float
    labels: Mapping[str, str]
    suffix: str = ""


@final
@dataclass(frozen=True)
class Metric:
    """Numbers of one kind.

    Attributes:
        name: without `PREFIX`; a counter's ends with '_total'.
        kind: counter, gauge or histogram.
        meaning: for people, on one line.
        samples: of it.
    """

    name: str
    kind: str
    meaning: str
    samples: tuple[Sample, ...]


def one(name: str, kind: str, meaning: str, value: float) -> Metric:
    """A metric of one number without labels."""
    return Metric(name, kind, meaning, (Sample(value, {}),))


def exposed(metrics: Iterable[Metric]) -> str:
    """The text of a scrape; metrics without a number are left out."""
    lines = []
    for metric in metrics:
        if metric.samples:
            name = PREFIX + metric.name
            lines += [f"# HELP {name} {_escaped(metric.meaning)}", f"# TYPE {name} {metric.kind}"]
            lines += [f"{name}{each.suffix}{_labels(each.labels)} {_number(each.value)}" for each in metric.samples]
    return "\n".join([*lines, ""])


def _labels(labels: Mapping[str, str]) -> str:
    pairs = ",".join(f'{name}="{_quoted(value)}"' for name, value in labels.items())
    return f"{{{pairs}}}" if pairs else ""


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n")


def _quoted(text: str) -> str:
    return _escaped(text).replace('"', r"\"")


def _number(value: float) -> str:
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return "NaN" if math.isnan(value) else repr(value)
