"""The next bars, by the winner of a sweep."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lstm_sweep.cli.command import Command
from lstm_sweep.cli.options import read_options
from lstm_sweep.errors import UserError, require
from lstm_sweep.invocation import spelled

if TYPE_CHECKING:
    from lstm_sweep.live.winner import SweepWinner

_EXAMPLES = {"bars": "1", "coverage": "0.9"}
_OPTIONS = {
    "sweep": "NAME",
    "model": "NAME",
    "tracking.uri": "URI",
    "bars": "NUMBER",
    "coverage": "SHARE",
    "members": "median|ensemble",
    "out": "FILE",
    "data.SETTING": "...",
}


def _help() -> str:
    command = spelled("forecast")
    return f"""{command} sweep=NAME|model=NAME [bars=7] [coverage=0.9] [members=ensemble] [out=FILE] [data.setting=...]

Forecasts the bars after the newest one by the winner of a finished sweep, or by a model that was promoted: price,
interval and naive for each, with the verdict that the sweep ended with. Prices are read anew from where the sweep read
them, as far as they now go; data=csv data.path=FILE, or any other setting of data, reads others.

  model     a registered model: its champion, or NAME@challenger, NAME/3; in the MLflow at tracking.uri=URI
  bars      steps ahead, at most the windows.horizon of the sweep, which is what is shown unless told
  coverage  share of actual prices that the intervals are to hold; held is the share that they have held so far
  members   median: the seed of median validation score; ensemble: all seeds of the trial, averaged
  out       a file that ends in .csv, .json or .png (a picture), written beside what is printed

  {command} sweep=dropout
  {command} model=dropout@challenger
  {command} sweep=lags bars=7 data.path=newer.csv out=next.json"""


def _run(arguments: Sequence[str]) -> int:
    """Returns 0."""
    from lstm_sweep.cli.composition.compose import compose_settings
    from lstm_sweep.cli.composition.continued import continued_data, is_of_data

    typed = [each for each in arguments if not is_of_data(each)]
    options = read_options(typed, "forecast", _OPTIONS, needed=("sweep", "model"))
    os.environ.setdefault("KERAS_BACKEND", "jax")
    from lstm_sweep.data.load import load_series
    from lstm_sweep.live.path import forecast_path
    from lstm_sweep.live.written import check_out, printed, write

    out = Path(options["out"]) if "out" in options else None
    if out is not None:
        check_out(out)
    winner = _winner(options)
    network = winner.members[0]
    data = compose_settings(continued_data(winner.facts.data, list(filter(is_of_data, arguments)))).data
    series = load_series(data, network.features, signed=network.is_signed)
    bars = int(_number("bars", options.get("bars", str(winner.horizon)), int))
    coverage = _number("coverage", options.get("coverage", "0.9"), float)
    zone, timed = getattr(data, "time_zone", None), getattr(data, "time", None) != "none"
    path = forecast_path(winner, series, bars, coverage, zone, timed=timed)
    print(printed(path, winner))
    if out is not None:
        write(path, winner, series, out)
        print(f"  written to {out}")
    return 0


def _winner(options: Mapping[str, str]) -> "SweepWinner":
    members = options.get("members", "median")
    if "sweep" in options:
        from lstm_sweep.live.winner import find_winner
        from lstm_sweep.storage.folder import finished

        require("tracking.uri" not in options, "a sweep is read from its folder: leave tracking.uri out.")
        return find_winner(finished(options["sweep"]), members)
    from lstm_sweep.live.registered import find_registered

    require(members == "median", f"a registered model is of one seed, so that members={members} needs sweep=NAME.")
    return find_registered(options["model"], options.get("tracking.uri"))


def _number(name: str, text: str, kind: type[int] | type[float]) -> float:
    try:
        return kind(text)
    except ValueError:
        a_number = "a whole number" if kind is int else "a number"
        raise UserError(
            f"{name} must be {a_number}, but is {text!r}: write {name}={_EXAMPLES[name]}, for example."
        ) from None


COMMAND = Command(_help, _run, after_interrupt="nothing was changed")

if __name__ == "__main__":
    sys.exit(COMMAND.main(sys.argv[1:]))
