"""Sweeps side by side: one table, and one page."""

import shutil
import sys
from collections.abc import Sequence

from lstm_sweep.cli.command import Command
from lstm_sweep.invocation import spelled


def _help() -> str:
    return "\n".join(
        [
            f"{spelled('compare')} [NAME ...]",
            "",
            "Shows sweeps side by side: what was asked, on which prices, which configuration won, whether it beats",
            "naive and how sure that is, what it took, and in which settings the sweeps differ. All in sweeps/, or",
            "those of some names and patterns. Writes the same to sweeps/index.html, with links to the reports; that",
            "page stays as it is until this is run again. Nothing else is changed.",
            "",
            f"  {spelled('compare')}",
            f"  {spelled('compare')} dropout lags",
            f"  {spelled('compare')} 'drop*'",
        ]
    )


def _run(arguments: Sequence[str]) -> int:
    """Returns 0."""
    from lstm_sweep.comparison.compare import compare
    from lstm_sweep.storage.folder import SWEEPS

    comparison = compare(SWEEPS, arguments)
    print(comparison.as_text(shutil.get_terminal_size((100, 24)).columns))
    print(f"page: {comparison.write_page()}")
    return 0


COMMAND = Command(_help, _run, after_interrupt="the page is as it was")

if __name__ == "__main__":
    sys.exit(COMMAND.main(sys.argv[1:]))
