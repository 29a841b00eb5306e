"""Small repairs of what a user types, before Hydra reads it."""

import re
from collections.abc import Sequence

_SEARCHED = re.compile(r"(search(?:\.\w+)+)=(?!null$)")


def clear_before_search(arguments: Sequence[str]) -> list[str]:
    """Insert `key=null` before every `search.<section>.<setting>=...`.

    Hydra merges a value into what the experiment says, and refuses to merge a range into a list.
    """
    cleared = []
    for argument in arguments:
        match = _SEARCHED.match(argument)
        if match:
            cleared.append(f"{match.group(1)}=null")
        cleared.append(argument)
    return cleared
