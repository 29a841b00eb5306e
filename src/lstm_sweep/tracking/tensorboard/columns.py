"""The columns of TensorBoard's HParams tab: swept settings, each of one type, and the metrics that compare trials."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams.summary_v2 import Discrete, Domain, HParam, Metric, RealInterval, hparams_config_pb

from lstm_sweep.formats import is_number
from lstm_sweep.tracking.tensorboard.events import Setting
from lstm_sweep.trials.label import setting_text

_METRICS = {"score": "score", "loss/validation": "validation loss", "skill/validation": "validation skill"}
_TEST_METRICS = {
    "test/skill": "test skill",
    "test/rmse": "test RMSE",
    "test/mse": "test MSE",
    "test/mape": "test MAPE",
    "test/direction_accuracy": "test direction accuracy",
}
"""Tags and what their columns are called, in order: first the score that trials are ranked by, then the test span."""

Search = Mapping[str, Any]
"""The section `search` of a sweep's settings: by section and setting, a list of values or a range."""


def typed_setting(search: Search, path: str, value: Any) -> Setting:
    """`value` as it is where all values searched are booleans or all numbers, else as a word."""
    section, _, key = path.partition(".")
    searched = (search.get(section) or {}).get(key)
    candidates = [value, *searched] if isinstance(searched, list) else [value]
    booleans = [isinstance(candidate, bool) for candidate in candidates]
    numbers = [isinstance(candidate, int | float) for candidate in candidates]
    one_type = all(numbers) and len(set(booleans)) == 1
    return value if one_type else setting_text(value)


def columns_summary(configs: Sequence[Mapping[str, Any]]) -> Summary:
    """The columns for sweeps that are shown together; TensorBoard reads one such summary of all it finds.

    Args:
        configs: the settings of each sweep as nested plain values; of one whose settings are lost, nothing.
    """
    is_scored = any(_section(config, "evaluation").get("test", True) for config in configs)
    score, *others = _METRICS.items()
    metrics = [score, *(_TEST_METRICS.items() if is_scored else ()), *others]
    domains: dict[str, list[list[Setting] | Mapping[str, float]]] = {}
    for config in configs:
        for path, searched in _searched(_section(config, "search")):
            domains.setdefault(path, []).append(searched)
    # At first TensorBoard shows five, before all metrics: what most sweeps sweep, under names that leave them room.
    domains = dict(sorted(domains.items(), key=lambda item: -len(item[1])))
    for config in configs:  # a value that is not of the domain would hide its rows
        for path, value in fixed_settings(config).items():
            if path in domains:
                domains[path].append([value])
    settings = [
        HParam(path, _domain(each), display_name=_short_name(path, list(domains))) for path, each in domains.items()
    ]
    return hparams_config_pb(settings, [Metric(tag, display_name=name) for tag, name in metrics])


def _short_name(path: str, paths: Sequence[str]) -> str:
    name = path.rpartition(".")[2]
    return name if [each.rpartition(".")[2] for each in paths].count(name) == 1 else path


def fixed_settings(config: Mapping[str, Any]) -> dict[str, Setting]:
    """What a sweep might have swept but did not, by path: a sweep that is shown beside it may have.

    Args:
        config: the settings of the sweep as nested plain values.
    """
    return {
        f"{section}.{key}": typed_setting({}, f"{section}.{key}", _section(config, section)[key])
        for section, settings in _section(config, "search").items()
        for key, searched in (settings.items() if isinstance(settings, Mapping) else ())
        if searched is None and key in _section(config, section)
    }


def _searched(search: Search) -> Iterator[tuple[str, list[Setting] | Mapping[str, float]]]:
    """Each searched setting with its values, or its range."""
    for section, settings in search.items():
        for key, searched in settings.items() if isinstance(settings, Mapping) else ():
            path = f"{section}.{key}"
            if isinstance(searched, list) and searched:
                yield path, [typed_setting(search, path, value) for value in searched]
            elif isinstance(searched, Mapping) and is_number(searched.get("low")) and is_number(searched.get("high")):
                yield path, searched


def _section(config: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Of settings, or nothing where it is not as a sweep writes it."""
    section = config.get(name)
    return section if isinstance(section, Mapping) else {}


def _domain(searched: Sequence[list[Setting] | Mapping[str, float]]) -> Domain:
    """What some sweep searched: the values where all of them are listed, else from the lowest to the highest."""
    values: list[Setting] = []
    for each in searched:
        values += each if isinstance(each, list) else [float(each["low"]), float(each["high"])]
    kinds = {float if type(value) is int else type(value) for value in values}
    if len(kinds) > 1:
        return Discrete([], dtype=str)  # a value that is listed as a word hides the rows where it is a number
    (kind,) = kinds
    unique: list[Any] = sorted({kind(value) for value in values})
    return Discrete(unique) if all(isinstance(each, list) for each in searched) else RealInterval(unique[0], unique[-1])
