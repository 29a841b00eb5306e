"""The one exception that a user can cause; every command turns it into a sentence and exit status 2."""

from lstm_sweep.redaction import redacted


class UserError(Exception):
    """What was expected, what came (with the value and where), and what to do.

    One sentence on one line, without secrets and without signs that would change a terminal.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(printable(redacted(sentence)))


def printable(text: str) -> str:
    """`text` on one line and without signs that would change a terminal; whatever is no letter becomes ' ' or '?'."""
    return "".join(map(_shown, text))


def _shown(sign: str) -> str:
    if sign.isprintable():
        return sign
    return " " if sign.isspace() else "?"


def require(condition: bool, sentence: str) -> None:
    """Raise `UserError(sentence)` unless `condition` holds."""
    if not condition:
        raise UserError(sentence)
