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
    from lstm_sweep.cli.composition.literal import quote_literal
    from lstm_sweep.config.spelling import spell_value, typed

    paths = [each for each in arguments if "=" not in each or Path(each).exists()]
    settings = [each for each in arguments if each not in paths]
    names_path = any(each.startswith("data.path=") for each in settings)
    if not (paths or names_path or any(each.startswith("data=") for each in settings)):
        raise UserError(f"a file must be named, but is not: write {spelled('data')} btc.csv.")
    if paths and names_path:
        raise UserError(f"data.path must be set once, but is {paths[0]!r} and in a setting: remove one of them.")
    source = ["data=csv"] if paths or names_path else []
    path = [f"data.path={spell_value(paths[0] if len(paths) == 1 else paths)}"] if paths else []
    config = compose_settings([*source, *path, *quote_literal(settings)])
    from lstm_sweep.data.load import load_series
    from lstm_sweep.data.preview import preview

    series = load_series(config.data, config.data.features, signed=True)
    print(preview(series), end="")
    if series.is_signed:
        print(f"\na sweep over values at or below zero needs {typed('windows.transform', 'difference')} or none")
    return 0


COMMAND = Command(_help, _run, after_interrupt="nothing was changed")

if __name__ == "__main__":
    sys.exit(COMMAND.main(sys.argv[1:]))
