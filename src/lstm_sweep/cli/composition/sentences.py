"""Hydra's and OmegaConf's errors, each as one sentence with what to do."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import final

from hydra.errors import MissingConfigException, OverrideParseException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import ValidationError

from lstm_sweep.cli.composition.conf import OWN, choices
from lstm_sweep.cli.composition.literal import is_readable
from lstm_sweep.cli.composition.paths import setting_paths
from lstm_sweep.config import Config, LiveSettings, RecordConfig, StoreConfig
from lstm_sweep.config.spelling import shell_quoted
from lstm_sweep.errors import UserError
from lstm_sweep.invocation import spelled

_UNKNOWN_KEY = re.compile(r"Key '(?P<key>[^']+)' (?:is )?not in|Could not override '(?P<path>[^']+)'")
_FULL_KEY = re.compile(r"full_key: (\S+)")
_REMOVED = re.compile(r"missing \d+ required positional arguments?: '(\w+)'")
_REFERRED = re.compile(r"Interpolation key '([^']+)' not found")
_CLOSING = {"[": "]", "{": "}", "(": ")", "'": "'", '"': '"'}


@final
@dataclass(frozen=True)
class KnownSettings:
    """What may be set, and the command whose help lists it."""

    schema: type
    command: str

    @property
    def see_help(self) -> str:
        """Where to look, as the end of a sentence."""
        return f"see {spelled(self.command)} --help"


OF_A_SWEEP = KnownSettings(Config, "sweep")
OF_A_LIVE_PROCESS = KnownSettings(LiveSettings, "serve")
OF_A_RECORDER = KnownSettings(RecordConfig, "record")
OF_A_STORE = KnownSettings(StoreConfig, "store")


def sentence(error: Exception, settings: KnownSettings = OF_A_SWEEP) -> str:
    """What an error of composing the configuration means, in one sentence.

    Args:
        error: as Hydra raised it.
        settings: that were composed.
    """
    chain = list(_causes(error))
    text = "\n".join(str(link) for link in chain)
    if any(isinstance(link, MissingConfigException) for link in chain):
        return _unknown_choice(text, settings)
    if isinstance(error, OverrideParseException):
        return _unreadable(error.override or "", settings)
    if _UNKNOWN_KEY.search(text):
        return _unknown_key(text, settings)
    return _wrong_value(chain, text, settings)


def refuse_unknown_and_missing(composed: DictConfig, settings: KnownSettings = OF_A_SWEEP) -> None:
    """Refuse what Hydra lets through: keys added with '+' that no schema has, and settings without a value.

    Args:
        composed: by Hydra.
        settings: that were composed.

    Raises:
        UserError: naming the setting.
    """
    for path in _unknown_paths(composed, ""):
        raise UserError(_not_a_setting(path, settings))
    missing = sorted(OmegaConf.missing_keys(composed))
    if missing:
        raise UserError(f"{missing[0]} must be set, but is not: add {missing[0]}=VALUE to the command.")


def _unknown_paths(node: DictConfig, prefix: str) -> Iterator[str]:
    schema = OmegaConf.get_type(node)
    known = {item.name for item in fields(schema)} if schema and is_dataclass(schema) else None
    for key in map(str, node):
        path = f"{prefix}{key}"
        if known is not None and key not in known:
            yield path
        elif known is not None and not OmegaConf.is_missing(node, key) and isinstance(node[key], DictConfig):
            yield from _unknown_paths(node[key], f"{path}.")


def _causes(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__


def _first_line(text: str) -> str:
    return next(iter(text.strip().splitlines()), "").rstrip(".")


def _unreadable(argument: str, settings: KnownSettings) -> str:
    """An argument whose value begins a list, a range or a quoted word: any other is text (`quote_literal`)."""
    whole = argument + "".join(_CLOSING[sign] for sign in reversed(argument) if sign in _CLOSING)
    advice = f"write {shell_quoted(whole)}" if is_readable(whole) else f"{settings.see_help} for lists and ranges"
    return f"every bracket and quote must be closed, but the argument is {argument}: {advice}."


def _unknown_choice(text: str, settings: KnownSettings) -> str:
    match = re.search(r"'(\w+)/([^']*)'", text)
    if match is None:
        return f"{_first_line(text)}: {settings.see_help}."
    group, name = match.groups()
    known = f"choose one of {', '.join(choices(group))}"
    argument = f"{'+' if group == 'experiment' else ''}{group}={name}"
    if not name:
        return f"{argument} must name one, but is empty: {known}."
    other = OWN / group / f"{name}.yml"
    if other.is_file():
        return f"{other} must end in .yaml to be found, but ends in .yml: rename it to {other.with_suffix('.yaml')}."
    return f"{argument} does not exist: {known}."


def _unknown_key(text: str, settings: KnownSettings) -> str:
    full_key = _FULL_KEY.search(text)
    match = _UNKNOWN_KEY.search(text)
    named = (match.group("path") or match.group("key")) if match else ""
    return _not_a_setting(full_key.group(1) if full_key else named, settings)


def _not_a_setting(path: str, settings: KnownSettings) -> str:
    if path == "experiment":
        return "experiment is not a setting: write +experiment=NAME, with the plus sign."
    paths = list(setting_paths(settings.schema))
    if path in paths:
        group = path.split(".")[0]
        other = f"it belongs to another choice of {group}=NAME; {settings.see_help}"
        return f"{path} is not a setting of this {group}: {other}."
    close = difflib.get_close_matches(path, paths, n=1, cutoff=0.6)
    return f"{path} is not a setting: " + (f"did you mean {close[0]}?" if close else f"{settings.see_help}.")


def _wrong_value(chain: list[BaseException], text: str, settings: KnownSettings) -> str:
    full_key = _FULL_KEY.search(text)
    removed = _REMOVED.search(text)
    if removed:
        name = removed.group(1)
        return f"{name} must have a value, but ~{name} removes it: leave that out, or set {name}=VALUE."
    unknown = _REFERRED.search(text)
    if unknown and full_key:
        named, sign = full_key.group(1), f"${{{unknown.group(1)}}}"
        return f"{named} refers to {sign}, but no setting is called so: write \\{sign} where these signs are meant."
    if "already at" in text:
        path = _first_line(text).split("'")[1]
        return f"{path} exists already: write it without the plus sign."
    informative = next((link for link in chain if isinstance(link, ValidationError)), chain[0])
    where = f"{full_key.group(1)} cannot be set" if full_key else "the command cannot be read"
    return f"{where}: {_first_line(str(informative))}; {settings.see_help}."
