from lstm_sweep.cli.composition.overrides import clear_before_search


def test_a_searched_setting_is_cleared_first():
    given = ["+experiment=dropout", "search.model.l2={low: 0, high: 1}"]
    assert clear_before_search(given) == [given[0], "search.model.l2=null", given[1]]


def test_null_and_other_settings_stay_as_they_are():
    given = ["search.model.l2=null", "seeds=5", "name=search.model"]
    assert clear_before_search(given) == given
