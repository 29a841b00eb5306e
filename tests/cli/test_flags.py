"""What is typed as other programs have it."""

import pytest

from lstm_sweep.cli.composition.flags import refuse_flags
from lstm_sweep.errors import UserError


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["--resume"], "write resume=true"),
        (["--name", "foo"], "write name=foo"),
        (["--name", "my sweep"], 'write "name=my sweep"'),
        (["--seeds=3"], "write seeds=3"),
        (["-seeds=3"], "write seeds=3"),
        (["--learning-rate", "0.1"], r"write training\.learning_rate=0\.1"),
        (["--path", "seeds=3"], r"write data\.path=VALUE"),
        (["--experiment", "dropout"], r"write \+experiment=dropout"),
        (["--nonsense"], "--help for all settings"),
        (["--cfg"], "type --cfg job"),
        (["--cfg", "jobs"], "type --cfg job"),
        (["experiment=dropout"], r"write \+experiment=dropout"),
        (["++experiment=dropout"], r"write \+experiment=dropout"),
        (["seeds", "=", "3"], "leave no space"),
        (["seeds"], "is 'seeds'"),
        ([""], "is ''"),
        (["=3"], "is '=3'"),
    ],
)
def test_flags_and_words_are_refused_with_what_they_seem_to_mean(arguments: list[str], advice: str) -> None:
    with pytest.raises(UserError, match=advice):
        refuse_flags(["name=mine", *arguments])


@pytest.mark.parametrize(
    "arguments",
    [
        ["--cfg", "job", "-p", "model"],
        ["--cfg=job"],
        ["--info", "all"],
        ["--info"],
        ["-cd", "mine", "~search.model.l2"],
    ],
)
def test_flags_of_hydra_and_settings_pass(arguments: list[str]) -> None:
    refuse_flags(["+experiment=dropout", *arguments, "seeds=3", "data.path=-a.csv"])
