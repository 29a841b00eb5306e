"""When a live process retrains: so long after the newest price that any version at work has seen."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.live.retraining_runs import Retrainer
from tests.live.worlds import BEGINS, Bars, at_work, make_winner, run, world

SERIES = world()
LATER = SERIES.timestamps[BEGINS - 10]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("has_challenger", [False, True])
def test_a_process_that_is_started_again_waits_after_the_training_of_its_newest_version(has_challenger: bool) -> None:
    champion, source = make_winner(SERIES), Bars(SERIES)
    challenger = replace(champion, facts=replace(champion.facts, trained_until=str(LATER), sweep="anew"))
    with at_work(champion, source) as follower:
        if has_challenger:
            follower.begin_version("challenger", challenger, "2", "as the registry says")
        retrainer = Retrainer(
            "none", pd.Timedelta("30D"), ["tracking.uri=nowhere:"], follower.folder, names_newest=True
        )
        began: list[int] = []
        for _ in range(40):
            run(follower, source, 1)
            began += [follower.state.last for said in retrainer.turn(follower.state) if "began" in said]
            if began:
                break
        retrainer.close()
    trained = LATER if has_challenger else np.datetime64(champion.facts.unseen_from)
    expected = max(BEGINS, int(np.searchsorted(SERIES.timestamps, trained + np.timedelta64(30, "D"))))
    assert began == [expected]
