"""Lets `python -m src.sweep` run the commands of `lstm_sweep` in a checkout; installed, they are `lstm-sweep sweep`."""

from pathlib import Path

__path__ = [str(Path(__file__).with_name("lstm_sweep") / "cli")]
