"""Values are taken literally where Hydra has no place for them."""

from pathlib import Path

import pytest

from lstm_sweep.cli.composition.compose import compose_command, compose_live
from lstm_sweep.cli.composition.literal import quote_literal
from lstm_sweep.errors import UserError

ODD = (
    *("a(b).csv", "[a].csv", "a[b].csv", "{a}.csv", "a=b.csv", "a,b.csv", "€.csv", "日本.csv", "a b.csv", "it's.csv"),
    *('a"b.csv', "$a.csv", "a#b.csv", "-a.csv", "${x}.csv", "a;b.csv", "a\\b.csv", " a.csv", "a\\,b.csv", "\\'.csv"),
    *("1e5", "true", "null", "'a'.csv", "choice(a,b)", "~a.csv", "@a", "a|b", "a%b", "glob(*)", "a\tb", "[a,b]", "\\"),
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, worked in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["sweep"])
    return tmp_path


def path_of(argument: str) -> str:
    config = compose_command(quote_literal(["+experiment=dropout", "data=csv", argument]))
    assert config is not None
    return config.data.path


@pytest.mark.parametrize("name", ODD)
def test_file_that_is_there_is_meant_whatever_signs_its_name_has(name: str, here: Path) -> None:
    (here / name).write_text("")
    assert path_of(f"data.path={name}") == name


@pytest.mark.parametrize("name", ["a(b).csv", "[ab]*.csv", "{a}.csv", "a=b.csv", "€.csv", "it's.csv", "a#b.csv"])
def test_path_that_hydra_cannot_read_is_its_text_even_where_nothing_is_there(name: str, here: Path) -> None:
    assert path_of(f"data.path={name}") == name


def test_paths_with_a_meaning_keep_it(here: Path) -> None:
    assert path_of("data.path=[a.csv,b.csv]") == ["a.csv", "b.csv"]
    assert path_of("data.path='a,b.csv'") == "a,b.csv"
    assert path_of("data.path=*.csv") == "*.csv"
    given = ["+experiment=dropout", "search.model.units=[8,16]", "~seeds", "--cfg", "job", "name=mine"]
    assert quote_literal(given) == given


@pytest.mark.parametrize(
    ("argument", "told"),
    [
        ("search.model.units=[8,16", r"but the argument is .*: write 'search\.model\.units=\[8,16\]'|write \"search"),
        ("search.model.units={low: 1", "bracket and quote must be closed"),
        ("name='a", r"""write "name='a'"\."""),
        ("seeds=1)", "seeds cannot be set: Value '1\\)'"),
        ("name=ä(b)", "is 'ä\\(b\\)'"),
        ("name=${x}", r"name refers to \$\{x\}, but no setting is called so: write \\\$\{x\}"),
        ("~seeds", "seeds must have a value, but ~seeds removes it"),
        ("+experiment=", r"\+experiment= must name one, but is empty: choose one of activation"),
    ],
)
def test_what_is_left_to_hydra_is_one_sentence(argument: str, told: str, here: Path) -> None:
    with pytest.raises(UserError, match=told):
        compose_command(quote_literal([argument]))


def test_name_in_any_letters_needs_no_quotes(here: Path) -> None:
    config = compose_command(quote_literal(["+experiment=dropout", "name=ümläut"]))
    assert config is not None
    assert config.name == "ümläut"


@pytest.mark.parametrize("word", ["1e5", "007", "true", "ab,c", "a b", "1_000"])
def test_a_word_of_a_live_process_is_what_was_typed(word: str) -> None:
    assert compose_live(quote_literal([f"live.token={word}"])).token == word


def test_a_word_of_a_live_process_may_be_null_quoted_or_come_from_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "secret")
    given = {"null": None, "'1e5'": "1e5", "${oc.env:TOKEN}": "secret"}
    assert {word: compose_live(quote_literal([f"live.token={word}"])).token for word in given} == given


@pytest.mark.parametrize(
    ("argument", "told"),
    [
        ("+live.foo=1", "live.foo is not a setting"),
        ("live.zzzzzzzz=1", "see lstm-sweep serve --help"),
        ("live.alpha=???", "live.alpha must be set"),
    ],
)
def test_settings_of_a_live_process_are_refused_as_those_of_a_sweep(argument: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        compose_live([argument])
