"""The page as a whole: whole, safe, the same for the same files, and there whatever is missing."""

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from lstm_sweep.errors import UserError
from lstm_sweep.report.page.build import PARTS, packed_plotly, write_report
from lstm_sweep.storage.lines import JOURNAL
from lstm_sweep.trials.outcome import FitStatus
from tests.report.folder import COMMAND, SENTENCE, make_sweep
from tests.report.reading import Reader

HOSTILE = "</script><script>alert('x')</script><img src=http://example.org/x onerror=alert(1)>&amp;{{ 7*7 }}"


def report(folder: Path, **wanted: Any) -> Reader:
    return Reader(write_report(make_sweep(folder, **wanted)).read_text(encoding="utf-8"))


def test_parts_come_in_their_order(tmp_path: Path) -> None:
    page = report(tmp_path / "example")
    shown = [anchor for anchor in page.texts if anchor not in ("", "basis", "footer")]
    assert shown == [*(part.anchor for part in PARTS if part.anchor != "by-step"), "missing", "by-step"]
    assert SENTENCE.partition(": ")[2].removeprefix("best of") in page.texts[""]


def test_equal_files_give_equal_bytes(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example")
    first = write_report(folder).read_bytes()
    assert write_report(folder).read_bytes() == first
    assert not list(folder.glob("*.unfinished"))


def test_page_needs_no_network(tmp_path: Path) -> None:
    page = report(tmp_path / "example")
    assert {address for address in page.addresses if not address.startswith("#")} == {"data:,"}
    assert "url(" not in write_report(tmp_path / "example").read_text(encoding="utf-8")


def test_program_of_the_plots_is_whole_and_packed_once_a_process() -> None:
    from plotly.offline import get_plotlyjs

    assert gzip.decompress(base64.b64decode(packed_plotly())).decode() == get_plotlyjs()
    assert packed_plotly() is packed_plotly()


def test_page_weighs_less_than_eight_megabytes(tmp_path: Path) -> None:
    values = [{"model.dropout": number / 100, "model.units": number} for number in range(60)]
    path = write_report(make_sweep(tmp_path / "example", values=values, windows=800))
    assert path.stat().st_size < 8e6


def test_names_of_users_stay_text(tmp_path: Path) -> None:
    summary = {
        "verdict": {"sentence": HOSTILE, "conclusion": HOSTILE},
        "command": HOSTILE,
        "baselines": [{"name": HOSTILE, "failure": HOSTILE}],
        "importance": {"method": HOSTILE, "values": {HOSTILE: 0.5}},
    }
    values = [{f"model.{HOSTILE}": value} for value in (HOSTILE, "tanh", "elu")]
    page = report(tmp_path / "example", values=values, summary=summary, lost={1: (FitStatus.FAILED, HOSTILE)})
    assert "img" not in page.tags
    assert all(address.startswith(("#", "data:")) for address in page.addresses)
    for anchor in ("", "basis", "leaderboard", "importance", "problems", "use"):
        assert HOSTILE in page.texts[anchor], anchor


def test_names_of_users_stay_text_in_plots(tmp_path: Path) -> None:
    page = report(tmp_path / "example", values=[{"model.activation": f"<b>{number}</b>"} for number in range(3)])
    plotted = json.dumps([page.figures[name] for name in ("learning", "effect-0")])
    assert "<b>" not in plotted
    assert "&lt;b&gt;1&lt;/b&gt;" in plotted


SECTIONS = (
    *(
        "best",
        "naive",
        "test",
        "verdict",
        "baselines",
        "ensemble",
        "steps",
        "ties",
        "marks",
        "diagnostics",
        "stationarity",
    ),
    *("effects", "importance", "command", "usd", "data", "seconds", "trials", "fits", "fits_per_second"),
)


@pytest.mark.parametrize("content", [..., None, {}], ids=["absent", "null", "empty"])
@pytest.mark.parametrize("section", SECTIONS)
def test_every_entry_of_the_summary_may_be_missing(tmp_path: Path, section: str, content: Any) -> None:
    if content == {} and section in ("command", "usd", "trials", "fits", "fits_per_second"):
        content = None
    page = report(tmp_path / "example", summary={section: content})
    assert set(page.texts) >= {part.anchor for part in PARTS}


def test_all_entries_may_be_missing_at_once(tmp_path: Path) -> None:
    page = report(tmp_path / "example", summary=dict.fromkeys(SECTIONS, ...))
    assert "No verdict" in page.texts[""]
    assert ": It was not tested." in page.texts["stationarity"]


@pytest.mark.parametrize(
    ("section", "reason"),
    [
        ("effects", "No setting has two values among the completed trials."),
        ("importance", "It was not worked out."),
        ("stationarity", "It was not tested."),
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, section: str, reason: str) -> None:
    assert f": {reason}" in report(tmp_path / "example", summary={section: None}).texts[section]


def test_parts_that_are_left_out_are_one_folded_line_and_not_in_the_navigation(tmp_path: Path) -> None:
    page = report(tmp_path / "example", summary={"stationarity": None})
    assert page.texts["missing"].split("\n")[1].strip() == (
        "Not shown here: Step by step ahead; Is the series stationary?"
    )
    links = {address for address in page.addresses if address.startswith("#")}
    assert links == {f"#{part.anchor}" for part in PARTS} - {"#by-step", "#stationarity"}


def test_reason_for_no_importance_is_passed_on(tmp_path: Path) -> None:
    page = report(tmp_path / "example", summary={"importance": {"reason": "12 trials are too few."}})
    assert ": 12 trials are too few." in page.texts["importance"]


def test_unseen_test_span_leaves_its_parts_out(tmp_path: Path) -> None:
    page = report(tmp_path / "example", tests=False, summary={"verdict": {"beats_naive": False, "sentence": "None."}})
    for anchor in ("forecast", "breakdown", "residuals"):
        assert ": The test span was not scored (evaluation.test=false)." in page.texts[anchor]
    assert "learning" in page.figures


def test_one_trial_with_one_seed(tmp_path: Path) -> None:
    page = report(tmp_path / "example", values=[{"model.dropout": 0.1}], seeds=1)
    assert "±" not in "".join(cell for row in page.tables["leaderboard"] for cell in row)
    assert ": It takes two trials that completed; here 1 did." in page.texts["parallel"]
    assert "nan" not in page.texts["leaderboard"]


def test_one_trial_without_any_setting(tmp_path: Path) -> None:
    page = report(tmp_path / "example", values=[{}])
    assert ": Nothing was swept." in page.texts["parallel"]


def test_every_trial_lost(tmp_path: Path) -> None:
    lost = dict.fromkeys(range(4), (FitStatus.DIVERGED, "the loss stopped being finite"))
    page = report(tmp_path / "example", lost=lost)
    assert ": No trial completed." in page.texts["forecast"]
    assert "4 trials of 4 lost a fit" in page.texts["problems"]


def test_missing_forecasts_leave_their_parts_out(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example")
    (folder / "forecasts.parquet").unlink()
    assert "There is no forecasts.parquet." in Reader(write_report(folder).read_text()).texts["forecast"]
    (folder / "forecasts.parquet").write_bytes(b"nonsense")
    assert "forecasts.parquet cannot be read" in Reader(write_report(folder).read_text()).texts["forecast"]


def test_missing_journal_leaves_its_parts_out(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example")
    (folder / JOURNAL).unlink()
    page = Reader(write_report(folder).read_text())
    assert ": The journal holds no epochs" in page.texts["learning"]
    assert "The journal has no start" in page.texts["problems"]
    assert page.tables["leaderboard"][0][1] == "dropout"


@pytest.mark.parametrize("name", ["summary.json", "config.yaml", "leaderboard.csv"])
def test_folder_without_what_a_report_needs_is_refused(tmp_path: Path, name: str) -> None:
    folder = make_sweep(tmp_path / "example")
    (folder / name).unlink()
    with pytest.raises(UserError, match=re.escape(name)):
        write_report(folder)


@pytest.mark.parametrize("content", ["{", "[]", "\ufeff"])
def test_damaged_summary_is_refused(tmp_path: Path, content: str) -> None:
    folder = make_sweep(tmp_path / "example")
    (folder / "summary.json").write_text(content)
    with pytest.raises(UserError, match="summary.json must"):
        write_report(folder)


def test_command_that_repeats_the_sweep_is_there(tmp_path: Path) -> None:
    assert COMMAND in report(tmp_path / "example").texts["use"]
