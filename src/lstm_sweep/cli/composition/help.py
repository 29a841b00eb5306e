"""What `python -m src.sweep --help` prints, read from conf/ itself so that it cannot fall behind."""

import re
from pathlib import Path

_SETTING = re.compile(r"^( *)(\w+): *([^#]*?) *(?:# (.*))?$")
_NOT_SETTINGS = ("defaults", "hydra", "search", "run", "dir", "output_subdir", "source", "oracle", "kind")
_HEADER = """\
python -m src.sweep +experiment=NAME [setting=value ...]

Sweeps LSTM forecasters over a price series, logs every trial to MLflow and TensorBoard, and judges
them against the naive last-value forecast.

  python -m src.sweep +experiment=dropout
  python -m src.sweep +experiment=lags data=csv data.path=btc.csv seeds=5
  python -m src.sweep name=mine search.model.units=[8,16,32] 'search.model.dropout={low: 0, high: 0.5, step: 0.1}'
"""
_FOOTER = """\
Any setting can be swept with search.SETTING=[value,value] or search.SETTING={low: 1, high: 9, step: 2},
but those that change what is scored. --cfg job prints the resolved settings without running anything.
Exit status: 0 the sweep ran, 2 something in the command or the data is wrong (one sentence says what), 1 a bug.\
"""


def help_text(conf: Path) -> str:
    """The whole help, from the YAML files and comments of `conf`."""
    sections = [_HEADER, "Experiments (+experiment=NAME):", *_experiments(conf / "experiment"), ""]
    for group in ("data", "tuner", "runner"):
        sections += [f"{group}=NAME:", *_choices(conf / group), ""]
    sections += ["Settings and their defaults:", *_settings(conf / "config.yaml", "")]
    for group in ("data/csv", "windows/default", "model/lstm", "training/default", "tuner/grid", "runner/fused"):
        sections += ["", *_settings(conf / f"{group}.yaml", group.split("/")[0] + ".")]
    return "\n".join([*sections, "", _FOOTER])


def experiment_names(conf: Path) -> list[str]:
    """Names of all experiments, sorted."""
    return sorted(path.stem for path in (conf / "experiment").glob("*.yaml"))


def _experiments(folder: Path) -> list[str]:
    lines = []
    for path in sorted(folder.glob("*.yaml")):
        command_and_question = path.read_text().splitlines()[1]
        question = command_and_question.split("  ")[-1].strip()
        lines.append(f"  {path.stem:<16}{question}")
    return lines


def _choices(folder: Path) -> list[str]:
    return [
        f"  {path.stem:<16}{path.read_text().splitlines()[0].removeprefix('# ')}"
        for path in sorted(folder.glob("*.yaml"))
    ]


def _settings(path: Path, prefix: str) -> list[str]:
    """One line for every `setting: value  # comment` below the defaults list."""
    lines = []
    parent = ""
    for line in path.read_text().split("\n\n", 1)[-1 if prefix == "" else 0].splitlines():
        match = _SETTING.match(line)
        if not match or match.group(2) in _NOT_SETTINGS:
            continue
        indent, name, value, comment = match.groups()
        parent = parent if indent else ""
        if not value and not comment:
            parent = f"{name}."
            continue
        setting = f"{prefix}{parent}{name}={value}"
        lines.append(f"  {setting:<46}{comment or ''}".rstrip())
    return lines
