"""A sweep is resumed with the command that began it: `name=NAME resume=true` is enough to type."""

import json
import re
from collections.abc import Sequence

from lstm_sweep.redaction import redacted
from lstm_sweep.storage.folder import COMMAND, SWEEPS

_WHOLE = re.compile(r"\++experiment=|search\.")
"""Who types one of these repeats the whole command."""

_RESUME = re.compile(r"resume=(true|force)$", re.IGNORECASE)


def written_command(arguments: Sequence[str]) -> str:
    """The content of `COMMAND`: what was typed, but for `resume` and for addresses with something secret in them."""
    kept = [each for each in arguments if redacted(each) == each and not each.startswith("resume=")]
    return json.dumps(kept, indent=2, ensure_ascii=False) + "\n"


def whole_arguments(arguments: Sequence[str]) -> list[str]:
    """What was typed, after what began the sweep where a resuming command does not say what is swept."""
    if not any(map(_RESUME.match, arguments)):
        return list(arguments)
    names = [argument.removeprefix("name=") for argument in arguments if argument.startswith("name=")]
    is_short = not any(map(_WHOLE.match, arguments)) and bool(names)
    path = SWEEPS / (names[-1] if names else "") / COMMAND
    if not (is_short and path.is_file()):
        return list(arguments)
    return [*json.loads(path.read_text()), *arguments]
