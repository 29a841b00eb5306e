"""What is typed with dashes, as other programs have it: settings of a sweep have none."""

from collections.abc import Sequence

from lstm_sweep.cli.composition.paths import setting_paths
from lstm_sweep.config.spelling import shell_quoted
from lstm_sweep.errors import UserError, require
from lstm_sweep.invocation import spelled

_SHOWING = ("job", "hydra", "all")

_ALONE = ("--help", "-h", "--hydra-help", "--version", "--resolve", "--run", "-r", "--multirun", "-m", "--info", "-i")
_BEFORE_A_VALUE = (
    *("--cfg", "-c", "--package", "-p", "--shell-completion", "-sc", "--config-path", "-cp"),
    *("--config-name", "-cn", "--config-dir", "-cd", "--experimental-rerun"),
)
"""Hydra's own flags."""


def refuse_flags(arguments: Sequence[str]) -> None:
    """Refuse arguments that are neither setting=value nor a flag of Hydra, with how the setting is typed.

    Raises:
        UserError: naming the first.
    """
    before = ""
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=False):
        name, _, value = argument.partition("=")
        if name in ("--cfg", "-c"):
            _require_showing(value or following)
        elif argument.startswith("-") and name not in (*_ALONE, *_BEFORE_A_VALUE):
            text = value or ("" if following.startswith("-") or "=" in following else following)
            raise UserError(f"settings must be typed as setting=value, but came {argument}: {_instead(name, text)}.")
        elif before not in (*_BEFORE_A_VALUE, "--info", "-i") and not argument.startswith(("-", "~")):
            _require_setting(argument, following)
        before = argument


def _require_showing(what: str) -> None:
    require(
        what in _SHOWING,
        f"--cfg must be followed by {', '.join(_SHOWING)}, but is by {what!r}: type --cfg job to see the settings.",
    )


def _require_setting(argument: str, following: str) -> None:
    name, equals, value = argument.partition("=")
    advice = (
        "leave no space beside the sign" if name and following.startswith("=") else f"see {spelled('sweep')} --help"
    )
    require(bool(name and equals), f"an argument must be setting=value, but is {argument!r}: {advice}.")
    plain = name.lstrip("+")
    require(
        plain != "experiment" or name == "+experiment",
        f"an experiment must be chosen with one plus sign, but came {argument}: write +experiment={value or 'NAME'}.",
    )


def _instead(flag: str, value: str) -> str:
    """How the setting is typed that a flag seems to mean."""
    word = flag.lstrip("-").replace("-", "_").lower()
    if word == "experiment":
        return f"write +experiment={value or 'NAME'}"
    paths = [path for path in setting_paths() if path == word or path.endswith(f".{word}")]
    meant = [path for path in paths if path == word] or [path for path in paths if not path.startswith("search.")]
    if len(set(meant)) != 1:
        return f"see {spelled('sweep')} --help for all settings"
    return "write " + shell_quoted(f"{meant[0]}={value or ('true' if word == 'resume' else 'VALUE')}")
