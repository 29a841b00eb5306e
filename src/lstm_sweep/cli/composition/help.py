"""What help says of settings, read from conf/ itself so that it cannot fall behind."""

import re
from collections.abc import Sequence
from pathlib import Path

from lstm_sweep.cli.composition.conf import choices, shipped_conf
from lstm_sweep.invocation import spelled

_SETTING = re.compile(r"^( *)(\w+): *([^#]*?) *(?:# (.*))?$")
_NOT_SETTINGS = ("defaults", "hydra", "search", "run", "dir", "output_subdir", "source", "oracle", "kind")
_FOOTER = """\
Any setting can be swept with search.SETTING=[value,value] or search.SETTING={low: 1, high: 9, step: 2},
but those that change what is scored. --cfg job prints the resolved settings without running anything.
Experiments of your own in ./conf/experiment are found; what a file's second line asks is shown above.
Exit status: 0 the sweep ran, 2 something in the command or the data is wrong (one sentence says what), 1 a bug.\
"""


def help_text() -> str:
    """The whole help, from the YAML files and comments of conf/."""
    sections = [_header(spelled("sweep")), "Experiments (+experiment=NAME):", *_experiments(), ""]
    for group in ("data", "tuner", "runner"):
        sections += [f"{group}=NAME:", *_choices(group), ""]
    conf = shipped_conf()
    sections += ["Settings and their defaults:", *_settings(conf / "config.yaml", "")]
    for group in ("data/csv", "windows/default", "model/lstm", "training/default", "tuner/grid", "runner/fused"):
        sections += ["", *_settings(conf / f"{group}.yaml", group.split("/")[0] + ".")]
    return "\n".join([*sections, "", _FOOTER])


def live_settings() -> str:
    """The settings of a live process and their defaults, likewise; one line each."""
    return "\n".join(_settings(shipped_conf() / "live" / "default.yaml", "live."))


def record_settings() -> str:
    """The settings of a recorder and their defaults, likewise."""
    return "\n".join(_settings(shipped_conf() / "record.yaml", ""))


def store_settings() -> str:
    """What may be asked of a store, and the defaults, likewise."""
    return "\n".join(
        _settings(shipped_conf() / "store.yaml", "", hidden=("defaults", "hydra", "run", "dir", "output_subdir"))
    )


def _header(command: str) -> str:
    return f"""\
{command} +experiment=NAME [setting=value ...]

Sweeps LSTM forecasters over a price series, logs every trial to MLflow and TensorBoard, and judges
them against the naive last-value forecast.

  {command} +experiment=dropout
  {command} +experiment=lags data=csv data.path=btc.csv seeds=5
  {command} name=mine search.model.units=[8,16,32] 'search.model.dropout={{low: 0, high: 0.5, step: 0.1}}'
"""


def _experiments() -> list[str]:
    paths = choices("experiment")
    width = max(map(len, paths), default=0) + 2
    return [f"  {name:<{width}}{_question(path)}".rstrip() for name, path in paths.items()]


def _question(path: Path) -> str:
    """What the second line asks, after the command; nothing where the file has none."""
    second = [*path.read_text(encoding="utf-8").splitlines(), "", ""][1]
    return second.removeprefix("#").split("  ")[-1].strip() if second.startswith("#") else ""


def _choices(group: str) -> list[str]:
    return [
        f"  {name:<16}{path.read_text(encoding='utf-8').partition(chr(10))[0].removeprefix('# ')}"
        for name, path in choices(group).items()
    ]


def _settings(path: Path, prefix: str, hidden: Sequence[str] = _NOT_SETTINGS) -> list[str]:
    """One line for every `setting: value  # comment` below the defaults list."""
    lines = []
    parent = ""
    for line in path.read_text().split("\n\n", 1)[-1 if prefix == "" else 0].splitlines():
        match = _SETTING.match(line)
        if not match or match.group(2) in hidden:
            continue
        indent, name, value, comment = match.groups()
        parent = parent if indent else ""
        if not value and not comment:
            parent = f"{name}."
            continue
        setting = f"{prefix}{parent}{name}={value}"
        lines.append(f"  {setting:<46}{comment or ''}".rstrip())
    return lines
