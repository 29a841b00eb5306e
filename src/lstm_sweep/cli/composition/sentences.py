"""Hydra's and OmegaConf's errors, each as one sentence with what to do."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from hydra.errors import MissingConfigException, OverrideParseException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import ValidationError

from lstm_sweep.cli.composition.conf import choices
from lstm_sweep.config import Config
from lstm_sweep.errors import UserError
from lstm_sweep.invocation import spelled

_UNKNOWN_KEY = re.compile(r"Key '(?P<key>[^']+)' (?:is )?not in|Could not override '(?P<path>[^']+)'")
_FULL_KEY = re.compile(r"full_key: (\S+)")


def sentence(error: Exception) -> str:
    """What an error of composing the configuration means, in one sentence.

    Args:
        error: as Hydra raised it.
    """
    chain = list(_causes(error))
    text = "\n".join(str(link) for link in chain)
    if any(isinstance(link, MissingConfigException) for link in chain):
        return _unknown_choice(text)
    if isinstance(error, OverrideParseException):
        argument = _first_line(text).split("Exception: ")[-1]
        return f"cannot read the argument {argument}: write setting=value, in quotes where it holds spaces."
    if _UNKNOWN_KEY.search(text):
        return _unknown_key(text)
    return _wrong_value(chain, text)


def refuse_unknown_and_missing(composed: DictConfig) -> None:
    """Refuse what Hydra lets through: keys added with '+' that no schema has, and settings without a value.

    Raises:
        UserError: naming the setting.
    """
    for path in _unknown_paths(composed, ""):
        raise UserError(_not_a_setting(path))
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


def _see_help() -> str:
    return f"see {spelled('sweep')} --help"


def _first_line(text: str) -> str:
    return next(iter(text.strip().splitlines()), "").rstrip(".")


def _unknown_choice(text: str) -> str:
    match = re.search(r"'(\w+)/([^']+)'", text)
    if match is None:
        return f"{_first_line(text)}: {_see_help()}."
    group, name = match.groups()
    plus = "+" if group == "experiment" else ""
    return f"{plus}{group}={name} does not exist: choose one of {', '.join(choices(group))}."


def _unknown_key(text: str) -> str:
    full_key = _FULL_KEY.search(text)
    match = _UNKNOWN_KEY.search(text)
    named = (match.group("path") or match.group("key")) if match else ""
    return _not_a_setting(full_key.group(1) if full_key else named)


def _not_a_setting(path: str) -> str:
    if path == "experiment":
        return "experiment is not a setting: write +experiment=NAME, with the plus sign."
    settings = list(_paths(Config, ""))
    if path in settings:
        group = path.split(".")[0]
        return f"{path} is not a setting of this {group}: it belongs to another choice of {group}=NAME; {_see_help()}."
    close = difflib.get_close_matches(path, settings, n=1, cutoff=0.6)
    return f"{path} is not a setting: " + (f"did you mean {close[0]}?" if close else f"{_see_help()}.")


def _wrong_value(chain: list[BaseException], text: str) -> str:
    full_key = _FULL_KEY.search(text)
    if "already at" in text:
        path = _first_line(text).split("'")[1]
        return f"{path} exists already: write it without the plus sign."
    informative = next((link for link in chain if isinstance(link, ValidationError)), chain[0])
    where = f"{full_key.group(1)} cannot be set" if full_key else "the command cannot be read"
    return f"{where}: {_first_line(str(informative))}; {_see_help()}."


def _paths(schema: type, prefix: str) -> Iterator[str]:
    """Every path that a user may set, search included."""
    for item in fields(schema):
        path = f"{prefix}{item.name}"
        yield path
        section: Any = item.default_factory if is_dataclass(item.default_factory) else item.type
        if isinstance(section, type) and is_dataclass(section):
            for descendant in (section, *section.__subclasses__()):
                yield from _paths(descendant, f"{path}.")
