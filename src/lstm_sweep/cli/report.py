"""Makes the page of a finished sweep again."""

import sys
from collections.abc import Sequence

from lstm_sweep.cli.command import Command
from lstm_sweep.cli.options import read_options
from lstm_sweep.invocation import spelled


def _help() -> str:
    return f"""{spelled("report")} sweep=NAME

Makes sweeps/NAME/report.html again, from what is on disk. One file that needs no network: the verdict, every trial
beside naive, forecasts, errors, learning curves, what each setting did, and how to repeat it. Nothing is trained or
scored."""


def _run(arguments: Sequence[str]) -> int:
    options = read_options(arguments, "report", {"sweep": "NAME"})
    from lstm_sweep.storage.folder import finished

    folder = finished(options["sweep"])
    from lstm_sweep.report.page.build import write_report

    print(write_report(folder))
    return 0


COMMAND = Command(_help, _run, after_interrupt="the page is as it was")

if __name__ == "__main__":
    sys.exit(COMMAND.main(sys.argv[1:]))
