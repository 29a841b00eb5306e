"""What is written on the pages of an experiment and of a sweep, for whoever opens them first."""

from mlflow import MlflowClient

from lstm_sweep.storage.facts import SweepEnd, SweepStart

NOTE = "mlflow.note.content"
"""Tag of a run or an experiment that MLflow's page shows as its description."""


def describe_experiment(client: MlflowClient, experiment: str, start: SweepStart) -> None:
    """Describe an experiment, unless somebody has."""
    if NOTE not in client.get_experiment(experiment).tags:
        client.set_experiment_tag(experiment, NOTE, experiment_description(start))


def experiment_description(start: SweepStart) -> str:
    """Of an experiment, from the first of its sweeps."""
    swept = ", ".join(f"`{path}`" for path in start.swept)
    question = f"Which {swept} makes an LSTM forecast prices best" if swept else "How well does an LSTM forecast prices"
    return (
        f"{question}, and does it beat naive, which forecasts the last price?\n\n"
        "- A run at the top is a **sweep**; its description is the verdict, its metrics are those of its best trial.\n"
        "- The runs below it are its **trials** (one configuration each, a mean over seeds), and what they are "
        "compared with: `naive`, other baselines, and the `ensemble` of the best trial's seeds.\n"
        "- `score` = log(RMSE / RMSE of naive) on the validation span: lower is better, naive is 0. `skill` = "
        "1 - RMSE / RMSE of naive: higher is better. Names that begin with `test_` are of the test span.\n"
        "- The menu **Views** of the training runs has a view of each sweep: its trials, best first, and charts.\n"
    )


def sweep_description(start: SweepStart, end: SweepEnd) -> str:
    """Of the parent run: the verdict, and what loading did to the data."""
    notes = [f"- {note}" for note in start.data.notes]
    parts = [end.tags.get("verdict", ""), *(["\n".join(["How the data was read:", "", *notes])] if notes else [])]
    return "\n\n".join(filter(None, parts))
