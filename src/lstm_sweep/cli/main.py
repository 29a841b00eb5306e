"""`lstm-sweep COMMAND ...`: all commands of the installed program, in any folder."""

import sys
from collections.abc import Sequence
from importlib import import_module

from lstm_sweep.cli.command import Command, asks_for_help, asks_for_version
from lstm_sweep.cli.streams import settle_streams

COMMANDS = {
    "sweep": "train the variants of an experiment, and judge them against naive",
    "data": "show how a file is read, without training anything",
    "compare": "show sweeps side by side, as a table and as a page",
    "tensorboard": "open TensorBoard on the latest sweep, or on others",
    "promote": "register the winner of a sweep in MLflow as a model",
    "forecast": "the next bars, by the winner of a sweep",
    "retrain": "train a registered model anew on all bars up to now, as the challenger",
    "serve": "follow a series with the winner, judge it live, and show it on a page",
    "replay": "make every live forecast again, and compare them",
    "record": "write down order books and trades of exchanges as they come",
    "store": "what was recorded: list, verify, compact, make bars of it, export it",
    "report": "make the page of a finished sweep again",
    "sync": "deliver to MLflow what it misses of a sweep",
    "audit": "retrain a trial with plain Keras on TensorFlow, and compare every number",
}
"""By name, which is that of the module beside this one, and what each does."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that was typed; see `Command.main` for the exit status."""
    settle_streams()
    typed = list(sys.argv[1:] if arguments is None else arguments)
    if not typed or asks_for_help(typed[:1]):
        print(_help())
        return 0
    if asks_for_version(typed[:1]):
        from lstm_sweep import __version__

        print(f"lstm-sweep {__version__}")
        return 0
    if typed[0] not in COMMANDS:
        known = ", ".join(COMMANDS)
        print(f"error: a command must be one of {known}, but is {typed[0]!r}: see lstm-sweep --help.", file=sys.stderr)
        return 2
    # Hydra, which reads the settings of a sweep, looks at sys.argv.
    sys.argv = [f"lstm-sweep {typed[0]}", *typed[1:]]
    command: Command = import_module(f"lstm_sweep.cli.{typed[0]}").COMMAND
    return command.main(typed[1:])


def _help() -> str:
    lines = [f"  {name:<13}{does}" for name, does in COMMANDS.items()]
    return "\n".join(
        [
            "lstm-sweep COMMAND [setting=value ...]",
            "",
            *lines,
            "",
            "lstm-sweep COMMAND --help says more; results go to ./sweeps and ./mlruns, and experiments of your own in",
            "./conf/experiment are found.",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
