"""The printed table: what it says, that it fits, and that a pipe can read it."""

import io
import itertools
import math
from dataclasses import replace
from typing import Any

import pytest

from lstm_sweep.evaluation.evaluate import Evaluation
from lstm_sweep.evaluation.selection import Selection
from lstm_sweep.metrics import Scores
from lstm_sweep.report.leaderboard import leaderboard
from lstm_sweep.report.table.columns import ReferenceRow
from lstm_sweep.report.table.layout import format_table, rows_above, width_of
from lstm_sweep.trials.outcome import FitStatus, TrialResult
from tests.report.test_leaderboard import trial_result


def scores(rmse: float, skill: float = 0.0, mape: float = 1.5) -> Scores:
    return Scores(rmse**2, rmse, mape, rmse / 2, 1.0, 0.5, 0.5, skill, skill)


NAIVE = scores(2000.0)
RESULTS = [
    trial_result("0000", [0.001, 0.003], dropout=0.0),
    trial_result("0001", [-0.002, -0.004], dropout=0.30000000000000004),
    trial_result("0002", [0.0, math.nan], FitStatus.DIVERGED, dropout=None),
]
TEST_SCORES = {
    "0000": [scores(2010.0, -0.005, 1.6), scores(2014.0, -0.007, 1.7)],
    "0001": [scores(1990.0, 0.005), scores(1990.0, 0.005)],
}

EXPECTED = """\
                                 test        test         test   right        test
trial  dropout           score            MSE        RMSE       MAPE %  sign %     skill %
naive                   0.0000        4000000      2000.0        1.500       -        0.00
0001   0.3      -0.0030±0.0014      3960100±0  1990.0±0.0  1.500±0.000    50.0   0.50±0.00
0000   0.0       0.0020±0.0014  4048148±11382  2012.0±2.8  1.650±0.071    50.0  -0.60±0.14
0002   null           diverged              -           -            -       -           -
"""


def table(results: list[Any], swept: tuple[str, ...], test_scores: Any, **settings: Any) -> list[str]:
    """From the line that names the trials on."""
    return from_trials(format_table(leaderboard(results, swept, test_scores), **settings))


def from_trials(text: str) -> list[str]:
    lines = text.splitlines()
    return lines[[line.split()[0] for line in lines].index("trial") :]


def test_table_reads_as_words_and_numbers_in_columns() -> None:
    frame = leaderboard(RESULTS, ("model.dropout",), TEST_SCORES)
    lines = format_table(frame, [ReferenceRow("naive", 0.0, NAIVE)]).splitlines()
    assert [line.split() for line in lines[:6]] == [line.split() for line in EXPECTED.splitlines()]
    assert len({len(line) for line in lines[:6]}) == 1


def test_every_word_of_the_table_is_explained_once_below_it() -> None:
    lines = table(RESULTS, ("model.dropout",), TEST_SCORES, above=ABOVE, width=200)
    assert lines[8:] == [
        "naive = the last price again; drift = plus its mean change; ridge = linear in what the LSTM reads; "
        "ensemble = forecasts of the best trial, averaged over its seeds",
        "score = log(RMSE / RMSE of naive) on validation, which chooses: the lowest is best, below 0 better than "
        "naive; ± = deviation over the seeds",
        "MSE = mean squared error; RMSE = its root, in price units; MAPE = mean absolute error in % of price",
        "skill = 1 - RMSE / RMSE of naive, above 0 better than naive; errors relative to the last price",
        "right sign = forecasts of the right direction; always naming the commonest direction gets 50.0 %",
    ]


def test_table_has_no_control_characters() -> None:
    assert all(
        line.isprintable()
        for line in table(RESULTS, ("model.dropout",), TEST_SCORES, above=[ReferenceRow("naive", 0.0, NAIVE)])
    )


def test_single_seed_has_no_deviation() -> None:
    lines = table(
        [trial_result("0000", [0.1], dropout=0.5)],
        ("model.dropout",),
        {"0000": [NAIVE]},
        above=[ReferenceRow("naive", 0.0, NAIVE)],
    )
    assert lines[2].split() == ["0000", "0.5", "0.1000", "4000000", "2000.0", "1.500", "50.0", "0.00"]


def test_test_span_that_is_not_scored_is_not_shown() -> None:
    lines = table(RESULTS, ("model.dropout",), {}, above=[])
    assert lines[0].split() == ["trial", "dropout", "score"]
    assert not any("naive  " in line or "test" in line for line in lines)
    assert [line.split()[0] for line in lines[4:]] == ["score", "than"]


def test_naive_is_shown_even_where_every_trial_diverged() -> None:
    lines = table(RESULTS[2:], ("model.dropout",), {}, above=[ReferenceRow("naive", 0.0, NAIVE)])
    assert lines[1].split() == ["naive", "0.0000", "4000000", "2000.0", "1.500", "-", "0.00"]
    assert lines[2].split() == ["0002", "null", "diverged", "-", "-", "-", "-", "-"]


def test_many_trials_are_cut_and_counted() -> None:
    results = [trial_result(f"{i:04d}", [i / 100], units=i) for i in range(60)]
    lines = table(results, ("model.units",), {}, above=[])
    assert [line.split()[0] for line in lines[1:21]] == [f"{i:04d}" for i in range(20)]
    assert lines[21] == "... and 40 more in leaderboard.csv"
    assert "more" not in "".join(table(results[:20], ("model.units",), {}, above=[]))


SEVEN = {"model.layers": 2, "model.units": 128, "model.activation": "tanh", "model.dropout": 0.25, "model.l2": 1e-5}
SEVEN |= {"training.learning_rate": 0.00123, "training.batch_size": 128}
TEN = SEVEN | {"windows.lags": 30, "training.optimizer": "a" * 40, "training.epochs": 100}


def with_values(values: dict[str, Any]) -> TrialResult:
    result = trial_result("0000", [-0.0123, 0.0234])
    return replace(result, trial=replace(result.trial, values=values))


@pytest.mark.parametrize("level", [0.005, 20.0, 2000.0])
@pytest.mark.parametrize("width", [80, 100, 160])
@pytest.mark.parametrize("num_settings", [2, 7])
def test_every_swept_setting_is_there_and_what_has_no_room_is_named(
    num_settings: int, width: int, level: float
) -> None:
    values = dict(list(SEVEN.items())[-num_settings:])
    seeds = [scores(level, 0.011), scores(1.01 * level, -0.012)]
    marks = {"0000": {"superior": False, "copycat": True}}
    selection = Selection(None, frozenset({"0000", "0001"}))
    results = [with_values(values), trial_result("0001", [0.5, 0.6])]
    frame = leaderboard(results, tuple(values), {"0000": seeds}, selection, marks)
    text = format_table(frame, [replace(row, test=scores(level)) for row in ABOVE], width=width)
    lines = text.splitlines()
    assert max(map(len, lines)) <= width
    header, (best,) = from_trials(text)[0].split(), [line.split() for line in lines if line.startswith("0000")]
    assert best[: num_settings + 1] == ["0000", *(f"{value}" for value in values.values())]
    assert best[-1] == "=c"
    assert "score" in header
    left_out = " ".join(lines).partition("only in leaderboard.csv: ")[2]
    for title, lower in {
        "test MSE": "MSE",
        "test RMSE": "RMSE",
        "test MAPE %": "MAPE",
        "test skill %": "skill",
    }.items():
        assert (lower in header) is not (title in left_out)
    assert ("±" in text.partition("naive =")[0]) is not ("deviations over the seeds" in left_out)


def test_numbers_leave_in_the_order_of_how_little_they_are_needed() -> None:
    frame = leaderboard(RESULTS, ("model.dropout",), TEST_SCORES)
    wide = format_table(frame, ABOVE, width=200)
    seen = {format_table(frame, ABOVE, width=width).partition("naive =")[0]: None for width in range(100, 25, -1)}
    left_out = [" ".join(text.split()).partition("leaderboard.csv: ")[2].split(", ") for text in seen]
    assert "leaderboard.csv" not in wide
    assert [names for names in left_out if names != [""]][-1] == [
        *("test MSE", "test RMSE", "test MAPE %", "right sign %", "test skill %", "deviations over the seeds")
    ]
    for before, after in itertools.pairwise(left_out):
        assert set(before) - {""} <= set(after)


def test_settings_without_any_room_are_named_the_first_ones_stay() -> None:
    frame = leaderboard([with_values(TEN)], tuple(TEN), {"0000": [NAIVE, NAIVE]})
    lines = format_table(frame, ABOVE, width=80).splitlines()
    assert max(map(len, lines)) <= 80
    shown = next(line for line in lines if line.startswith("0000")).split()[1:-1]
    left_out = " ".join(lines).partition("only in leaderboard.csv: ")[2]
    assert shown == [str(value) for value in list(TEN.values())[: len(shown)]]
    assert [path for path in TEN if path in left_out] == list(TEN)[len(shown) :]


def test_extra_seeds_are_told_with_who_got_how_many() -> None:
    results = [*RESULTS[:2], trial_result("0003", [-0.01, -0.02, -0.03, -0.04], dropout=0.5)]
    lines = table(results, ("model.dropout",), {}, above=[], width=120)
    assert lines[0].split() == ["trial", "dropout", "seeds", "score"]
    assert [line.split()[2] for line in lines[1:4]] == ["4", "2", "2"]
    told = "seeds (evaluation.extra_seeds): 1 trial with 4, 2 trials with 2; more where trials could not be told apart"
    assert lines[-1] == told
    assert "seeds (" not in "\n".join(table(RESULTS, ("model.dropout",), {}, above=[]))


def test_a_winner_that_stands_alone_bears_no_mark_of_a_tie() -> None:
    lines = marked(Selection(RESULTS[1], frozenset({"0001"})))
    assert not any(line.split()[-1] == "=" for line in lines)
    assert lines[-1] == "All other trials are shown to be worse than the best on validation."
    only = leaderboard(RESULTS[1:2], ("model.dropout",), {}, Selection(RESULTS[1], frozenset({"0001"})))
    assert "=" not in from_trials(format_table(only, []))[1]
    assert "All other" not in format_table(only, [])


def test_a_pipe_has_a_hundred_columns_and_a_terminal_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert width_of(io.StringIO()) == 100
    for told, width in {"160": 160, "7": 20, "garbage": 100}.items():
        monkeypatch.setenv("COLUMNS", told)
        assert width_of(io.StringIO()) == width


def test_first_swept_setting_is_shown_however_narrow_the_line() -> None:
    lines = table(RESULTS, ("model.dropout",), TEST_SCORES, above=[ReferenceRow("naive", 0.0, NAIVE)], width=20)
    assert lines[0].split()[1] == "dropout"


def test_settings_of_one_name_are_told_apart_by_path() -> None:
    lines = table(RESULTS, ("model.dropout", "other.dropout"), {}, above=[])
    assert lines[0].split() == ["trial", "model.dropout", "other.dropout", "score"]


def test_values_are_written_as_the_user_types_them() -> None:
    values = [True, None, 1e-05, 0.1 + 0.2, 0.0, "tanh", 64]
    results = [trial_result(f"{i:04d}", [float(i)], value=value) for i, value in enumerate(values)]
    lines = table(results, ("model.value",), {}, above=[])
    assert [line.split()[1] for line in lines[1:8]] == ["true", "null", "1e-05", "0.3", "0.0", "tanh", "64"]


def test_runaway_and_refused_numbers_do_not_break_the_layout() -> None:
    wild = [scores(1e12, -1e9, math.nan), scores(math.inf, -math.inf, math.nan)]
    lines = table(
        RESULTS[:1],
        ("model.dropout",),
        {"0000": wild},
        above=[ReferenceRow("naive", 0.0, scores(2000.0, mape=math.nan))],
    )
    assert lines[1].split() == ["naive", "0.0000", "4000000", "2000.0", "-", "-", "0.00"]
    assert lines[2].split()[3:] == ["inf", "inf", "-", "50.0", "-inf"]


ABOVE = [
    ReferenceRow("naive", 0.0, NAIVE),
    ReferenceRow("drift", 0.0001, scores(2001.0, -0.0004)),
    ReferenceRow("ridge", -0.0123, scores(1980.0, 0.012)),
    ReferenceRow("ensemble", math.nan, scores(1985.0, 0.008)),
]
SELECTION = Selection(RESULTS[1], frozenset({"0000", "0001"}), {"0000": 0.4, "0001": 0.6})
NO_TIES = Selection(RESULTS[1])


def marked(selection: Selection = SELECTION, **marks: str) -> list[str]:
    """The table, with each mark on the trials whose last digit is named."""
    by_trial = {each: {name: each[-1] in digits for name, digits in marks.items()} for each in ("0000", "0001")}
    return from_trials(format_table(leaderboard(RESULTS, ("model.dropout",), TEST_SCORES, selection, by_trial), ABOVE))


def test_baselines_and_the_ensemble_stand_above_the_trials_in_the_same_columns() -> None:
    lines = table(RESULTS, ("model.dropout",), TEST_SCORES, above=ABOVE)
    assert [line.split() for line in lines[1:5]] == [
        ["naive", "0.0000", "4000000", "2000.0", "1.500", "-", "0.00"],
        ["drift", "0.0001", "4004001", "2001.0", "1.500", "50.0", "-0.04"],
        ["ridge", "-0.0123", "3920400", "1980.0", "1.500", "50.0", "1.20"],
        ["ensemble", "-", "3940225", "1985.0", "1.500", "50.0", "0.80"],
    ]
    assert [line.split()[0] for line in lines[5:8]] == ["0001", "0000", "0002"]
    assert len({len(line) for line in lines[:8]}) == 1


def test_rows_above_are_naive_the_fitted_baselines_and_the_ensemble(evaluation: Evaluation) -> None:
    drift, *others = evaluation.references[1:]
    failed = replace(drift, scores=None, forecast=None, validation_score=math.nan)
    rows = rows_above(replace(evaluation, references=[evaluation.references[0], failed, *others]))
    assert [row.name for row in rows] == ["naive", *(each.name for each in others), "ensemble"]
    assert [row.test for row in rows] == [evaluation.naive, *(each.scores for each in others), evaluation.ensemble]
    assert [row.score for row in rows[:-1]] == [0.0, *(each.validation_score for each in others)]
    assert [row.name for row in rows_above(replace(evaluation, references=[], ensemble_forecast=None))] == ["naive"]
    assert rows_above(None) == [ReferenceRow("naive", 0.0, None)]


def test_naive_is_the_measure_where_the_test_span_stays_unseen() -> None:
    lines = table(RESULTS, ("model.dropout",), {}, above=rows_above(None))
    assert [line.split() for line in lines[:4]] == [
        ["trial", "dropout", "score"],
        ["naive", "0.0000"],
        ["0001", "0.3", "-0.0030±0.0014"],
        ["0000", "0.0", "0.0020±0.0014"],
    ]
    assert "naive = the last price again" in lines


def test_trials_of_equal_settings_are_told_apart_by_their_epochs() -> None:
    def trained_for(result: TrialResult, epochs: int) -> TrialResult:
        specs = [replace(fit.spec, training=replace(fit.spec.training, epochs=epochs)) for fit in result.outcomes]
        outcomes = (replace(fit, spec=spec) for fit, spec in zip(result.outcomes, specs, strict=True))
        return TrialResult(result.trial, tuple(outcomes))

    short, longer = (trial_result(name, [score], dropout=0.3) for name, score in (("0000", 0.2), ("0001", 0.1)))
    other = trial_result("0002", [0.3], dropout=0.5)
    equal = [trained_for(short, 3), trained_for(longer, 9), trained_for(other, 3)]
    lines = table(equal, ("model.dropout",), {}, above=[])
    assert [line.split()[:3] for line in lines[:4]] == [
        ["trial", "dropout", "epochs"],
        *(["0001", "0.3", "9"], ["0000", "0.3", "3"], ["0002", "0.5", "3"]),
    ]
    assert any(line.startswith("epochs = ") for line in lines)
    assert "epochs" not in " ".join(table(equal[1:], ("model.dropout",), {}, above=[]))


def test_marks_are_letters_behind_a_trial_with_a_footnote_each() -> None:
    lines = marked(superior="1", copycat="0")
    assert [line.split()[-1] for line in lines[5:8]] == ["=*", "=c", "-"]
    width = len(lines[7])
    assert [line[width:] for line in lines[:8]] == [*[""] * 5, "  =*", "  =c", ""]
    told = " ".join(lines[lines.index(next(line for line in lines if line.startswith("= "))) :])
    assert told == (
        "= not told apart from the best on validation; * beats naive when all trials are looked at together; "
        "c a copy of the last price"
    )


@pytest.mark.parametrize(
    ("selection", "marks", "letter", "meaning"),
    [
        (NO_TIES, {"superior": "1"}, "*", "* beats naive when all trials are looked at together"),
        (NO_TIES, {"copycat": "01"}, "c", "c a copy of the last price"),
        (SELECTION, {}, "=", "= not told apart from the best on validation"),
    ],
)
def test_only_the_marks_that_are_shown_are_explained(
    selection: Selection, marks: dict[str, str], letter: str, meaning: str
) -> None:
    lines = marked(selection, **marks)
    assert meaning in lines
    assert lines[5].endswith(f"  {letter}")
    assert sum(line.startswith(("= ", "* ", "c ")) for line in lines) == 1


def test_trials_without_a_mark_have_no_column_for_it() -> None:
    lines = marked(NO_TIES, superior="", copycat="")
    assert lines == from_trials(format_table(leaderboard(RESULTS, ("model.dropout",), TEST_SCORES), ABOVE))
    assert not any(line.startswith(("= ", "* ", "c ")) for line in lines)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_marks_and_footnotes_fit_the_width(width: int) -> None:
    frame = leaderboard(RESULTS, (), TEST_SCORES, SELECTION, {"0000": {"superior": True}, "0001": {"superior": True}})
    lines = format_table(frame, [ReferenceRow("naive", 0.0, NAIVE)], width=width).splitlines()
    assert any(line.startswith("= ") for line in lines)
    assert max(map(len, lines)) <= width


def test_what_rounds_to_nothing_has_no_sign() -> None:
    result = trial_result("0000", [-0.00001, -0.00002])
    tiny = scores(2000.0, -0.00001)
    lines = table([result], (), {"0000": [tiny, tiny]}, above=[ReferenceRow("naive", -0.0, tiny)])
    assert "-0.0" not in "\n".join(lines)
    assert lines[2].split()[1] == "0.0000±0.0000"


def test_a_signed_series_has_no_mape_and_its_footnote_says_so() -> None:
    lines = table(RESULTS, ("model.dropout",), TEST_SCORES, above=[ReferenceRow("naive", 0.0, NAIVE)], signed=True)
    assert " ".join(lines[0].split()) == "trial dropout score MSE RMSE sign % skill %"
    assert "MSE = mean squared error; RMSE = its root, in price units" in lines
    assert any(line.endswith("errors in units of the series") for line in lines)
    assert lines[-1].startswith("The series has values at or below zero: no MAPE")


@pytest.mark.parametrize(
    ("rmse", "mse", "written"),
    [(9.496e-08, "9.017e-15", "9.496e-08"), (1.5e12, "2.250e+24", "1.500e+12"), (0.25, "0.062500", "0.25000")],
)
def test_errors_of_any_size_show_four_digits(rmse: float, mse: str, written: str) -> None:
    results, small = [trial_result("0000", [0.001, 0.003], dropout=0.0)], scores(rmse)
    lines = table(results, ("model.dropout",), {"0000": [small] * 2}, above=[ReferenceRow("naive", 0.0, small)])
    assert lines[1].split()[2:4] == [mse, written]
    zero = "0" if "e" in written else f"{0.0:.{len(written) - 2}f}"
    assert lines[2].split()[4] == f"{written}±{zero}"
