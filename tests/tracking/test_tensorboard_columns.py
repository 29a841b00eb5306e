"""The columns of TensorBoard's HParams tab."""

from typing import Any

from tensorboard.plugins.hparams import api_pb2, metadata

from lstm_sweep.tracking.tensorboard.columns import columns_summary, fixed_settings


def experiment(*searches: dict[str, Any], test: bool = True) -> api_pb2.Experiment:
    """What sweeps that search so are described with."""
    (value,) = columns_summary([{"search": each, "evaluation": {"test": test}} for each in searches]).value
    return metadata.parse_experiment_plugin_data(value.metadata.plugin_data.content)


def column(searched: Any, *others: Any) -> Any:
    """Of one setting that sweeps search."""
    (info,) = experiment(*({"model": {"dropout": each}} for each in (searched, *others))).hparam_infos
    assert info.name == "model.dropout"
    return info


def test_values_of_a_grid_can_be_ticked() -> None:
    found = column([0.5, 0, 0.25])
    assert found.type == api_pb2.DATA_TYPE_FLOAT64
    assert list(found.domain_discrete) == [0.0, 0.25, 0.5]
    assert list(column([True, False]).domain_discrete) == [False, True]
    assert list(column(["b", "a"]).domain_discrete) == ["a", "b"]


def test_a_range_has_ends() -> None:
    found = column({"low": 1, "high": 8, "step": 1})
    assert found.type == api_pb2.DATA_TYPE_FLOAT64
    assert (found.domain_interval.min_value, found.domain_interval.max_value) == (1.0, 8.0)


def test_several_sweeps_share_a_column() -> None:
    assert list(column([0.1, 0.2], [0.2, 0.3]).domain_discrete) == [0.1, 0.2, 0.3]
    found = column([0.1, 9], {"low": 1.0, "high": 8.0})
    assert (found.domain_interval.min_value, found.domain_interval.max_value) == (0.1, 9.0)


def test_a_column_of_words_and_numbers_is_all_words() -> None:
    assert list(column([None, 0.5, 1]).domain_discrete) == ["0.5", "1", "null"]


def test_words_of_one_sweep_and_numbers_of_another_cannot_be_ticked_as_that_would_hide_one_of_them() -> None:
    found = column([0.5], [None, 1.0])
    assert found.type == api_pb2.DATA_TYPE_STRING
    assert found.WhichOneof("domain") is None


def test_settings_that_are_not_searched_have_no_column() -> None:
    assert not experiment({"model": {"dropout": None}, "seeds": None}).hparam_infos


def test_the_score_comes_first_and_the_test_span_where_some_sweep_scores_it() -> None:
    tags = [info.name.tag for info in experiment({}).metric_infos]
    assert tags[:4] == ["score", "test/skill", "test/rmse", "test/mse"]
    assert [info.display_name for info in experiment({}).metric_infos][1:3] == ["test skill", "test RMSE"]
    unseen = [info.name.tag for info in experiment({}, test=False).metric_infos]
    assert unseen == ["score", "loss/validation", "skill/validation"]


def test_what_one_sweep_fixes_and_another_sweeps_is_of_the_column_that_both_share() -> None:
    configs = [
        {"search": {"model": {"units": [8, 16], "l2": None}}, "model": {"units": 8, "l2": 0.1}},
        {"search": {"model": {"units": None, "l2": None}}, "model": {"units": 4, "l2": 0.2}},
        {"search": {"model": {"units": None}}},
    ]
    (value,) = columns_summary(configs).value
    (info,) = metadata.parse_experiment_plugin_data(value.metadata.plugin_data.content).hparam_infos
    assert (info.name, list(info.domain_discrete)) == ("model.units", [4.0, 8.0, 16.0])
    assert [fixed_settings(config) for config in configs] == [
        {"model.l2": 0.1},
        {"model.units": 4, "model.l2": 0.2},
        {},
    ]


def test_what_most_sweeps_sweep_comes_first_under_the_last_part_of_its_name() -> None:
    searches = [{"model": {"dropout": [0.1, 0.2]}}, {"model": {"units": [1, 2]}}, {"model": {"units": [3, 4]}}]
    names = [(info.name, info.display_name) for info in experiment(*searches).hparam_infos]
    assert names == [
        ("model.units", "units"),
        ("model.dropout", "dropout"),
    ]
    alike = experiment({"model": {"units": [1, 2]}, "data": {"units": [3, 4]}}).hparam_infos
    assert {info.display_name for info in alike} == {"model.units", "data.units"}
