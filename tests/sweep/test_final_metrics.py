"""What trackers keep of forecasters that are no trial."""

from dataclasses import fields

from lstm_sweep.metrics import Scores
from lstm_sweep.report.table.columns import ReferenceRow
from lstm_sweep.sweep.final_metrics import reference_scores


def test_what_has_no_value_is_left_out_of_the_scores_of_a_reference() -> None:
    numbers = {item.name: 0.5 for item in fields(Scores)}
    naive = ReferenceRow("naive", 0.0, Scores(**numbers | {"direction_accuracy": float("nan")}))
    ridge = ReferenceRow("ridge", 0.1, Scores(**numbers))
    scores = reference_scores([naive, ridge])
    assert set(scores["ridge"]) == {"score", "skill"} | {f"test_{name}" for name in numbers}
    assert set(scores["ridge"]) - set(scores["naive"]) == {"test_direction_accuracy"}
