"""The words that stand beside names in the leaderboard, and what they mean."""

from lstm_sweep.report.page.blocks import Mark

BEST = Mark("best", "good")
BETTER_ON_TEST = Mark("better on test")
TIED = Mark("tied")
MAY_BE_BEST = Mark("may be best")
COPYCAT = Mark("copy-cat", "warn")
BEST_BASELINE = Mark("best baseline")
FAILED = Mark("failed", "bad")

MEANINGS = {
    BEST.text: "the lowest score on validation: the trial that the verdict is about",
    BETTER_ON_TEST.text: "better than naive on the test span by more than chance explains, with all trials looked at "
    "together. It describes only: the verdict is about the one trial that validation chose, and a trial that is chosen "
    "by this mark is no longer confirmed by the test span",
    FAILED.text: "an error ended it: see what went wrong",
    "diverged": "its loss stopped being a number: it ranks last",
    TIED.text: "its distance from the best on validation may be chance",
    MAY_BE_BEST.text: "not shown to be worse than another row of this table on the test span",
    COPYCAT.text: "its forecasts repeat the last price, as naive's do",
    BEST_BASELINE.text: "the baseline with the lowest score on validation",
}
"""By the text of a mark."""
