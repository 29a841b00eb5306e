import shlex

from lstm_sweep.cli.composition.overrides import repaired
from lstm_sweep.config.spelling import spell_settings, typed
from tests.configs import compose_config


def test_a_searched_setting_is_cleared_first():
    given = ["+experiment=dropout", "search.model.l2={low: 0, high: 1}"]
    assert repaired(given) == [given[0], "search.model.l2=null", given[1]]


def test_null_and_other_settings_stay_as_they_are():
    given = ["search.model.l2=null", "seeds=5", "name=search.model"]
    assert repaired(given) == given


def test_names_that_users_choose_are_added_to_what_is_there() -> None:
    given = ["data.aggregate={trades: sum}", "data.join.gold=gold.csv", "data.where.symbol=BTC"]
    assert repaired(given) == [f"++{each}" for each in given]
    assert repaired(["+data.join={gold: gold.csv}", "data.joined=1"]) == [
        "+data.join={gold: gold.csv}",
        "data.joined=1",
    ]


def test_a_mapping_is_composed_as_it_is_spelled_whatever_its_names_are() -> None:
    wanted = {
        "Volume_(BTC)": "sum",
        "Change %": "last",
        "Vol.": "max",
        "6": "mean",
        "a, b: [c]": "min",
        "Stücke": "sum",
        "Prix €": "sum",
        "S&P": "max",
    }
    config = compose_config("data=csv", "data.path=btc.csv", *shlex.split(typed("data.aggregate", wanted)))
    assert config.data.aggregate == wanted
    (spelled,) = spell_settings({"data": {"aggregate": wanted}})
    assert compose_config("data=csv", "data.path=btc.csv", spelled).data.aggregate == wanted


def test_mappings_that_are_set_twice_are_merged() -> None:
    config = compose_config("data.join={gold: gold.csv, oil: oil.csv}", "data.join={gold: {path: xau.csv}}").data
    assert config.join == {"gold": {"path": "xau.csv"}, "oil": "oil.csv"}


def test_odd_signs_in_values_and_dotted_names_are_read_too() -> None:
    given = ("data.join={S&P: {path: 'größe #1; a.csv'}}", "data.aggregate.Stücke=sum", "data.where={Börse: 'Zürich!'}")
    data = compose_config("data=csv", "data.path=btc.csv", *given).data
    assert data.join == {"S&P": {"path": "größe #1; a.csv"}}
    assert data.aggregate == {"Stücke": "sum"}
    assert data.where == {"Börse": "Zürich!"}  # type: ignore[attr-defined]
