"""The winner of a sweep becomes a version of a registered model."""

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lstm_sweep.cli.command import Command
from lstm_sweep.cli.options import read_options
from lstm_sweep.config.checks import one_of
from lstm_sweep.errors import require
from lstm_sweep.invocation import spelled

if TYPE_CHECKING:
    from lstm_sweep.tracking.mlflow.registry import RegisteredVersion

_OPTIONS = {
    "sweep": "NAME",
    "model": "NAME",
    "as": "champion|challenger",
    "force": "true",
    "tracking.uri": "URI",
}


def _help() -> str:
    command, forecast = spelled("promote"), spelled("forecast")
    return f"""{command} sweep=NAME [model=NAME] [as=champion] [force=true] [tracking.uri=URI]

Registers the winner of a finished sweep in MLflow, as a new version of a model. The version is the champion where the
model has none yet, else a challenger, unless told; `{forecast} model=NAME` then forecasts with the
champion. Refused unless forced: a winner that only copies the last price, whose error, or that of its network of the
median seed, is above that of naive, that knows the future, or that was never judged.

  {command} sweep=dropout                    the model bears the name of the sweep
  {command} sweep=dropout-2 model=dropout    another version of it
  {command} model=dropout@challenger         the challenger becomes the champion; model=dropout/1 goes back to one"""


def _run(arguments: Sequence[str]) -> int:
    """Returns 0."""
    options = read_options(arguments, "promote", _OPTIONS, needed=())
    force, alias = options.get("force", "false"), options.get("as")
    one_of("force", force, ("true", "false"))
    if alias is not None:
        one_of("as", alias, ("champion", "challenger"))
    version_typed = {"@", "/"} & set(options.get("model", ""))
    require(
        bool(version_typed) != ("sweep" in options),
        "the sweep must be named, or a version that is registered already, but "
        f"{'both are' if version_typed else 'neither is'}: add sweep=NAME, or model=NAME@challenger.",
    )
    return _point(options, alias or "champion") if version_typed else _register(options, alias, force == "true")


def _point(options: Mapping[str, str], alias: str) -> int:
    """An alias moves; the version keeps what it bears."""
    from lstm_sweep.live.registered import point_alias

    version, uri = point_alias(options["model"], alias, options.get("tracking.uri"))
    print(f"{version.name} version {version.version} ({' and '.join(version.aliases)})")
    return _tell(version, uri)


def _register(options: Mapping[str, str], alias: str | None, force: bool) -> int:
    """The winner of a sweep becomes a version."""
    from lstm_sweep.live.promotion import promotion
    from lstm_sweep.live.registered import logged_run
    from lstm_sweep.storage.folder import finished

    folder = finished(options["sweep"])
    promoted = promotion(folder, force)
    from lstm_sweep.tracking.mlflow.errors import refusing
    from lstm_sweep.tracking.mlflow.registry import register
    from lstm_sweep.tracking.mlflow.store import open_client

    uri, run_id = logged_run(folder, options.get("tracking.uri"))
    with refusing(uri):
        client = open_client(uri)
        version = register(client, run_id, options.get("model", folder.name), alias, promoted.tags)
    aliases, trial = " and ".join(version.aliases), promoted.facts.trial
    print(f"{version.name} version {version.version} ({aliases}): trial {trial} of sweep {folder.name}")
    return _tell(version, uri)


def _tell(version: "RegisteredVersion", uri: str) -> int:
    """What a version bears, and how to forecast with it; returns 0."""
    from lstm_sweep.live.promotion import FORCED
    from lstm_sweep.live.registered import how_to_forecast

    print(f"  verdict of the sweep: {version.tags.get('verdict', 'none')}")
    if FORCED in version.tags:
        print(f"  forced, although {version.tags[FORCED]}")
    print(f"  forecast with it: {how_to_forecast(version, uri)}")
    return 0


COMMAND = Command(_help, _run, after_interrupt="the same command may be typed again")

if __name__ == "__main__":
    sys.exit(COMMAND.main(sys.argv[1:]))
