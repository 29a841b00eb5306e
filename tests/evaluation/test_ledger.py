"""How often a test span was looked at, counted in a file that several sweeps write at once."""

import json
import multiprocessing
import shutil
from dataclasses import asdict, replace
from multiprocessing.synchronize import Barrier as BarrierType
from pathlib import Path

import pytest

from lstm_sweep.config import Config
from lstm_sweep.evaluation.ledger import LEDGER, TestUse, config_digest, config_digest_of_version_0_1, count_uses
from tests.configs import compose_config

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "version_0_1"
YEAR = TestUse("btc", "digest", "2024-01-01T00:00:00", "2024-12-31T00:00:00", "config", "sweep")
NUM_WRITERS, NUM_USES = 8, 25


def uses_in(folder: Path) -> list[TestUse]:
    return [TestUse(**json.loads(line)) for line in (folder / LEDGER).read_text().splitlines()]


def test_first_use_counts_itself_and_is_noted_down(tmp_path: Path) -> None:
    assert count_uses(tmp_path, YEAR) == 1
    assert uses_in(tmp_path) == [YEAR]


def test_different_configs_add_up(tmp_path: Path) -> None:
    counts = [count_uses(tmp_path, replace(YEAR, config=f"c{number}", sweep=f"s{number}")) for number in range(5)]
    assert counts == [1, 2, 3, 4, 5]


def test_same_config_again_does_not_count_whatever_the_sweep_is_called(tmp_path: Path) -> None:
    other = replace(YEAR, config="other")
    counts = [count_uses(tmp_path, use) for use in (YEAR, YEAR, replace(YEAR, sweep="sweep-2"), other, YEAR)]
    assert counts == [1, 1, 1, 2, 2]
    assert len(uses_in(tmp_path)) == 3, "what is repeated by the same sweep is not even noted down"


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("2024-06-01T00:00:00", "2024-06-30T00:00:00", 2),
        ("2023-01-01T00:00:00", "2025-12-31T00:00:00", 2),
        ("2023-01-01T00:00:00", "2024-01-01T00:00:00", 2),
        ("2024-12-31T00:00:00", "2025-12-31T00:00:00", 2),
        ("2023-01-01T00:00:00", "2023-12-31T23:59:59", 1),
        ("2024-12-31T00:00:01", "2025-12-31T00:00:00", 1),
    ],
)
def test_spans_count_where_they_share_a_target(first: str, last: str, count: int, tmp_path: Path) -> None:
    count_uses(tmp_path, YEAR)
    assert count_uses(tmp_path, replace(YEAR, config="other", first_target=first, last_target=last)) == count


@pytest.mark.parametrize(
    ("series", "data", "count"),
    [
        ("eth", "another", 1),
        ("eth", "digest", 2),  # the same content under another name
        ("btc", "another", 2),  # the same series with more days
    ],
)
def test_series_is_known_by_its_name_or_by_its_content(series: str, data: str, count: int, tmp_path: Path) -> None:
    count_uses(tmp_path, YEAR)
    assert count_uses(tmp_path, replace(YEAR, config="other", series=series, data=data)) == count


def test_what_does_not_count_stays_in_the_ledger(tmp_path: Path) -> None:
    elsewhere = replace(YEAR, series="eth", data="another", config="other")
    count_uses(tmp_path, elsewhere)
    assert count_uses(tmp_path, YEAR) == 1
    assert count_uses(tmp_path, replace(elsewhere, config="third")) == 2


@pytest.mark.parametrize("length", [1, 20, -1])
def test_line_that_was_cut_off_is_replaced_by_the_next(length: int, tmp_path: Path) -> None:
    """A sweep that was killed while it wrote had scored nothing; when it goes on, it writes again."""
    second, third = replace(YEAR, config="second"), replace(YEAR, config="third")
    for use in (YEAR, second):
        count_uses(tmp_path, use)
    whole = (tmp_path / LEDGER).read_bytes()
    (tmp_path / LEDGER).write_bytes(whole + json.dumps(asdict(third)).encode()[:length])
    assert count_uses(tmp_path, third) == 3
    assert uses_in(tmp_path) == [YEAR, second, third]
    assert count_uses(tmp_path, replace(YEAR, config="fourth")) == 4


def write(folder: Path, barrier: BarrierType, writer: int, counts: "multiprocessing.Queue[list[int]]") -> None:
    barrier.wait()
    uses = [replace(YEAR, config=f"{writer}/{number}", sweep="ü" * writer) for number in range(NUM_USES)]
    counts.put([count_uses(folder, use) for use in uses])


def test_sweeps_that_end_at_once_lose_no_use_and_none_has_the_same_count(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, counts = context.Barrier(NUM_WRITERS), context.Queue()
    writers = [context.Process(target=write, args=(tmp_path, barrier, each, counts)) for each in range(NUM_WRITERS)]
    for writer in writers:
        writer.start()
    found = [count for _ in writers for count in counts.get(timeout=200)]
    for writer in writers:
        writer.join()
    assert sorted(found) == list(range(1, NUM_WRITERS * NUM_USES + 1))
    assert len(uses_in(tmp_path)) == NUM_WRITERS * NUM_USES
    assert len({use.config for use in uses_in(tmp_path)}) == NUM_WRITERS * NUM_USES


def digest(*overrides: str) -> str:
    return config_digest(compose(*overrides))


def compose(*overrides: str) -> Config:
    return compose_config("+experiment=dropout", *overrides)


@pytest.mark.parametrize(
    "override",
    [
        *("name=again", "resume=true", "cache=false", "tracking.uri=null", "tracking.tensorboard=false"),
        *("runner.checkpoint_seconds=5", "budget.usd_per_hour=3"),
    ],
)
def test_settings_that_no_number_follows_from_make_no_new_config(override: str) -> None:
    assert digest(override) == digest()


@pytest.mark.parametrize(
    "override",
    [
        *("seed=1", "seeds=4", "windows.lags=7", "search.model.dropout=[0.1,0.2]", "tuner.max_trials=3"),
        *("evaluation.folds=3", "evaluation.alpha=0.01", "training.epochs=3", "data.features=[high]"),
        *("budget.fits=6", "budget.seconds=60", "runner.native=false"),  # a sweep that ends early has another winner
    ],
)
def test_settings_that_numbers_follow_from_make_a_new_config(override: str) -> None:
    assert digest(override) != digest()


def test_damaged_line_is_passed_over(tmp_path: Path) -> None:
    count_uses(tmp_path, replace(YEAR, config="first"))
    with (tmp_path / LEDGER).open("ab") as ledger:
        ledger.write(b'{"series": "btc", "dat\xff\n{}\n')
    assert count_uses(tmp_path, YEAR) == 2


def test_price_of_the_machine_makes_a_new_config_where_it_limits_the_search() -> None:
    assert digest("budget.usd=1", "budget.usd_per_hour=2") != digest("budget.usd=1", "budget.usd_per_hour=3")


def test_config_that_version_0_1_wrote_down_is_known_again(tmp_path: Path) -> None:
    """The fixture's ledger holds the use of its finished sweep; that of the same settings is no second one."""
    shutil.copy(FIXTURES / "sweeps" / LEDGER, tmp_path)
    (before,) = uses_in(tmp_path)
    (finished,) = [json.loads((FIXTURES / "sweeps" / before.sweep / "command.json").read_text())]
    config = compose_config(*finished)
    use = replace(before, config=config_digest(config), sweep="again")
    assert count_uses(tmp_path, use, config_digest_of_version_0_1(config)) == 1
    assert count_uses(tmp_path, replace(use, config="other")) == 2
