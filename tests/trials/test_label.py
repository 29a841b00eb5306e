from dataclasses import asdict

from lstm_sweep.trials.label import LONGEST_LABEL, label_in, result_label, setting_text, trial_label, words_within
from lstm_sweep.trials.outcome import FitOutcome, FitStatus, TrialResult
from lstm_sweep.trials.spec import Trial
from tests.examples import make_fit


def test_settings_are_written_as_they_are_typed() -> None:
    values = [None, True, 3, 0.1, 1e-05, "tanh", [1, 2], "naïve [x]=1"]
    written = ["null", "true", "3", "0.1", "1e-05", "tanh", "[1, 2]", "naïve [x]=1"]
    assert [setting_text(value) for value in values] == written


def test_a_label_names_the_last_part_of_each_path() -> None:
    trial = Trial("0003", {"model.dropout": 0.2, "windows.lags": 30, "training.learning_rate": 0.000341789})
    assert trial_label(trial) == "dropout=0.2, lags=30, learning_rate=0.0003418"


def test_a_long_label_is_cut_between_settings() -> None:
    values = {f"model.setting_{number}": number for number in range(20)}
    assert trial_label(Trial("0003", values)) == "setting_0=0, setting_1=1, setting_2=2 and 17 more"
    assert trial_label(Trial("0003", dict(list(values.items())[:4]))).endswith("setting_3=3"), "whole where it fits"


def test_a_setting_that_is_too_long_is_cut_itself() -> None:
    for others, end in (({}, " ..."), ({"model.units": 4}, " ... and 1 more")):
        label = trial_label(Trial("0003", {"data.path": "volume" * 20} | others))
        assert len(label) == LONGEST_LABEL
        assert label.startswith("path=volumevolume")
        assert label.endswith(end)


def test_a_trial_without_settings_is_labelled_by_its_id() -> None:
    assert trial_label(Trial("0003", {})) == "0003"


def test_the_only_configuration_is_labelled_by_what_it_is() -> None:
    spec = make_fit(layers=2, units=8, lags=20, epochs=3)
    outcome = FitOutcome(spec, FitStatus.COMPLETED, epochs=3, best_epoch=3, score=0.1, val_loss=0.1, seconds=1.0)
    rate = spec.training.learning_rate
    label = result_label(TrialResult(Trial("0000", {}), (outcome,)))
    assert label == f"layers=2, units=8, lags=20, learning_rate={rate}, epochs=3"
    assert result_label(TrialResult(Trial("0000", {"model.units": 8}), (outcome,))) == "units=8"


def test_the_only_configuration_is_labelled_by_its_settings_before_it_has_ended() -> None:
    spec = make_fit(layers=2, units=8, lags=20, epochs=3)
    config = {section: asdict(getattr(spec, section)) for section in ("model", "windows", "training")}
    expected = f"layers=2, units=8, lags=20, learning_rate={spec.training.learning_rate}, epochs=3"
    assert label_in(config, Trial("0000", {})) == expected
    assert label_in(config, Trial("0000", {"model.units": 8})) == "units=8"
    assert label_in({}, Trial("0000", {})) == "0000"


def test_lists_of_words_are_cut_between_words_and_whole_in_the_full_label() -> None:
    words = ["ofi_1", "ofi_10", "signed_volume", "imbalance_1", "spread"]
    assert trial_label(Trial("0", {"data.features": words[:2]})) == "features=[ofi_1,ofi_10]"
    assert trial_label(Trial("0", {"data.features": words})) == "features=[ofi_1,ofi_10,signed_volume +2]"
    assert trial_label(Trial("0", {"data.features": []})) == "features=[]"
    assert words_within(words, 17) == "[ofi_1,ofi_10 +3]"
    assert words_within(words, 10) == "[ofi_1 +4]"
    assert words_within(["a" * 30], 10) == "[aaaaa...]"
