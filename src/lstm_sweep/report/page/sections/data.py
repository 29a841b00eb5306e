"""The prices, and how they were understood."""

from collections.abc import Sequence
from dataclasses import asdict

from lstm_sweep.formats import counted
from lstm_sweep.report.page.blocks import Block, Facts, LeftOut, Notes, Part
from lstm_sweep.report.page.material import Material


def _blocks(material: Material) -> Sequence[Block]:
    start = material.history.start
    data = {**(material.told("data") or {}), **(asdict(start.data) if start else {})}
    if not data:
        raise LeftOut("Neither summary.json nor the journal says what the data were.")
    bars = [counted(data["bars"], "bar")] if "bars" in data else []
    if data.get("first"):
        bars.append(f"{data['first'][:10]} to {data['last'][:10]}")
    pairs = [
        ("Prices", ", ".join([str(data.get("name", "")), *bars])),
        ("Covariates", ", ".join(data.get("features") or ())),
        ("SHA-256 of the data", str(data.get("digest", ""))),
    ]
    meanings = {
        "Prices": "A bar is one row: a time and its price.",
        "Covariates": "Other series that the model reads beside the price.",
        "SHA-256 of the data": "A fingerprint: equal data have the same, and any change another.",
    }
    notes = [("plain", note) for note in data.get("notes") or ()]
    return [Facts([pair for pair in pairs if pair[1]], meanings), *([Notes(notes)] if notes else [])]


DATA = Part(
    anchor="data",
    title="The data, as they were understood",
    caption="What reading the prices assumed or changed; each line that is not as you meant it is a setting to change.",
    blocks=_blocks,
)
