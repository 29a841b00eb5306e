"""How requests that bring past prices look, in the schema of the API."""

from collections.abc import Iterable, Sequence
from typing import Any

from lstm_sweep.serving.past_prices import CSV, JSON


def past_prices_schema(forms: Iterable[str], columns: Sequence[str]) -> dict[str, Any]:
    """The body of a request: JSON with one of the fields `forms`, or CSV, for a model that reads `columns`."""
    choices = [{"type": "object", "required": [form], "properties": {form: _field(form, columns)}} for form in forms]
    csv = {"type": "string", "description": f"A header with {', '.join(columns)}, and a line per bar."}
    content = {JSON: {"schema": {"oneOf": choices}}, CSV: {"schema": csv}}
    return {"requestBody": {"required": True, "content": content}}


def _field(form: str, columns: Sequence[str]) -> dict[str, Any]:
    number = {"type": "number"}
    row = {"type": "object", "required": [*columns], "properties": dict.fromkeys(columns, number)}
    records = {"type": "array", "items": row}
    if form == "prices":
        return {"type": "array", "items": number, "description": "For models that read nothing else; oldest first."}
    if form.endswith("split"):
        names = {"type": "array", "items": {"type": "string"}}
        rows = {"type": "array", "items": {"type": "array", "items": number}}
        return {"type": "object", "required": ["columns", "data"], "properties": {"columns": names, "data": rows}}
    if form.endswith("records"):
        return records
    by_column = dict.fromkeys(columns, {"type": "array", "items": number})
    return {"oneOf": [records, {"type": "object", "properties": by_column}, {"type": "array", "items": number}]}
