"""Small repairs of what a user types, before Hydra reads it."""

import re
from collections.abc import Sequence
from typing import Any

from lstm_sweep.config import Config
from lstm_sweep.config.spelling import FREE_MAPPINGS

_SEARCHED = re.compile(r"(search(?:\.\w+)+)=(?!null$)")


_FREE = re.compile(rf"(?:{'|'.join(map(re.escape, FREE_MAPPINGS))})[.=]")

_SIGN = re.compile(r"[^\x20-\x7e]|[&#;!<>^~`]")
_WORD = re.compile(r"__u([0-9a-f]{1,5})__")


def repaired(arguments: Sequence[str]) -> list[str]:
    """Insert `key=null` before every `search.<section>.<setting>=...`, and `++` before names that users choose.

    Hydra merges a value into what the experiment says, and refuses to merge a range into a list, and a name that a
    mapping does not hold yet. Signs of such names that its grammar has no way to write ('Stücke', 'S&P') are written
    as words, which `restored` reads.
    """
    cleared = []
    for argument in (f"++{_SIGN.sub(_as_word, each)}" if _FREE.match(each) else each for each in arguments):
        match = _SEARCHED.match(argument)
        if match:
            cleared.append(f"{match.group(1)}=null")
        cleared.append(argument)
    return cleared


def restored(config: Config) -> Config:
    """The same settings with the signs that `repaired` wrote as words."""
    for path in FREE_MAPPINGS:
        name = path.partition(".")[2]
        if hasattr(config.data, name):
            setattr(config.data, name, _restored(getattr(config.data, name)))
    return config


def _as_word(sign: re.Match[str]) -> str:
    return f"__u{ord(sign[0]):x}__"


def _restored(value: Any) -> Any:
    if isinstance(value, dict):
        return {_restored(name): _restored(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_restored(each) for each in value]
    return _WORD.sub(lambda word: chr(int(word[1], 16)), value) if isinstance(value, str) else value
