"""Small repairs of what a user types, before Hydra reads it."""

import re
from collections.abc import Sequence

from lstm_sweep.config.spelling import FREE_MAPPINGS

_SEARCHED = re.compile(r"(search(?:\.\w+)+)=(?!null$)")


_FREE = re.compile(rf"(?:{'|'.join(map(re.escape, FREE_MAPPINGS))})[.=]")


def repaired(arguments: Sequence[str]) -> list[str]:
    """Insert `key=null` before every `search.<section>.<setting>=...`, and `++` before names that users choose.

    Hydra merges a value into what the experiment says, and refuses to merge a range into a list, and a name that a
    mapping does not hold yet.
    """
    cleared = []
    for argument in (f"++{each}" if _FREE.match(each) else each for each in arguments):
        match = _SEARCHED.match(argument)
        if match:
            cleared.append(f"{match.group(1)}=null")
        cleared.append(argument)
    return cleared
