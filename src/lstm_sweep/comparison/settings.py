"""In which settings sweeps differ, where that can change what they find."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any, final

from lstm_sweep.comparison.kinds import Finished
from lstm_sweep.config import SOURCES, HyperbandTuner, TunerConfig
from lstm_sweep.config.running import ORACLES
from lstm_sweep.config.spelling import FREE_MAPPINGS
from lstm_sweep.formats import short_setting

_ASIDE = ("name", "resume", "cache", "tracking", "runner", "budget")
"""Sections and settings of how a sweep was run and logged; where a budget has ended one, its trials say so."""

_LONGEST = 40
"""Characters of a value that is shown whole."""

_ABSENT = "not known then"
"""Stands for a setting that the version of a sweep did not have, and for which it did what no value says."""


_NONE = "none"
"""Stands for a setting that a sweep cannot have, as its data are of another source, or its oracle is another."""

_CHOICES: Mapping[str, Mapping[str, type]] = {
    "data.source": SOURCES,
    "tuner.oracle": dict.fromkeys(ORACLES, TunerConfig) | {"hyperband": HyperbandTuner},
}
"""Settings that decide which others their section has."""


@final
@dataclass(frozen=True)
class Candidates:
    """What a swept setting was tried at: `value` is a list, or a mapping with `low` and `high`."""

    value: Any

    def __str__(self) -> str:
        """'swept 0.1, 0.2', 'swept 0.001 to 0.1'."""
        if isinstance(self.value, dict):
            return f"swept {short_setting(self.value.get('low'))} to {short_setting(self.value.get('high'))}"
        values = self.value if isinstance(self.value, list) else [self.value]
        return f"swept {', '.join(map(short_setting, values))}"


def flat_settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """Settings by path ('model.units'), without those of how a sweep was run and logged.

    Args:
        config: content of a config.yaml. What is swept stands as `Candidates` in the place of the one value.
    """
    search = config.get("search")
    swept = _flat(search if isinstance(search, dict) else {})
    flat = _flat({name: value for name, value in config.items() if name not in (*_ASIDE, "search")})
    return flat | {path: Candidates(value) for path, value in swept.items() if value is not None}


def setting_words(value: Any) -> str:
    """A value for people: '0.1', 'swept 0.1, 0.2', '.../btc.csv' of a long path."""
    text = str(value) if isinstance(value, Candidates) else short_setting(value)
    if len(text) <= _LONGEST:
        return text
    return f".../{text.rpartition('/')[2]}"[:_LONGEST] if "/" in text else f"{text[: _LONGEST - 4]} ..."


def differing(sweeps: Sequence[Finished]) -> dict[str, dict[str, list[str]]]:
    """The settings in which sweeps differ.

    Returns:
        By path the values in words, each with the names of the sweeps that have it, the commonest value first.
        Sweeps whose settings are lost are left out, and so are settings in which only those differ that have none.
    """
    known = [sweep for sweep in sweeps if sweep.settings]
    before = dict(_before())
    found: dict[str, dict[str, list[str]]] = {}
    for path in dict.fromkeys(path for sweep in known for path in sweep.settings):
        values: dict[str, Any] = {}
        names: dict[str, list[str]] = {}
        for sweep in known:
            value = sweep.settings[path] if path in sweep.settings else _missing(path, sweep, before)
            values[repr(value)] = value
            names.setdefault(repr(value), []).append(sweep.name)
        if len(names.keys() - {repr(_NONE)}) > 1:
            found[path] = _in_words(values, names)
    return found


def _missing(path: str, sweep: Finished, before: Mapping[str, Any]) -> Any:
    """What stands for a setting that is not among those of a sweep."""
    section, _, name = path.partition(".")
    for chooser, kinds in _CHOICES.items():
        chosen = sweep.settings.get(chooser)
        kind = kinds.get(chosen) if isinstance(chosen, str) and chooser.startswith(f"{section}.") else None
        if kind is not None and name.partition(".")[0] not in {item.name for item in fields(kind)}:
            return _NONE
    return before.get(path, _ABSENT)


def _in_words(values: Mapping[str, Any], names: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Commonest first; values that are cut to the same words are told apart by a number."""
    shown: dict[str, list[str]] = {}
    for key in sorted(names, key=lambda each: -len(names[each])):
        words = text = setting_words(values[key])
        while words in shown:
            words = f"{text} ({len(shown) + 1})"
        shown[words] = names[key]
    return shown


def _flat(plain: Mapping[Any, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in plain.items():
        path = f"{prefix}{name}"
        is_section = isinstance(value, dict) and "low" not in value and path not in FREE_MAPPINGS
        flat |= _flat(value, f"{path}.") if is_section else {path: value}
    return flat


def _before() -> Iterator[tuple[str, Any]]:
    """What settings of the data that older versions did not have were for these: their defaults."""
    for section in SOURCES.values():
        for item in fields(section):
            if "added" in item.metadata:
                yield f"data.{item.name}", item.default if item.default_factory is MISSING else item.default_factory()
