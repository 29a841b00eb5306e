"""Composes the real conf/ for tests, as `python -m src.sweep` does."""

from pathlib import Path

from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from lstm_sweep.cli.composition.overrides import repaired, restored
from lstm_sweep.cli.composition.schema import register_schema
from lstm_sweep.config import Config

CONF = Path(__file__).resolve().parents[1] / "conf"
NEED_A_FILE = ("book_minutes", "workshop_forecast", *(f"workshop_v{number}" for number in range(5)))
"""Experiments on the days of a published series, whose file the user names with data.path."""

NEED_A_STORE = ("order_flow",)
"""Experiments on a recorded market."""


def compose_config(*overrides: str) -> Config:
    """The config that `python -m src.sweep OVERRIDES` would run with."""
    register_schema()
    with initialize_config_dir(str(CONF), version_base="1.3"):
        config = OmegaConf.to_object(compose("config", overrides=repaired(overrides)))
    assert isinstance(config, Config)
    return restored(config)


def compose_experiment(name: str) -> Config:
    """The config of an experiment; where it needs a file, of one that nobody has to read."""
    return compose_config(f"+experiment={name}", *(["data.path=prices.csv"] if name in NEED_A_FILE else []))
