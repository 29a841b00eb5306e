"""What else was looked at beside the one test: leaks, copying, signal, all trials together, test reuse."""

from lstm_sweep.formats import counted, is_number, p_value
from lstm_sweep.report.page.blocks import Notes
from lstm_sweep.report.page.material import Material
from lstm_sweep.stats.copycat import LEAST_CORRELATION

_SPA = "SPA, the test for superior predictive ability, which allows for the number of trials:"


def sentinels(material: Material) -> Notes:
    """A sentence about each, none about what was not looked for."""
    found = [_leakage(material), _copycat(material), _signal(material), _marks(material), _reuse(material)]
    return Notes([note for note in found if note is not None])


def _leakage(material: Material) -> tuple[str, str] | None:
    passed = material.told("diagnostics", "leakage", "passed")
    if passed is None:
        return None
    if passed:
        return "good", "No leak: changing everything after the origin moved no forecast."
    how = material.told("diagnostics", "leakage", "sentence") or "Forecasts moved when later prices were changed."
    return "bad", f"Leak: {how} Nothing on this page can be trusted."


def _copycat(material: Material) -> tuple[str, str] | None:
    copycat = material.told("diagnostics", "copycat")
    if not copycat:
        return None
    correlation = copycat.get("correlation")
    basis = f" (correlation of changes {correlation:.2f})" if is_number(correlation) else ""
    if copycat.get("fires"):
        how = "is the last price, throughout" if copycat.get("exact") else f"repeats the last price{basis}"
        return "warn", f"Copy-cat: the winner's forecast {how}. On a random walk that is the best one can do."
    if is_number(correlation) and correlation >= LEAST_CORRELATION:
        return "good", f"The winner moves with the last price{basis}, but holds signal beside it: no copy."
    return "good", f"The winner is no copy of the last price{basis}."


def _signal(material: Material) -> tuple[str, str] | None:
    p = material.told("diagnostics", "clark_west_p")
    if not is_number(p):
        return None
    found = "There is" if p < material.alpha else "There is no sign of"
    why = "a test that forgives the forecast its noise, and so never is the verdict"
    return "plain", f"{found} signal beside the last price (Clark-West {p_value(p)}, {why})."


def _marks(material: Material) -> tuple[str, str] | None:
    p = material.told("marks", "p_value")
    if not is_number(p):
        return None
    superior = len(material.told("marks", "superior") or ())
    count = counted(superior, "trial") if superior else "no trial"
    is_few = superior < 2
    found = f"{count} {'is' if is_few else 'are'} better than naive there by more than chance explains"
    why = "This describes only: the verdict is about the one trial that validation chose, and nobody may choose by this"
    return "plain", f"All trials on the test span, looked at together: {found} ({_SPA} {p_value(p)}). {why}."


def _reuse(material: Material) -> tuple[str, str] | None:
    uses = material.told("diagnostics", "test_uses")
    if not is_number(uses):
        return None
    if uses <= 1:
        return "good", "The test span was looked at for the first time."
    advice = "evaluation.test=false leaves it unseen while you explore"
    return "warn", f"The test span was used by {uses} sweeps; the p-value is multiplied by {uses}: {advice}."
