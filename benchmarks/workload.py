"""What every contender of a comparison trains, with every setting spelled out."""

import itertools
import json
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from lstm_sweep.config import DataConfig, ModelConfig, TrainingConfig, WindowsConfig

SECTIONS = ("windows", "model", "training")


@dataclass(frozen=True)
class Workload:
    """A grid of settings around one LSTM on one series.

    Attributes:
        data: where the prices come from.
        windows: lags, transform, scaling, spans.
        model: the LSTM.
        training: epochs, batch size, optimizer.
        search: swept values by path ('model.dropout').
        seeds: fits of every trial.
    """

    data: DataConfig
    windows: WindowsConfig
    model: ModelConfig
    training: TrainingConfig
    search: dict[str, list[Any]]
    seeds: int

    @property
    def trials(self) -> list[dict[str, Any]]:
        """Every combination of swept values, by path."""
        return [dict(zip(self.search, values, strict=True)) for values in itertools.product(*self.search.values())]

    @property
    def num_fits(self) -> int:
        """Trials times seeds."""
        return len(self.trials) * self.seeds

    @property
    def overrides(self) -> list[str]:
        """What `python -m src.sweep` has to be told; nothing is left to its defaults but oracle and trackers."""
        settings = [f"data={self.data.source}", f"seeds={self.seeds}"]
        for section in ("data", *SECTIONS):
            values = asdict(getattr(self, section))
            values.pop("source", None)
            settings += [f"{section}.{name}={_spell(value)}" for name, value in values.items()]
        return settings + [f"search.{path}={_spell(values)}" for path, values in self.search.items()]

    @property
    def settings(self) -> dict[str, Any]:
        """All settings of windows, model and training by name; no two sections share one."""
        return {
            item.name: getattr(getattr(self, section), item.name)
            for section in SECTIONS
            for item in fields(getattr(self, section))
        }

    def with_values(self, values: dict[str, Any]) -> "Workload":
        """This workload with other settings, by path."""
        changed = self
        for path, value in values.items():
            section, name = path.split(".")
            changed = replace(changed, **{section: replace(getattr(changed, section), **{name: value})})
        return changed


def _spell(value: Any) -> str:
    """A value as Hydra reads it."""
    if isinstance(value, list):
        return f"[{','.join(map(_spell, value))}]"
    return json.dumps(value)
