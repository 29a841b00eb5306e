"""A registered model trained anew, on all bars up to now, becomes the challenger."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lstm_sweep.cli.command import STARTED, Command
from lstm_sweep.cli.environment import environment_explained
from lstm_sweep.cli.options import read_options
from lstm_sweep.config.checks import one_of
from lstm_sweep.errors import UserError
from lstm_sweep.invocation import spelled
from lstm_sweep.sweep.asked import begin, quit_if_interrupted

if TYPE_CHECKING:
    from lstm_sweep.config import Config
    from lstm_sweep.data.series import Series
    from lstm_sweep.live.challenger import Champion
    from lstm_sweep.tracking.mlflow.registry import RegisteredVersion

_OPTIONS = {
    "model": "NAME",
    "init": "scratch|champion",
    "windows.validation": "SHARE",
    "until": "TIME",
    "tracking.uri": "URI",
    "data.SETTING": "...",
}

_AGAIN = "what has finished is kept; the same command goes on from there"


def _help() -> str:
    command = spelled("retrain")
    return f"""{command} model=NAME [init=champion] [windows.validation=0.15] [until=TIME] [data.setting=...]

Trains the settings and seeds of a registered model anew, as a sweep of one configuration, on all bars up to now: those
of the test span, and those that came since, too. The network of the median seed becomes the challenger, a version of
the model that waits to be compared with the champion; nothing has judged it yet. Prices are read from where the model's
sweep read them; data=csv data.path=FILE, or any other setting of data, reads others. The same bars are trained on once.

  model               a registered model: its champion, or NAME@challenger, NAME/3; in the MLflow at tracking.uri=URI
  init                scratch: from fresh weights; champion: on from its weights, with its scaler, a new optimizer
  windows.validation  share of the bars, the newest, that is not trained on: early stopping, the choice of the seed and
                      the intervals take it; that of the model's sweep unless told, 0.15 where that was days
  until               newest bar that is taken, an ISO time (2024-12-31): as if it were that day

  {command} model=dropout
  {command} model=dropout init=champion data.path=newer.csv"""


@dataclass(frozen=True)
class _Plan:
    """The sweep that retrains: its settings as they would be typed and as they are, and its content."""

    typed: Sequence[str]
    config: "Config"
    series: "Series"
    key: str

    @property
    def goes_on(self) -> bool:
        """Whether training begins with the champion's weights."""
        return self.config.training.init is not None


def _run(arguments: Sequence[str]) -> int:
    """Returns 0, or 128 + the number of the signal that stopped the training."""
    quit_if_interrupted("nothing was trained, and nothing was changed")
    from lstm_sweep.cli.composition.continued import is_of_data

    options = read_options([each for each in arguments if not is_of_data(each)], "retrain", _OPTIONS, ("model",))
    one_of("init", options.get("init", "scratch"), ("scratch", "champion"))
    from lstm_sweep.live.challenger import find_champion, known_challenger, register_challenger
    from lstm_sweep.storage.folder import SWEEPS

    champion = find_champion(options["model"], options.get("tracking.uri"))
    plan = _plan(champion, options, list(filter(is_of_data, arguments)))
    known = known_challenger(champion, plan.key)
    if known is not None:
        print(f"nothing was trained: {champion.version.name} has a version of the same settings on the same bars")
        return _tell(champion, known)
    print("\n".join(_beginning(champion, plan)), flush=True)
    status = _train(plan)
    if status:
        return status
    folder = SWEEPS / plan.config.name
    return _tell(champion, register_challenger(champion, folder, plan.key, goes_on=plan.goes_on))


def _plan(champion: "Champion", options: Mapping[str, str], of_data: Sequence[str]) -> _Plan:
    from lstm_sweep.cli.composition.compose import compose_settings
    from lstm_sweep.cli.composition.continued import continued_data
    from lstm_sweep.config.spelling import spell_settings
    from lstm_sweep.data.load import load_series
    from lstm_sweep.live.retraining import (
        keep_forecaster,
        retraining_key,
        settings_to_train,
        stretched,
        sweep_name,
        upto,
    )
    from lstm_sweep.tracking.mlflow.registry import experiment_of
    from lstm_sweep.windows.transforms import TAKE_ANY_SIGN

    facts, network = champion.winner.facts, champion.winner.members[0]
    init = network if options.get("init") == "champion" else None
    tracking = {"uri": champion.uri, "experiment": experiment_of(champion.client, champion.version)}
    settings = [*continued_data(facts.data, of_data), *settings_to_train(facts.settings, network.features)]
    settings += spell_settings({"tracking": tracking, "training.init": None if init is None else keep_forecaster(init)})
    series = load_series(
        compose_settings(settings).data, network.features, facts.settings["windows"]["transform"] in TAKE_ANY_SIGN
    )
    series = upto(series, options["until"]) if "until" in options else series
    spans = stretched(series, facts.settings["windows"], _share(options, facts.settings["windows"]))
    settings += spell_settings({"windows": spans})
    config = compose_settings(settings)
    key = retraining_key(config, series, init)
    settings += spell_settings({"name": sweep_name(champion.version.name, series, key, timed=_is_timed(config))})
    return _Plan(settings, compose_settings(settings), series, key)


def _share(options: Mapping[str, str], windows: Mapping[str, Any]) -> float:
    from lstm_sweep.live.retraining import KEPT

    own = windows["validation"]
    text = options.get("windows.validation", str(KEPT if isinstance(own, list) else own))
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 < share < 1:
        raise UserError(
            f"windows.validation must be a share of the bars, above 0 and below 1, but is {text!r}: write "
            "windows.validation=0.15, for example."
        )
    return share


def _beginning(champion: "Champion", plan: _Plan) -> list[str]:
    """What is about to be trained, and on which bars."""
    from lstm_sweep.live.remarks import named_times
    from lstm_sweep.windows.spans import split

    series, config = plan.series, plan.config
    spans = split(series, config.windows)
    ends = [spans.train.start, spans.train.stop - 1, spans.validation.start, spans.validation.stop - 1]
    times = named_times(series.timestamps[ends], timed=_is_timed(config))
    kept = spans.validation.stop - spans.validation.start
    share = kept / (spans.validation.stop - spans.train.start)
    use = "the choice of the seed" if config.training.patience is None else "early stopping, the choice of the seed"
    fresh = "fresh weights; init=champion goes on from its own"
    goes_on = (
        f"the weights and the scaler of {champion.name}, with a new optimizer, all seeds alike; init=scratch does not"
    )
    return [
        f"Retraining {champion.winner.version}: the settings of trial {champion.winner.facts.trial} of sweep "
        f"{champion.winner.facts.sweep}, {config.seeds} seed{'' if config.seeds == 1 else 's'}, as sweep {config.name}",
        f"  trained on: {series.name}, {times[0]} to {times[1]}",
        f"  kept for {use} and the intervals: the newest {kept:,} bars ({100 * share:.0f} %), {times[2]} to "
        f"{times[3]}; windows.validation=0.05 keeps 5 %",
        f"  begins with: {goes_on if plan.goes_on else fresh}",
        "",
    ]


def _is_timed(config: "Config") -> bool:
    return getattr(config.data, "time", None) != "none"


def _train(plan: _Plan) -> int:
    """Bring the sweep to its end, which it may have come to before; 0, or 128 + the number of a signal."""
    from lstm_sweep.cli.composition.typed import written_command
    from lstm_sweep.storage.folder import SUMMARY, SWEEPS
    from lstm_sweep.storage.history import History

    folder = SWEEPS / plan.config.name
    if (folder / SUMMARY).exists():
        begin()  # what is left is to register it
        return 0
    os.environ["KERAS_BACKEND"] = plan.config.runner.backend
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with environment_explained():
        from lstm_sweep.sweep.pipeline import Interrupted, run_sweep
    try:
        run_sweep(
            replace(plan.config, resume=History.read(folder).start is not None), written_command(plan.typed), STARTED
        )
    except Interrupted as interrupted:
        print(f"interrupted: {_AGAIN}", file=sys.stderr)
        return 128 + interrupted.signal
    return 0


def _tell(champion: "Champion", version: "RegisteredVersion") -> int:
    """Print what has been registered, its number last; returns 0."""
    from lstm_sweep.live.promotion import FACTS, FORCED
    from lstm_sweep.live.registered import how_to_forecast
    from lstm_sweep.live.winner import WinnerFacts

    facts = WinnerFacts.read(version.tags[FACTS])
    print(f"\n  verdict: {facts.verdict}")
    if FORCED in version.tags:
        print(f"  forced, although {version.tags[FORCED]}")
    print(f"  retrains {facts.retrains}; its newest price is of {facts.trained_until}")
    print(f"  forecast with it: {how_to_forecast(version, champion.uri)}")
    print(f"{version.name} version {version.version} ({' and '.join(version.aliases) or 'without an alias'})")
    return 0


COMMAND = Command(_help, _run, after_interrupt=_AGAIN)

if __name__ == "__main__":
    sys.exit(COMMAND.main(sys.argv[1:]))
