"""What is typed after a command that is no sweep: name=value, of a few names."""

from collections.abc import Mapping, Sequence

from lstm_sweep.errors import require
from lstm_sweep.invocation import spelled


def read_options(
    arguments: Sequence[str], command: str, values: Mapping[str, str], needed: Sequence[str] = ("sweep",)
) -> dict[str, str]:
    """The options that were typed; exactly one of those that are needed must be among them.

    Args:
        arguments: as typed.
        command: whose they are ('audit').
        values: what its options are called, and what their values are, for a sentence: {"sweep": "NAME"}.
        needed: options of which one says what the command is about; empty where nothing must be typed.

    Raises:
        UserError: where an argument is no such option, or what it is about is not named, or twice.
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
    named = [name for name in needed if name in options]
    about, choice = " or the ".join(needed), " or ".join(f"{name}=NAME" for name in needed)
    require(bool(named) or not needed, f"the {about} must be named, but is not: add {choice}.")
    require(len(named) < 2, f"only one of {' and '.join(named)} must be named, but both are: leave one out.")
    return options
