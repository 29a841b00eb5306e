"""Where prices are read after a sweep: as the sweep read them, but for what is typed."""

from collections.abc import Mapping, Sequence
from typing import Any

from lstm_sweep.cli.composition.compose import compose_settings
from lstm_sweep.cli.composition.literal import quote_literal
from lstm_sweep.config import DataConfig
from lstm_sweep.config.spelling import spell_settings
from lstm_sweep.errors import require


def data_settings(began: Mapping[str, Any], settings: Sequence[str]) -> DataConfig:
    """Settings of the prices: those of the sweep, and what was typed; another source starts from its own.

    Args:
        began: settings of `data` that the sweep had.
        settings: as typed, all of `data`.

    Raises:
        UserError: where they cannot be composed, or name what the model reads, which is settled.
    """
    is_features = [each for each in settings if each.startswith("data.features=")]
    require(
        not is_features, f"what a model reads is settled, so that data.features cannot be: leave {is_features} out."
    )
    is_other = any(each.startswith("data=") for each in settings)
    of_source = {name: value for name, value in began.items() if name != "source"}
    before = [] if is_other else [f"data={began['source']}", *spell_settings({"data": of_source})]
    return compose_settings([*before, *quote_literal(settings)]).data
