"""What is typed after a command that is no sweep: name=value, of a few names."""

from collections.abc import Mapping, Sequence

from lstm_sweep.errors import require
from lstm_sweep.invocation import spelled


def read_options(
    arguments: Sequence[str], command: str, values: Mapping[str, str], needed: Sequence[str] = ("sweep",)
) -> dict[str, str]:
    """The options that were typed.

    Args:
        arguments: as typed.
        command: whose they are ('audit').
        values: what its options are called, and what their values are, for a sentence: {"sweep": "NAME"}.
        needed: names of options that must be typed: the sweep, or nothing.

    Raises:
        UserError: where an argument is no such option, or the sweep is not named.
    """
    forms = " or ".join(f"{name}={value}" for name, value in values.items())
    options = {}
    for argument in arguments:
        name, _, value = argument.partition("=")
        require(
            bool(value) and name in values,
            f"an argument must be {forms}, but is {argument!r}: see {spelled(command)} --help.",
        )
        options[name] = value
    require("sweep" in options or "sweep" not in needed, "the sweep must be named, but is not: add sweep=NAME.")
    return options
