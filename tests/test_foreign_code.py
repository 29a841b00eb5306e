"""Nothing that is read from a file or an address is run: src/ unpickles nothing, evaluates nothing, opens no shell."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[1] / "src"
MODULES = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "torch", "code"}
BUILTINS = {"eval", "exec", "compile", "__import__"}
METHODS = {"load_model", "read_pickle", "to_pickle", "unsafe_load", "full_load", "enable_unsafe_deserialization"}


def dangers(source: str) -> Iterator[str]:
    """What in a module could run what it reads."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            named = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            yield from (f"import {name}" for name in named if name.split(".")[0] in MODULES)
        elif isinstance(node, ast.Call):
            yield from _dangers_of_call(node)


def _dangers_of_call(call: ast.Call) -> Iterator[str]:
    settings = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
    function = ast.unparse(call.func)
    name = function.split(".")[-1]
    if function in BUILTINS or name in METHODS:
        yield f"{function}()"
    if function in ("np.load", "numpy.load") and settings.get("allow_pickle") != "False":
        yield f"{function}() without allow_pickle=False"
    if name == "read_array" and settings.get("allow_pickle", "False") != "False":
        yield f"{function}() with allow_pickle"
    if function == "yaml.load" and settings.get("Loader") != "SafeLoader":
        yield f"{function}() without SafeLoader"
    if settings.get("shell", "False") != "False" or settings.get("safe_mode") == "False":
        yield f"{function}() of what may be code"
    if settings.get("allow_pickle", "False") != "False":
        yield f"{function}(allow_pickle={settings['allow_pickle']})"


def test_modules_run_nothing_that_they_read() -> None:
    found = {str(path.relative_to(SRC)): list(dangers(path.read_text())) for path in sorted(SRC.rglob("*.py"))}
    assert len(found) > 100
    assert {path: each for path, each in found.items() if each} == {}


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "from joblib import load",
        "import torch.nn",
        "np.load(path)",
        "np.load(path, allow_pickle=True)",
        "np.lib.format.read_array(file, allow_pickle=True)",
        "np.savez(path, allow_pickle=maybe)",
        "keras.saving.load_model(path)",
        "keras.models.load_model(path, safe_mode=False)",
        "pd.read_pickle(path)",
        "eval(text)",
        "exec(text)",
        "yaml.load(text, Loader)",
        "subprocess.run(command, shell=True)",
    ],
)
def test_every_danger_is_seen(line: str) -> None:
    assert len(list(dangers(line))) >= 1


def test_what_is_safe_is_not_seen_as_a_danger() -> None:
    safe = "np.load(path, allow_pickle=False); re.compile(text); yaml.safe_load(text); "
    safe += "yaml.load(text, Loader=SafeLoader); json.loads(text); model.eval()"
    assert list(dangers(safe)) == []
