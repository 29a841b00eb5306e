from lstm_sweep.cli.composition.conf import choices
from lstm_sweep.cli.composition.help import help_text


def test_help_names_every_experiment_with_its_question():
    lines = help_text().splitlines()
    for name in choices("experiment"):
        assert any(line.strip().startswith(f"{name} ") and line.endswith("?") for line in lines), name


def test_help_shows_settings_as_they_are_typed():
    text = help_text()
    for setting in ("model.dropout=0.0", "windows.lags=30", "seeds=3", "tracking.uri=default"):
        assert setting in text


def test_every_setting_of_model_windows_and_training_has_a_comment():
    for line in help_text().splitlines():
        if line.startswith(("  model.", "  windows.", "  training.")):
            assert len(line.split(maxsplit=1)) == 2, line


def test_help_fits_a_wide_terminal():
    assert max(map(len, help_text().splitlines())) <= 140
