"""Settings of prices that continue those of a sweep."""

from collections.abc import Mapping, Sequence
from typing import Any

from lstm_sweep.cli.composition.literal import quote_literal
from lstm_sweep.config.spelling import spell_settings
from lstm_sweep.errors import require


def is_of_data(argument: str) -> bool:
    """Whether an argument is a setting of data."""
    return argument.partition("=")[0].partition(".")[0] == "data"


def continued_data(began: Mapping[str, Any], settings: Sequence[str]) -> list[str]:
    """Settings of the prices as they would be typed: those of the sweep, and what was typed.

    Args:
        began: settings of the sweep's data; another source that was typed starts from its own.
        settings: as typed.

    Raises:
        UserError: where other features are asked for.
    """
    is_features = [each for each in settings if each.startswith("data.features=")]
    require(
        not is_features, f"what a model reads is settled, so that data.features cannot be: leave {is_features} out."
    )
    is_other = any(each.startswith("data=") for each in settings)
    of_source = {name: value for name, value in began.items() if name != "source"}
    before = [] if is_other else [f"data={began['source']}", *spell_settings({"data": of_source})]
    return [*before, *quote_literal(settings)]
