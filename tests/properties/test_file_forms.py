"""One series in a thousand forms of a file: read and equal, or refused; never read wrong, never guessed in silence."""

import re
from collections import Counter
from dataclasses import dataclass, fields, replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from lstm_sweep.config import CsvData, DataConfig
from lstm_sweep.data.load import load_series
from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError
from tests.configs import compose_config
from tests.properties.file_forms import DIMENSIONS, REGULAR, Form, all_forms, forbidden
from tests.properties.file_writer import Written, volume_value, write

NUM_FORMS = 1000
EQUAL, REFUSED, WRONG, SILENT = "equal", "refused", "READ WRONG", "GUESSED WITHOUT A WORD"

DECIDED_BY = {
    "days": ("data.time_format", "years of two digits"),  # the century is decided by writing it
    "hours": ("data.time_zone", "data.time_format"),
    "three digits": ("data.decimal", "data.thousands"),
}
"""Settings that choose a reading, one of which the alternative names, by what is ambiguous."""


@dataclass(frozen=True)
class Outcome:
    """What came of a form, and the sentence or the difference."""

    form: Form
    ambiguous: str
    kind: str
    detail: str


def settings_of(base: DataConfig, written: Written, path: Path) -> tuple[CsvData, list[str]]:
    assert isinstance(base, CsvData)
    features = [written.volume] if written.volume else []
    return replace(base, path=str(path), features=features, **written.settings), features  # type: ignore[arg-type]


def difference(form: Form, written: Written, series: Series) -> str:
    """What is not as it was written, or ''."""
    real, bars = ~series.filled, written.bars
    times = np.array([bar.moment.replace(tzinfo=None) for bar in bars], dtype="datetime64[ns]")
    if series.timestamps[real].tolist() != times.tolist():
        first = series.timestamps[:3].astype("datetime64[s]").tolist()
        return f"times: {real.sum()} of {len(bars)} bars, from {[str(each) for each in first]}"
    if series.values[real].tolist() != [float(bar.close) for bar in bars]:
        return f"prices: {series.values[:3].tolist()}, not {[bar.close for bar in bars[:3]]}"
    missing = np.array([each.replace(tzinfo=None) for each in written.missing], dtype="datetime64[ns]")
    filled = series.timestamps[series.filled].tolist()
    if filled != missing.tolist() and (filled or form.spacing in REGULAR):
        return f"filled: {len(filled)} bars, not {len(missing)}"
    if (series.values[series.filled] != series.values[np.flatnonzero(series.filled) - 1]).any():
        return "filled bars do not carry the price before them"
    return volume_difference(form, written, series)


def volume_difference(form: Form, written: Written, series: Series) -> str:
    """Volumes, where one was written; suffixes such as K are products, equal but for the last bit."""
    if not written.volume:
        return ""
    read = series.covariates[written.volume][~series.filled]
    for value, bar in zip(read.tolist(), written.bars, strict=True):
        expected = volume_value(form, bar.volume)
        empty = form.noise == "empty volumes" and not bar.has_volume
        if not empty and not np.isclose(value, expected, rtol=1e-15, atol=0):
            return f"volume: {value}, not {expected}"
    return ""


def judge(form: Form, base: DataConfig, folder: Path) -> Outcome:
    written = write(form)
    path = folder / written.name
    path.write_bytes(written.content)
    config, features = settings_of(base, written, path)
    try:
        series = load_series(config, features)
    except UserError as error:
        return Outcome(form, written.ambiguous, REFUSED, str(error))
    except Exception as error:
        return Outcome(form, written.ambiguous, WRONG, f"a traceback: {type(error).__name__}: {error}")
    wrong = difference(form, written, series)
    said = any(setting in note for note in series.notes for setting in DECIDED_BY.get(written.ambiguous, ()))
    if written.ambiguous and not written.resolved and not said:
        return Outcome(form, written.ambiguous, SILENT, wrong or "equal by luck")
    if wrong and not (written.ambiguous and said):
        return Outcome(form, written.ambiguous, WRONG, wrong)
    return Outcome(form, written.ambiguous, EQUAL, "")


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    folder, base = tmp_path_factory.mktemp("forms"), compose_config("data=csv", "data.path=prices.csv").data
    return [judge(form, base, folder) for form in all_forms(NUM_FORMS)]


def kind_of(outcome: Outcome) -> str:
    """The sentence without what differs from file to file."""
    short = re.sub(r"^\S*?/(\S+?)(?=[ :])", "FILE", outcome.detail)
    return re.sub(r"\d[\d.,:-]*", "#", re.sub(r"'[^']*'", "'...'", short))[:150]


def spelled_form(form: Form) -> str:
    plain = {name: values[0] for name, values in DIMENSIONS.items()}
    return ", ".join(f"{name}={value!r}" for name, value in vars(form).items() if value != plain[name])


def table(found: list[Outcome], among: list[Outcome]) -> str:
    """Sentences by how often they come, with an example, and the values whose forms fare worst."""
    lines, kinds = [], Counter(map(kind_of, found))
    for kind, count in kinds.most_common(25):
        example = next(each for each in found if kind_of(each) == kind)
        lines.append(f"{count:5} x {kind}\n          Form({spelled_form(example.form)})")
    shares = []
    for name in DIMENSIONS:
        total, bad = (Counter(getattr(each.form, name) for each in group) for group in (among, found))
        shares += [(bad[value] / total[value], f"{name}={value}: {bad[value]} of {total[value]}") for value in bad]
    return "\n".join([*lines, "worst values:", *(text for _, text in sorted(shares, reverse=True)[:25])])


def test_no_form_is_read_wrong_or_ends_in_a_traceback(tried: list[Outcome]) -> None:
    wrong = [each for each in tried if each.kind == WRONG]
    assert not wrong, f"{len(wrong)} of {len(tried)} forms were read wrong\n{table(wrong, tried)}"


def test_what_can_be_read_in_two_ways_is_refused_or_said_with_its_setting(tried: list[Outcome]) -> None:
    silent = [each for each in tried if each.kind == SILENT]
    assert not silent, f"{len(silent)} of {len(tried)} forms were guessed without a word\n{table(silent, tried)}"


def test_nine_of_ten_forms_with_one_meaning_are_read_and_equal(tried: list[Outcome]) -> None:
    clear = [each for each in tried if not each.ambiguous]
    refused = [each for each in clear if each.kind == REFUSED]
    num_equal = sum(each.kind == EQUAL for each in clear)
    assert len(clear) >= 400
    assert num_equal >= 0.9 * len(clear), f"{num_equal} of {len(clear)} forms were read\n{table(refused, clear)}"


def test_every_sentence_of_a_refusal_can_be_read_and_ends(tried: list[Outcome]) -> None:
    for each in tried:
        if each.kind == REFUSED:
            assert each.detail.isprintable(), each.detail
            assert each.detail.endswith("."), each.detail


def test_the_judge_sees_every_difference(tmp_path: Path) -> None:
    base = compose_config("data=csv", "data.path=prices.csv").data
    form = Form(**{name: values[0] for name, values in DIMENSIONS.items()} | {"noise": "missing row"})
    written = write(form)
    (tmp_path / written.name).write_bytes(written.content)
    config, features = settings_of(base, written, tmp_path / written.name)
    series = load_series(config, features)
    assert difference(form, written, series) == ""
    assert judge(form, base, tmp_path).kind == EQUAL
    hour = np.timedelta64(1, "h")
    moved = replace(series, timestamps=series.timestamps + hour)
    scaled = replace(series, values=series.values * 1000)
    unfilled = replace(series, filled=np.zeros_like(series.filled))
    other = replace(series, covariates={"Volume": series.covariates["Volume"] + 1})
    kept = np.flatnonzero(~series.filled)
    without_gap = Series(
        *(series.name, series.timestamps[kept], series.values[kept], series.filled[kept]),
        covariates={"Volume": series.covariates["Volume"][kept]},
    )
    for wrong in (moved, scaled, unfilled, other, without_gap):
        assert difference(form, written, wrong) != ""


def test_every_two_values_that_go_together_meet_in_a_form() -> None:
    clashes, met = forbidden(), set()
    for form in all_forms(NUM_FORMS):
        values = [(each.name, getattr(form, each.name)) for each in fields(form)]
        met |= set(combinations(values, 2))
        assert not set(combinations(values, 2)) & clashes, form
    every = [(name, value) for name, options in DIMENSIONS.items() for value in options]
    wanted = {pair for pair in combinations(every, 2) if pair[0][0] != pair[1][0]} - clashes
    assert len(wanted - met) <= 0.005 * len(wanted), sorted(wanted - met)
