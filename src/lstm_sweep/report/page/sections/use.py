"""What to do with the sweep: forecast with its best model, train that again, repeat or check the sweep."""

from collections.abc import Sequence

from lstm_sweep.config.spelling import typed
from lstm_sweep.invocation import spelled
from lstm_sweep.report.page.blocks import Block, Code, LeftOut, Part
from lstm_sweep.report.page.material import Material
from lstm_sweep.storage.folder import SWEEPS

SEEDS = 10
"""Replicates with which the best configuration is trained again."""

_HIDDEN = "***"
"""Stands in a redacted address for what is secret."""


def _blocks(material: Material) -> Sequence[Block]:
    blocks = [*_models(material), *_commands(material)]
    if not blocks:
        raise LeftOut("No trial completed, and summary.json holds no command.")
    return blocks


def _models(material: Material) -> list[Block]:
    if material.winner is None:
        return []
    example = str(SWEEPS / material.name / "model" / "example.csv")
    code = f"""import pandas as pd
from lstm_sweep import open_sweep

past = pd.read_csv({example!r})
print(open_sweep({material.name!r}).best_forecaster().forecast(past))"""
    told = (
        "The same in Python, for the prices that follow the last row. The example holds the end of the prices of this "
        "sweep; yours take its place: a column price, the oldest first, and one for each covariate."
    )
    return [*_forecasting(material.name), Code(told, code, "python"), *_logged(material, example)]


def _forecasting(name: str) -> list[Block]:
    sweep = typed("sweep", name)
    ahead = "Forecast the next bars, with intervals and naive beside them; data=csv data.path=FILE reads newer prices."
    registered = (
        "Register the model in MLflow as champion or challenger; one that copies the last price or is worse than naive "
        "is refused."
    )
    return [Code(ahead, f"{spelled('forecast')} {sweep}"), Code(registered, f"{spelled('promote')} {sweep}")]


def _logged(material: Material, example: str) -> list[Block]:
    """The same through MLflow, where the sweep was logged by the time that the page was made."""
    run = material.run
    if run is None:
        return []
    hidden = f" Write what the address keeps secret in place of {_HIDDEN}." * (_HIDDEN in run.address)
    code = f"""import mlflow
import pandas as pd

mlflow.set_tracking_uri({run.address!r})
model = mlflow.pyfunc.load_model("runs:/{run.run_id}/forecaster")
print(model.predict(pd.read_csv({example!r})))"""
    return [Code(f"The same model from MLflow, also where this package is not installed.{hidden}", code, "python")]


def _commands(material: Material) -> list[Block]:
    command = material.told("command")
    if not command:
        return []
    name = typed("sweep", material.name)
    blocks: list[Block] = [
        Code("Run the sweep again. What it trained is kept in sweeps/ and is not trained again.", command),
        Code(
            "Retrain one trial with plain Keras on TensorFlow, and compare all numbers.", f"{spelled('audit')} {name}"
        ),
        Code("Make this page again.", f"{spelled('report')} {name}"),
    ]
    if material.winner is None or not material.values(material.winner):
        return blocks
    values = material.told("best", "values") or material.values(material.winner)
    settings = [typed(f"search.{path}", [value]) for path, value in values.items()]
    alone = [command, typed("name", f"{material.name}-best"), *settings, f"seeds={SEEDS}", "evaluation.test=false"]
    told = (
        f"Train the best configuration alone and with {SEEDS} seeds, on the data as they then are. The test span stays "
        "unseen: every further look at it weakens the verdict of all."
    )
    return [Code(told, " ".join(alone)), *blocks]


USE = Part(
    anchor="use",
    title="Use this model",
    caption="Run these in the folder that holds sweeps/.",
    blocks=_blocks,
)
