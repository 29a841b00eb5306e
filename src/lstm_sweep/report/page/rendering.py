"""Templates become pages: everything in them escaped, nothing undefined, one head for all."""

from pathlib import Path
from typing import Any

TEMPLATE = Path(__file__).parent / "template"
"""The look of all pages, and what they have in common."""


def render_template(file: str, *folders: Path, **values: Any) -> str:
    """Fill a template.

    Args:
        file: its name.
        folders: where it is looked for before `TEMPLATE`.
        values: by name; `title` and `styles` are read by the head.
    """
    import jinja2

    loader = jinja2.FileSystemLoader([*folders, TEMPLATE])
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    return environment.get_template(file).render(**values)
