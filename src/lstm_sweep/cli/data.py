"""How a file is read: what was understood of it, its first and last bars, its course; nothing is trained."""

import sys
from collections.abc import Sequence

from lstm_sweep.cli.command import Command
from lstm_sweep.errors import UserError
from lstm_sweep.invocation import spelled


def _help() -> str:
    return "\n".join(
        [
            f"{spelled('data')} PATH [data.setting=value ...]",
            "",
            "Shows how a file is read: columns, times, zone, spacing, gaps, first and last bars. PATH is a file, a",
            "folder, a pattern, archive.zip:member.csv, or several of them; without one, data=NAME says what to show.",
            "",
            f"  {spelled('data')} btc.csv",
            f"  {spelled('data')} btc.csv data.every=1D 'data.features=[Volume]'",
            f"  {spelled('data')} data=sp500",
        ]
    )


def _run(arguments: Sequence[str]) -> int:
    """Returns 0."""
    from pathlib import Path

    from lstm_sweep.cli.composition.compose import compose_settings
    from lstm_sweep.config.spelling import spell_value

    paths = [each for each in arguments if "=" not in each or Path(each).exists()]
    settings = [each for each in arguments if each not in paths]
    if not paths and not any(each.startswith("data=") for each in settings):
        raise UserError(f"a file must be named, but is not: write {spelled('data')} btc.csv.")
    path = spell_value(paths[0] if len(paths) == 1 else paths)
    config = compose_settings([*(["data=csv", f"data.path={path}"] if paths else []), *settings])
    from lstm_sweep.data.load import load_series
    from lstm_sweep.data.preview import preview

    print(preview(load_series(config.data, config.data.features, signed=True)), end="")
    return 0


COMMAND = Command(_help, _run, after_interrupt="nothing was changed")

if __name__ == "__main__":
    sys.exit(COMMAND.main(sys.argv[1:]))
