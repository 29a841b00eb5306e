"""One scale for all rows: naive and the best lie on it, and what does not fit is marked."""

import math

import pytest

from lstm_sweep.report.page.sections.skill_scale import SkillScale


def skill(score: float) -> float:
    return 100 * (1 - math.exp(score))


@pytest.mark.parametrize(
    "scores",
    [
        [0.0005, 0.0007, 0.0008, 0.0013, 0.0016, 0.0021],
        [-0.002, -0.001, 0.0],
        [0.0],
        [-0.3],
        [0.3],
        [1e-9, 2e-9],
        [5.0, 6.0, 7.0],
        [0.001] * 20 + [600.0, 3.0],
        [],
        [math.inf, math.nan, 0.01],
    ],
)
def test_naive_and_the_better_half_lie_inside_as_a_whole(scores: list[float]) -> None:
    scale = SkillScale.around([(score, 0.0001) for score in scores])
    assert scale.low < 0 < scale.high
    finite = sorted(score for score in scores if math.isfinite(score))
    for score in finite[: (len(finite) + 1) // 2]:
        bar = scale.bar(score)
        assert bar is not None
        assert bar.dot == pytest.approx(100 * (skill(score) - scale.low) / (scale.high - scale.low), abs=0.01)
        assert 1 < bar.dot < 99
    ticks = scale.ticks()
    assert (scale.place(0.0), "0") in ticks
    assert 2 <= len(ticks) <= 3
    for place, label in ticks:
        assert place == pytest.approx(100 * (float(label) - scale.low) / (scale.high - scale.low), abs=0.02)


def test_what_lies_beyond_has_an_arrow_and_its_number() -> None:
    scale = SkillScale.around([(0.001 * number, 0.0) for number in range(10)])
    bad = scale.bar(3.0, 0.1)
    assert bad is not None
    assert (bad.dot, tuple(bad.beyond)) == (None, ("left",))
    assert bad.hint.startswith(f"{skill(3.0):+.2f} % (")
    assert bad.hint.endswith(": beyond the scale")
    wide = scale.bar(0.002, 5.0)
    assert wide is not None
    assert wide.dot is not None
    assert list(wide.beyond) == ["left", "right"]


def test_numbers_beyond_all_numbers_have_no_bar() -> None:
    scale = SkillScale.around([(0.001, 0.0)])
    assert scale.bar(None) is None
    assert scale.bar(math.inf) is None
    endless = scale.bar(1e6)
    assert endless is not None
    assert len(endless.hint) < 60
