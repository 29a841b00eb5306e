"""The verdict: when it may say what, and how it says it."""

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_sweep.evaluation.sentence import sentence_of
from lstm_sweep.evaluation.verdict import Against, Conclusion, Verdict, Winner, judge
from lstm_sweep.metrics import relative_skill
from lstm_sweep.stats.diebold_mariano import diebold_mariano


def judged(losses: NDArray[np.float64], naive_loss: NDArray[np.float64], **changes: Any) -> Verdict:
    winner = Winner("dropout=0.2", changes.pop("price_skill", 0.01), num_configurations=6, num_diverged=0)
    return judge(losses, naive_loss, winner, **({"horizon": 1, "alpha": 0.05} | changes))


def losses_with_skill(r2: float, num_windows: int, seeds: int = 3) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Losses of forecasts that know a share `r2` of the variance (less than nothing where negative)."""
    rng = np.random.default_rng(0)
    signal, noise = rng.normal(0, math.sqrt(abs(r2)), num_windows), rng.normal(0, math.sqrt(1 - abs(r2)), num_windows)
    change = noise + signal if r2 > 0 else noise
    wobble = rng.normal(0, 0.01, (seeds, num_windows))
    return (change - signal + wobble) ** 2, change**2


def test_model_that_knows_a_fifth_of_the_variance_beats_naive() -> None:
    losses, naive_loss = losses_with_skill(0.2, 750)
    verdict = judged(losses, naive_loss)
    assert verdict.beats_naive
    assert verdict.conclusion is Conclusion.BEATS_NAIVE
    assert verdict.num_seeds_above == 3


def test_numbers_come_from_the_loss_averaged_over_seeds() -> None:
    losses, naive_loss = losses_with_skill(0.02, 400)
    verdict = judged(losses, naive_loss)
    average = np.array([sum(losses[:, w]) / 3 for w in range(400)])
    assert (verdict.statistic, verdict.p_value) == pytest.approx(diebold_mariano(average, naive_loss, 1), rel=1e-12)
    assert verdict.skill == pytest.approx(relative_skill(average, naive_loss), rel=1e-12)
    assert (verdict.num_windows, verdict.num_seeds) == (400, 3)


def test_naive_itself_does_not_beat_naive_and_is_no_worse() -> None:
    _, naive_loss = losses_with_skill(0.2, 750)
    verdict = judged(np.tile(naive_loss, (3, 1)), naive_loss)
    assert verdict.conclusion is Conclusion.NOT_SHOWN
    assert (verdict.p_value, verdict.num_seeds_above) == (1.0, 0)
    assert verdict.skill == pytest.approx(0.0, abs=1e-12)


def test_worse_model_is_called_worse() -> None:
    losses, naive_loss = losses_with_skill(-0.2, 750)
    verdict = judged(losses, naive_loss)
    assert verdict.conclusion is Conclusion.WORSE
    assert not verdict.beats_naive
    assert verdict.p_value > 0.95


@pytest.mark.parametrize("bad", [math.inf, math.nan])
def test_forecast_that_ran_away_on_the_test_span_is_called_worse(bad: float) -> None:
    losses, naive_loss = losses_with_skill(0.2, 750)
    losses[1, 7] = bad
    verdict = judged(losses, naive_loss)
    assert verdict.conclusion is Conclusion.WORSE
    assert "Worse than naive" in sentence_of(verdict)


def test_price_that_never_moves_supports_no_claim() -> None:
    verdict = judged(np.full((2, 200), 0.1), np.zeros(200), price_skill=math.nan)
    assert not verdict.beats_naive
    assert "skill undefined" in sentence_of(verdict)


@pytest.mark.parametrize(("num_windows", "horizon", "enough"), [(99, 1, False), (100, 1, True), (499, 5, False)])
def test_verdict_needs_a_hundred_windows_per_step(num_windows: int, horizon: int, enough: bool) -> None:
    losses, naive_loss = losses_with_skill(0.5, num_windows)
    verdict = judged(losses, naive_loss, horizon=horizon)
    assert verdict.beats_naive is enough
    assert (verdict.conclusion is Conclusion.TOO_FEW_WINDOWS) is not enough
    assert math.isnan(verdict.p_value) is not enough
    assert verdict.skill > 0.2


def modest() -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Losses of a model that is a little better than naive, naive's, and the p-value of that alone."""
    losses, naive_loss = losses_with_skill(0.02, 750)
    p_value = judged(losses, naive_loss).p_value
    assert 0.005 < p_value < 0.02
    return losses, naive_loss, p_value


def test_every_use_of_the_test_span_multiplies_p_until_nothing_is_shown() -> None:
    losses, naive_loss, alone = modest()
    for num_uses in (1, 2, 7, 40, 4000):
        verdict = judged(losses, naive_loss, num_uses=num_uses)
        assert verdict.p_value == pytest.approx(min(1.0, num_uses * alone), rel=1e-12)
        assert verdict.beats_naive is (num_uses * alone < 0.05)
        told = f"Test span used by {num_uses} sweeps; p multiplied by {num_uses}, which evaluation.test=false while"
        assert (told in sentence_of(verdict)) is (num_uses > 1)
    assert judged(losses, naive_loss).beats_naive
    assert judged(losses, naive_loss, num_uses=50).conclusion is Conclusion.NOT_SHOWN


def test_every_use_of_the_test_span_multiplies_the_upper_tail_as_well() -> None:
    losses, naive_loss, alone = modest()
    worse = 2 * naive_loss - losses
    verdict = judged(worse, naive_loss, num_uses=2)
    assert (verdict.conclusion, verdict.p_value) == (Conclusion.WORSE, 1.0)
    assert f"p = {2 * alone:.3f} for being worse" in sentence_of(verdict)
    assert judged(worse, naive_loss, num_uses=50).conclusion is Conclusion.NOT_SHOWN


def rivals(losses: NDArray[np.float64], naive_loss: NDArray[np.float64]) -> dict[Against, NDArray[np.float64]]:
    """Losses that the mean of `losses` beats, that it cannot be told from, and that it is beaten by."""
    loss, wobble = losses.mean(axis=0), np.random.default_rng(1).normal(0.0, 0.01, naive_loss.size)
    return {Against.BEATS: naive_loss, Against.EVEN: loss + wobble - wobble.mean(), Against.LOSES: 0.8 * loss}


@pytest.mark.parametrize("against", Against)
def test_model_that_beats_naive_is_compared_with_the_best_baseline(against: Against) -> None:
    losses, naive_loss = losses_with_skill(0.2, 750)
    verdict = judged(losses, naive_loss, rival=("ridge", rivals(losses, naive_loss)[against]))
    assert (verdict.rival, verdict.against_rival) == ("ridge", against)
    assert f"from 6 configurations; {against} ridge; a skill of" in sentence_of(verdict)


@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0])
def test_model_that_does_not_beat_naive_is_compared_with_nothing_else(factor: float) -> None:
    for losses, naive_loss in (losses_with_skill(-0.2, 750), losses_with_skill(0.2, 99)):
        verdict = judged(losses, naive_loss, rival=("ridge", factor * losses.mean(axis=0)))
        assert (verdict.rival, verdict.against_rival) == ("ridge", None)
        assert "ridge" not in sentence_of(verdict)


@pytest.mark.parametrize(("sign", "against"), [(1, Against.BEATS), (-1, Against.LOSES)])
def test_uses_of_the_test_span_count_against_what_is_said_of_a_baseline_too(sign: int, against: Against) -> None:
    losses, naive_loss = losses_with_skill(0.2, 750)
    little, beside, _ = modest()
    rival = losses.mean(axis=0) + sign * (beside - little.mean(axis=0))
    alone, often = (judged(losses, naive_loss, rival=("ets", rival), num_uses=num_uses) for num_uses in (1, 50))
    assert alone.beats_naive
    assert often.beats_naive
    assert (alone.against_rival, often.against_rival) == (against, Against.EVEN)


def test_identical_baseline_is_not_told_apart() -> None:
    losses, naive_loss = losses_with_skill(0.2, 750)
    assert judged(losses, naive_loss, rival=("ses", losses.mean(axis=0))).against_rival is Against.EVEN


def test_level_is_the_one_asked_for() -> None:
    losses, naive_loss = losses_with_skill(0.005, 750)
    p_value = judged(losses, naive_loss).p_value
    assert 0 < p_value < 0.5
    assert judged(losses, naive_loss, alpha=p_value * 1.01).beats_naive
    assert not judged(losses, naive_loss, alpha=p_value * 0.99).beats_naive


def test_detectable_skill_is_found_in_four_samples_of_five() -> None:
    num_windows = 750
    rng = np.random.default_rng(6)
    detectable = judged(*losses_with_skill(0.2, num_windows)).detectable_skill
    assert detectable == pytest.approx(0.017, abs=0.0005)
    r2 = 1 - (1 - detectable) ** 2
    found = 0
    for _ in range(300):
        signal = rng.normal(0, math.sqrt(r2), num_windows)
        noise = rng.normal(0, math.sqrt(1 - r2), num_windows)
        found += diebold_mariano(noise**2, (signal + noise) ** 2, 1)[1] < 0.05
    assert 0.72 < found / 300 < 0.88


@pytest.mark.parametrize(
    ("losses", "naive_loss"),
    [
        ((750,), (750,)),
        ((3, 750), (3, 750)),
        ((3, 749), (750,)),
        ((750, 3), (750,)),
        ((0, 750), (750,)),
        ((3, 0), (0,)),
    ],
)
def test_shapes_that_do_not_fit_are_refused(losses: tuple[int, ...], naive_loss: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"losses must be \(seed, window\)"):
        judged(np.ones(losses), np.ones(naive_loss))


VERDICT = Verdict(
    conclusion=Conclusion.BEATS_NAIVE,
    trial="dropout=0.2",
    skill=0.0214,
    price_skill=0.01,
    statistic=-2.3,
    p_value=0.012,
    num_windows=750,
    horizon=1,
    num_seeds=3,
    num_seeds_above=3,
    num_configurations=60,
    num_diverged=0,
)
NOT_SHOWN: dict[str, Any] = {"conclusion": Conclusion.NOT_SHOWN, "skill": -0.002, "price_skill": -0.01, "p_value": 0.83}

WORSE: dict[str, Any] = {
    **{"conclusion": Conclusion.WORSE, "skill": -0.05, "price_skill": -0.01, "num_seeds_above": 0},
    **{"statistic": 2.661, "p_value": 0.996},
}
INTERVAL = {"interval": (0.0061, 0.0352)}
SIGNAL = {"has_signal": True}

AVOIDED = ", which evaluation.test=false while exploring, or a test span of new data, avoids"

SENTENCES: list[tuple[dict[str, Any], str]] = [
    (
        {},
        "dropout=0.2 beats naive: skill +2.1 %, p = 0.012, 750 windows, 3 of 3 seeds above naive, chosen on "
        "validation from 60 configurations; a skill of 1.7 % would be found 4 times in 5. "
        "Statistical accuracy, not trading profit.",
    ),
    (
        {"num_configurations": 1, "p_value": 1e-9, "price_skill": -0.01},
        "dropout=0.2 beats naive: skill +2.1 %, p < 0.001, 750 windows, 3 of 3 seeds above naive, the only "
        "configuration; a skill of 1.7 % would be found 4 times in 5. In price units the sign is reversed. "
        "Statistical accuracy, not trading profit.",
    ),
    (
        NOT_SHOWN | {"num_seeds_above": 1},
        "Nothing here is shown to beat naive: best of 60 (dropout=0.2) has skill -0.2 %, p = 0.83, 750 windows, 1 "
        "of 3 seeds "
        "above naive; a skill below 1.7 % would usually be missed.",
    ),
    (
        NOT_SHOWN | {"skill": 0.0004, "num_diverged": 2},
        "Nothing here is shown to beat naive: best of 60 (dropout=0.2; 2 diverged) has skill +0.04 %, p = 0.83, "
        "750 windows, "
        "3 of 3 seeds above naive; a skill below 1.7 % would usually be missed. In price units the sign is reversed.",
    ),
    (
        WORSE,
        "Worse than naive: best of 60 (dropout=0.2) has skill -5.0 %, p = 0.004 for being worse, 750 windows, 0 of "
        "3 seeds above "
        "naive; a skill below 1.7 % would usually be missed.",
    ),
    (
        {"conclusion": Conclusion.TOO_FEW_WINDOWS, "num_windows": 21, "p_value": math.nan},
        "21 windows cannot support a verdict (100 needed); best of 60 (dropout=0.2) has skill +2.1 %; too few "
        "windows "
        "to detect any plausible skill.",
    ),
    (
        {"conclusion": Conclusion.TOO_FEW_WINDOWS, "num_windows": 499, "horizon": 5},
        "499 windows cannot support a verdict (500 needed); best of 60 (dropout=0.2) has skill +2.1 %; a skill below "
        "13.3 % would usually be missed.",
    ),
    (
        INTERVAL | SIGNAL | {"rival": "arima", "against_rival": Against.BEATS, "num_diverged": 1},
        "dropout=0.2 beats naive: skill +2.1 % (approximate 90 % interval 0.6 to 3.5), p = 0.012, 750 windows, 3 "
        "of 3 "
        "seeds above naive, chosen on validation from 60 configurations (1 diverged); also beats arima; a skill of "
        "1.7 % would be found 4 times in 5. Statistical accuracy, not trading profit.",
    ),
    (
        {"rival": "ridge", "against_rival": Against.EVEN, "num_uses": 2, "price_skill": -0.01},
        "dropout=0.2 beats naive: skill +2.1 %, p = 0.012, 750 windows, 3 of 3 seeds above naive, chosen on "
        "validation from 60 configurations; not told apart from ridge; a skill of 1.7 % would be found 4 times in 5. "
        f"Test span used by 2 sweeps; p multiplied by 2{AVOIDED}. In price units the sign is reversed. Statistical "
        "accuracy, "
        "not trading profit.",
    ),
    (
        {"rival": "drift", "against_rival": Against.LOSES, "num_configurations": 1, "alpha": 0.01} | INTERVAL,
        "dropout=0.2 beats naive: skill +2.1 % (approximate 98 % interval 0.6 to 3.5), p = 0.012, 750 windows, 3 "
        "of 3 "
        "seeds above naive, the only configuration; worse than drift; a skill of 1.7 % would be found 4 times in 5. "
        "Statistical accuracy, not trading profit.",
    ),
    (
        NOT_SHOWN | SIGNAL | {"interval": (-0.0251, 0.0004), "num_uses": 3, "rival": "arima"},
        "Nothing here is shown to beat naive: best of 60 (dropout=0.2) has skill -0.2 % (approximate 90 % interval "
        "-2.5 to 0.04), "
        "p = 0.83, 750 windows, 3 of 3 seeds above naive; a skill below 1.7 % would usually be missed. There is "
        f"signal, but not enough to lower the error. Test span used by 3 sweeps; p multiplied by 3{AVOIDED}.",
    ),
    (
        NOT_SHOWN | SIGNAL | {"skill": 0.006, "price_skill": 0.006},
        "Nothing here is shown to beat naive: best of 60 (dropout=0.2) has skill +0.6 %, p = 0.83, 750 windows, 3 of 3 "
        "seeds above naive; a skill below 1.7 % would usually be missed. There is signal, but not enough to be sure of "
        "a lower error.",
    ),
    (
        WORSE | SIGNAL | {"interval": (-0.08, -0.02), "num_uses": 2, "num_configurations": 1},
        "Worse than naive: the only configuration (dropout=0.2) has skill -5.0 % (approximate 90 % interval -8.0 "
        "to -2.0), p = 0.008 for "
        "being worse, 750 windows, 0 of 3 seeds above naive; a skill below 1.7 % would usually be missed. There is "
        "signal, but "
        f"not enough to lower the error. Test span used by 2 sweeps; p multiplied by 2{AVOIDED}.",
    ),
    (
        {"conclusion": Conclusion.TOO_FEW_WINDOWS, "num_windows": 21, "p_value": math.nan, "num_uses": 4}
        | INTERVAL
        | SIGNAL,
        "21 windows cannot support a verdict (100 needed); best of 60 (dropout=0.2) has skill +2.1 % (approximate "
        "90 % "
        "interval 0.6 to 3.5); too few windows to detect any plausible skill. Test span used by 4 sweeps.",
    ),
    (
        NOT_SHOWN | {"skill": -1e-9, "price_skill": -1e-9, "interval": (-2e-9, 3e-9)},
        "Nothing here is shown to beat naive: best of 60 (dropout=0.2) has skill +0.00 % (approximate 90 % "
        "interval 0.00 to 0.00), "
        "p = 0.83, 750 windows, 3 of 3 seeds above naive; a skill below 1.7 % would usually be missed.",
    ),
    (
        {"num_grown": 4, "seeds_asked": 3, "num_seeds": 12, "num_seeds_above": 11},
        "dropout=0.2 beats naive: skill +2.1 %, p = 0.012, 750 windows, 11 of 12 seeds above naive, chosen on "
        "validation from 60 configurations; a skill of 1.7 % would be found 4 times in 5. 4 trials that could not be "
        "told apart had up to 12 seeds, the others 3 (evaluation.extra_seeds=true). Statistical accuracy, not "
        "trading "
        "profit.",
    ),
    (
        NOT_SHOWN | {"num_grown": 2, "seeds_asked": 3, "num_seeds": 6, "num_configurations": 2},
        "Nothing here is shown to beat naive: best of 2 (dropout=0.2) has skill -0.2 %, p = 0.83, 750 windows, 3 "
        "of 6 "
        "seeds above naive; a skill below 1.7 % would usually be missed. 2 trials that could not be told apart had up "
        "to 6 "
        "seeds (evaluation.extra_seeds=true).",
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), SENTENCES)
def test_sentence_says_what_was_found(changes: dict[str, Any], sentence: str) -> None:
    assert sentence_of(dataclasses.replace(VERDICT, **changes)) == sentence
