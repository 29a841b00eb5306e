"""What a sentence tells people to do, taken from it as they would copy it, and done."""

import re
import shlex
from pathlib import Path

import pytest

from lstm_sweep.config.spelling import spell_settings
from lstm_sweep.data.load import load_series
from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError
from tests.configs import compose_config

_TYPED = re.compile(r"""(?:"\+?data\.\w[^"]*")|(?:'\+?data\.\w(?:[^']|'"'"')*')|(?:\+?\bdata\.[\w.]+=[^\s,;:]\S*)""")


def load(path: Path | str, *typed: str) -> Series:
    """The series of a file with settings as they are typed ('data.every=1D', in quotes or not)."""
    arguments = [argument for each in typed for argument in shlex.split(each)]
    (named,) = spell_settings({"data.path": str(path)})
    data = compose_config("data=csv", named, *arguments).data
    return load_series(data, data.features)


def settings_in(text: str) -> list[str]:
    """The settings that a sentence names, as one would copy them, in its order."""
    found = [each.group().rstrip(".,;:") for each in _TYPED.finditer(text)]
    return [each for each in found if "=" in each]


def refusal(path: Path | str, *typed: str) -> str:
    """The one sentence in which a file is refused."""
    with pytest.raises(UserError) as caught:
        load(path, *typed)
    sentence = str(caught.value)
    assert sentence.isprintable(), sentence
    assert sentence.endswith("."), sentence
    return sentence


def load_or_refusal(path: Path | str, *typed: str) -> Series | str:
    """The series, or the sentence in which it is refused."""
    try:
        return load(path, *typed)
    except UserError:
        return refusal(path, *typed)


def says(series: Series, *words: str) -> bool:
    """Whether one note holds all these words."""
    return any(all(word in note for word in words) for note in series.notes)


def moments(series: Series) -> list[str]:
    """Times of all bars to the second, UTC."""
    return [str(each) for each in series.timestamps.astype("datetime64[s]").astype(str).tolist()]


def filled(series: Series) -> list[str]:
    """Times of the bars that were filled."""
    return [time for time, empty in zip(moments(series), series.filled.tolist(), strict=True) if empty]
