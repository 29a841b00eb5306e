"""A search that ended in a folder of its own, and a verdict as one wants it."""

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.evaluation.sentence import sentence_of
from lstm_sweep.evaluation.verdict import Conclusion, Verdict
from lstm_sweep.storage.folder import COMMAND
from lstm_sweep.sweep.conclusion import Concluded

VERDICT = Verdict(
    conclusion=Conclusion.NOT_SHOWN,
    trial="lags=8, stateful=false",
    skill=-0.002,
    price_skill=-0.01,
    statistic=0.4,
    p_value=0.83,
    num_windows=750,
    horizon=1,
    num_seeds=2,
    num_seeds_above=1,
    num_configurations=3,
    num_diverged=1,
    interval=(-0.0251, 0.0104),
)


def search_in(folder: Path, search: EndedSearch, *typed_arguments: str, **config: Any) -> EndedSearch:
    """The same search, begun by these arguments in a folder of its own, under a config with other values."""
    folder.mkdir(exist_ok=True)
    arguments = ", ".join(f'"{each}"' for each in typed_arguments)
    (folder / COMMAND).write_text(f"[{arguments}]")
    return replace(search, folder=folder, config=replace(search.config, **config))


def judged(whole: Concluded, **changes: Any) -> Concluded:
    verdict = replace(VERDICT, **changes)
    end = replace(whole.end, tags={**whole.end.tags, "verdict": sentence_of(verdict)})
    return replace(whole, verdict=verdict, end=end)


def overrides_of(command: str) -> list[str]:
    program, *arguments = shlex.split(command)
    return arguments[arguments.index("sweep") + 1 :] if program == "python" else arguments[1:]
