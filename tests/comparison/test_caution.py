"""What is said of a test span that many sweeps have used, beside a count by hand."""

import json
from pathlib import Path

import pytest

from lstm_sweep.comparison.columns import verdict_words
from lstm_sweep.comparison.compare import compare
from lstm_sweep.evaluation.ledger import LEDGER
from tests.comparison.sweeps import SPAN, add_sweep, verdict, write_ledger


def test_p_of_an_early_sweep_is_multiplied_by_all_uses_of_the_ledger(tmp_path: Path) -> None:
    add_sweep(tmp_path, "early", summary={"verdict": verdict("beats_naive", p_value=0.02, num_uses=1)})
    add_sweep(tmp_path, "strong", summary={"verdict": verdict("beats_naive", p_value=0.0004, num_uses=2)})
    # One is gone, and one was scored twice with the same settings: four configurations.
    write_ledger(tmp_path, ("early", "a"), ("strong", "b"), ("gone", "c"), ("late", "d"), ("late-2", "d"))
    (remark,) = compare(tmp_path).remarks
    assert remark.startswith("4 sweeps have used this test span (example, 900 bars, 2020-01-01 to 2022-06-18), and")
    corrected = {"early": 0.02 / 1 * 4, "strong": 0.0004 / 2 * 4}
    assert (
        f"p is no longer below 0.05 for early (p = {corrected['early']:.3f}) and still below 0.05 for strong" in remark
    )
    assert "strong (p < 0.001)." in remark
    assert corrected["strong"] < 0.001
    (group,) = compare(tmp_path).groups
    assert {sweep.name: verdict_words(sweep) for sweep in group.sweeps} == {"early": "yes at first", "strong": "yes"}
    assert {sweep.name: sweep.corrected_p for sweep in group.sweeps} == pytest.approx(corrected)
    assert "Choose between sweeps by their skill on validation" in remark


def test_one_use_needs_no_remark(tmp_path: Path) -> None:
    add_sweep(tmp_path, "only", summary={"verdict": verdict("beats_naive")})
    write_ledger(tmp_path, ("only", "a"))
    assert compare(tmp_path).remarks == []


def test_span_of_other_days_or_other_prices_is_no_use(tmp_path: Path) -> None:
    add_sweep(tmp_path, "one", summary={"verdict": verdict("beats_naive")})
    later = {"first_target": "2023-01-01T00:00:00", "last_target": "2024-01-01T00:00:00"}
    other = {"data": {"name": "other", "bars": 900, "digest": "cd" * 32}}
    add_sweep(tmp_path, "later", summary={"verdict": verdict("beats_naive"), "test": later | {"windows": 120}})
    add_sweep(tmp_path, "elsewhere", summary={"verdict": verdict("beats_naive")} | other)
    uses = [
        ("example", "ab" * 32, *SPAN, "a", "one"),
        ("example", "ab" * 32, *later.values(), "b", "later"),
        ("other", "cd" * 32, *SPAN, "c", "elsewhere"),
    ]
    keys = ("series", "data", "first_target", "last_target", "config", "sweep")
    (tmp_path / LEDGER).write_text("".join(json.dumps(dict(zip(keys, use, strict=True))) + "\n" for use in uses))
    assert compare(tmp_path).remarks == []


def test_without_a_ledger_different_settings_count(tmp_path: Path) -> None:
    for number in range(3):
        settings = {"model": {"units": number // 2}}
        add_sweep(tmp_path, f"sweep_{number}", settings=settings, summary={"verdict": verdict()})
    (remark,) = compare(tmp_path).remarks
    assert remark.startswith("2 sweeps have used this test span")
    assert "Multiplied" not in remark


@pytest.mark.parametrize("damage", [b"\x00\n{\n[]\n", b'{"sweep": "one"}\n', b'{"series": 1, "data": 2}\n'])
def test_damaged_ledger_is_passed_over(tmp_path: Path, damage: bytes) -> None:
    add_sweep(tmp_path, "one", summary={"verdict": verdict()})
    (tmp_path / LEDGER).write_bytes(damage)
    assert compare(tmp_path).remarks == []


def test_more_verdicts_than_are_named_are_counted(tmp_path: Path) -> None:
    for number in range(7):
        p = 0.001 * (number + 1)
        add_sweep(tmp_path, f"sweep_{number}", summary={"verdict": verdict("beats_naive", p_value=p)})
    write_ledger(tmp_path, *((f"sweep_{number}", str(number)) for number in range(7)))
    (remark,) = compare(tmp_path).remarks
    assert "still below 0.05 for sweep_0 (p = 0.007), sweep_1 (p = 0.014), " in remark
    assert "sweep_4 (p = 0.035), 2 more." in remark
