"""What runs are called in TensorBoard."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_sweep.tracking.tensorboard.run_names import run_name
from lstm_sweep.trials.label import setting_text
from lstm_sweep.trials.spec import Trial


def name_of(settings_recur: bool = False, **values: Any) -> str:
    return run_name(Trial("0007", {f"model.{name}": value for name, value in values.items()}), settings_recur)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"dropout": 0.3}, "dropout=0.3"),
        ({"lags": 30, "units": 64}, "lags=30, units=64"),
        ({"units": [32, 16], "clipnorm": None, "stateful": True}, "units=[32, 16], clipnorm=null, stateful=true"),
        ({"learning_rate": 1e-05}, "learning_rate=1e-05"),
        ({"since": date(2024, 1, 31)}, "since=2024-01-31"),
        ({}, "0007"),
    ],
)
def test_settings_are_the_name(values: dict[str, Any], name: str) -> None:
    assert name_of(**values) == name


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"dropout": 0.123456}, "dropout=0.1235 (0007)"),
        ({"word": "a/b\\c|`d`"}, "word=a_b_c__d_ (0007)"),
        ({"word": "../.."}, "word=.._ (0007)"),
        ({"word": "line\nfeed\0"}, "word=line_feed_ (0007)"),
        (
            {f"setting_{number}": number for number in range(9)},
            "setting_0=0, setting_1=1, setting_2=2 and 6 more (0007)",
        ),
        ({"word": 50 * "ab"}, f"word={25 * 'ab'}a (0007)"),
    ],
)
def test_the_number_of_the_trial_follows_where_settings_are_rounded_cut_or_made_safe(
    values: dict[str, Any], name: str
) -> None:
    assert name_of(**values) == name


def test_trials_of_equal_settings_are_told_apart_by_number() -> None:
    assert name_of(settings_recur=True, dropout=0.3) == "dropout=0.3 (0007)"


words = st.one_of(st.booleans(), st.none(), st.floats(allow_nan=False), st.integers(), st.text(max_size=80))


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), words, min_size=1, max_size=6))
def test_a_name_is_one_folder_on_any_file_system(values: dict[str, Any]) -> None:
    name = name_of(**values)
    assert not set(name) & set('/\\:*?"<>|`\0\n\r\t')
    assert name == name.strip(" .")
    assert 0 < len(name.encode()) < 256


@given(words, words)
def test_names_without_a_number_tell_settings_apart(some: Any, other: Any) -> None:
    first, second = name_of(dropout=some), name_of(dropout=other)
    if first == second and not first.endswith("(0007)"):
        assert setting_text(some) == setting_text(other)
