"""The words that stand beside names in the leaderboard, and what they mean."""

from lstm_sweep.report.page.blocks import Mark

BEST = Mark("best", "good")
BEATS_NAIVE = Mark("beats naive", "good")
TIED = Mark("tied")
MAY_BE_BEST = Mark("may be best")
COPYCAT = Mark("copy-cat", "warn")
BEST_BASELINE = Mark("best baseline")
FAILED = Mark("failed", "bad")

MEANINGS = {
    BEST.text: "the lowest score on validation: the trial that the verdict is about",
    BEATS_NAIVE.text: "shown to beat naive on the test span, with all trials looked at together",
    FAILED.text: "an error ended it: see what went wrong",
    "diverged": "its loss stopped being a number: it ranks last",
    TIED.text: "its distance from the best on validation may be chance",
    MAY_BE_BEST.text: "not shown to be worse than another row of this table on the test span",
    COPYCAT.text: "its forecasts repeat the last price, as naive's do",
    BEST_BASELINE.text: "the baseline with the lowest score on validation",
}
"""By the text of a mark."""
