"""Composes the real conf/ for tests, as `python -m src.sweep` does."""

from pathlib import Path

from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from src.command_line.schema import register_schema
from src.config import Config

CONF = Path(__file__).resolve().parents[1] / "conf"


def compose_config(*overrides: str) -> Config:
    """The config that `python -m src.sweep OVERRIDES` would run with."""
    register_schema()
    with initialize_config_dir(str(CONF), version_base="1.3"):
        config = OmegaConf.to_object(compose("config", overrides=list(overrides)))
    assert isinstance(config, Config)
    return config
