"""The winner at work: follows a series, forecasts each bar, judges itself, and shows it on a page."""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from lstm_sweep.cli.command import Command
from lstm_sweep.cli.options import read_options
from lstm_sweep.errors import require
from lstm_sweep.invocation import spelled
from lstm_sweep.sweep.asked import quit_if_interrupted

if TYPE_CHECKING:
    from lstm_sweep.config import DataConfig, LiveConfig
    from lstm_sweep.live.opening import Asked
    from lstm_sweep.live.registered import RegisteredModel

_CONTINUES = "what has come is written down; the same command continues"

_OPTIONS = {
    "model": "NAME",
    "sweep": "NAME",
    "members": "median|ensemble",
    "tracking.uri": "URI",
    "port": "NUMBER",
    "live.SETTING": "...",
    "data.SETTING": "...",
}


def _help() -> str:
    from lstm_sweep.cli.composition.help import live_settings

    command = spelled("serve")
    return f"""{command} [model=NAME|sweep=NAME] [live.setting=...] [data.setting=...] [port=8000]

Follows a series bar by bar: what has closed is written down, the next bars are forecast, and once they have come the
forecast is scored against naive, by a test that may be looked at after every bar. A page shows it, and programs may
ask: /predict, /live, /history, /health, /metrics, /invocations (/openapi.json says how). Everything is kept in
live/<name>/; killed and started again, it continues, and {spelled("replay")} makes all of it again, to the bit.

  model          a registered model ({spelled("promote")}): its champion works, and a challenger beside it; whichever
                 the registry points to is taken over while it runs
  sweep          the winner of a finished sweep, which stays; the latest one where neither is named
  data.setting   prices, as the sweep read them unless told; data=bitcoin follows an exchange, data=csv a growing file
  live.replay=1  replays a stored series instead, a bar a second, from the test span on; 0: as fast as it goes
  live.setting   any of those below
  port           short for live.port; 0 takes a free one

  {command} sweep=dropout live.replay=1
  {command} model=btc data=bitcoin live.retrain=7d live.promote=auto

Settings and their defaults:
{live_settings()}"""


def _run(arguments: Sequence[str]) -> int:
    """Returns once it is told to end."""
    quit_if_interrupted(_CONTINUES)  # until the server listens to signals: a kill at any moment loses nothing
    groups = {name: [each for each in arguments if _group(each) == name] for name in ("data", "live")}
    typed = [each for each in arguments if each not in groups["data"] + groups["live"]]
    options = read_options(typed, "serve", _OPTIONS, needed=())
    os.environ.setdefault("KERAS_BACKEND", "jax")
    from lstm_sweep.cli.composition.compose import compose_live, compose_settings
    from lstm_sweep.cli.composition.continued import continued_data
    from lstm_sweep.cli.composition.literal import quote_literal
    from lstm_sweep.live.beginning import check_lengths

    port = [f"live.port={options['port']}"] if "port" in options else []
    live = compose_live([*port, *quote_literal(groups["live"])])
    check_lengths(live)
    asked, registry = _asked(options, live)
    data = compose_settings(continued_data(asked.winner.facts.data, groups["data"])).data
    zone, timed = getattr(data, "time_zone", None), getattr(data, "time", None) != "none"
    where = [f"tracking.uri={options['tracking.uri']}"] if "tracking.uri" in options else []
    _serve(replace(asked, zone=zone, timed=timed), registry, data, [*where, *groups["data"]])
    return 0


def _group(argument: str) -> str:
    return argument.partition("=")[0].partition(".")[0]


def _asked(options: Mapping[str, str], live: "LiveConfig") -> "tuple[Asked, RegisteredModel | None]":
    """What begins to work, and where other versions come from."""
    from lstm_sweep.live.opening import Asked
    from lstm_sweep.live.registered import RegisteredModel
    from lstm_sweep.live.winner import find_winner
    from lstm_sweep.storage.folder import finished, latest_finished

    require(
        not {"model", "sweep"} <= options.keys(),
        "only one of model and sweep must be named, but both are: leave one out.",
    )
    members = options.get("members", "median")
    if "model" not in options:
        require(
            live.retrain is None,
            f"live.retrain needs a registered model: {spelled('promote')} sweep=NAME first, then model=NAME.",
        )
        folder = finished(options["sweep"]) if "sweep" in options else latest_finished()
        return Asked(live, f"sweep {folder.name}", find_winner(folder, members), "sweep"), None
    require(members == "median", f"a registered model is of one seed, so that members={members} needs sweep=NAME.")
    registry = RegisteredModel(options["model"], options.get("tracking.uri"))
    number = registry.versions()["champion"]
    return Asked(live, options["model"], registry.load(number), number), registry


def _serve(asked: "Asked", registry: "RegisteredModel | None", data: "DataConfig", settings: Sequence[str]) -> None:
    from lstm_sweep.live.beginning import begin_champion, open_retrainer, open_source
    from lstm_sweep.live.opening import opened
    from lstm_sweep.live.process import FollowingProcess
    from lstm_sweep.serving.app import build_app
    from lstm_sweep.serving.serve import listen, serve

    live = asked.live
    listen(live.host, live.port).close()  # an address that is taken is refused before anything is read or written
    with closing(open_source(asked, data)) as source, opened(asked, source) as follower:
        begin_champion(follower, asked)
        retrainer = open_retrainer(asked, follower.folder, settings)
        with closing(FollowingProcess(follower, source, live, registry, retrainer)) as process:
            app = build_app(process, live, ("price", *follower.state.begin.features))
            process.start()
            serve(app, live.host, live.port)


COMMAND = Command(_help, _run, after_interrupt=_CONTINUES)

if __name__ == "__main__":
    sys.exit(COMMAND.main(sys.argv[1:]))
