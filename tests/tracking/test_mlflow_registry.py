"""Versions of a registered model, in a real store; a server and a fresh process are slow."""

from pathlib import Path

import mlflow
import numpy as np
import pytest
from mlflow import MlflowClient

from lstm_sweep.errors import UserError
from lstm_sweep.forecaster import Forecaster
from lstm_sweep.tracking.mlflow.registry import download, find_version, register
from lstm_sweep.tracking.mlflow.store import open_client
from lstm_sweep.tracking.mlflow.tracker import MlflowTracker
from tests.tracking.mlflow_reader import read_parent
from tests.tracking.scripted import record_sweep
from tests.tracking.test_mlflow_model import save_model

pytestmark = pytest.mark.slow


def logged(store: str, folder: Path) -> tuple[MlflowClient, str]:
    """A store with the sweep in `folder`, and the id of its parent run."""
    folder.mkdir(exist_ok=True)
    save_model(folder / "model", horizon=2)
    record_sweep(MlflowTracker(store, folder / "artifacts"), folder=folder, forecaster=True)
    return open_client(store), read_parent(store).info.run_id


def test_a_winner_becomes_one_version_however_often_it_is_promoted(store: str, tmp_path: Path) -> None:
    client, run_id = logged(store, tmp_path / "sweep")
    first = register(client, run_id, "btc 1d", None, {"verdict": "Nothing."})
    again = register(client, run_id, "btc 1d", None, {"verdict": "Nothing at all."})
    assert (first.version, first.aliases, first.tags) == (1, ("champion",), {"verdict": "Nothing."})
    assert (again.version, again.aliases, again.tags) == (1, ("champion",), {"verdict": "Nothing at all."})
    assert len(client.search_model_versions("name = 'btc 1d'")) == 1
    assert set(register(client, run_id, "btc 1d", "challenger", {}).aliases) == {"champion", "challenger"}


def test_what_comes_after_a_champion_is_a_challenger_unless_told(store: str, tmp_path: Path) -> None:
    client, run_id = logged(store, tmp_path / "sweep")
    register(client, run_id, "btc", None, {})
    other = client.create_logged_model(client.get_run(run_id).info.experiment_id, "other")
    client.create_model_version("btc", other.artifact_location, run_id)
    client.set_registered_model_alias("btc", "champion", "2")
    assert register(client, run_id, "btc", None, {}).aliases == ("challenger",)
    # The champion is not its own challenger.
    assert register(client, run_id, "btc", "champion", {}).aliases == ("champion",)


def test_a_version_is_found_by_alias_and_by_number_and_its_files_forecast_the_same(store: str, tmp_path: Path) -> None:
    client, run_id = logged(store, tmp_path / "sweep")
    register(client, run_id, "btc", None, {"sweep": "mine"})
    for text in ("btc", "btc@champion", "btc/1"):
        version = find_version(client, text)
        assert (version.version, version.tags["sweep"]) == (1, "mine")
    (tmp_path / "files").mkdir()
    found = Forecaster.load(download(client, version, tmp_path / "files"))
    expected = Forecaster.load(tmp_path / "sweep" / "model")
    assert all(np.array_equal(one, other) for one, other in zip(found.weights, expected.weights, strict=True))
    mlflow.set_tracking_uri(store)
    assert mlflow.pyfunc.load_model("models:/btc@champion").metadata.get_output_schema().input_names() == [
        "step_1",
        "step_2",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [("eth", "choose one of btc"), ("btc@challenger", "btc@champion"), ("btc/7", "btc/1"), ("btc/x", "btc/1")],
)
def test_a_version_that_is_not_there_is_refused_with_those_that_are(
    store: str, tmp_path: Path, text: str, said: str
) -> None:
    client, run_id = logged(store, tmp_path / "sweep")
    register(client, run_id, "btc", None, {})
    with pytest.raises(UserError, match=said):
        find_version(client, text)


@pytest.mark.parametrize("name", ["a/b", "", " ", "a@b", "it's"])
def test_names_that_no_model_can_have_are_refused(store: str, tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="must have a name"):
        register(open_client(store), "any", name, None, {})


def test_without_any_model_promoting_is_advised_and_a_run_without_one_is_refused(store: str, tmp_path: Path) -> None:
    client = open_client(store)
    with pytest.raises(UserError, match="promote the winner"):
        find_version(client, "btc")
    record_sweep(MlflowTracker(store, tmp_path / "artifacts"), folder=tmp_path)
    with pytest.raises(UserError, match="none that is complete"):
        register(client, read_parent(store).info.run_id, "btc", None, {})
