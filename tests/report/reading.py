"""Reads a page as a person or a program would: its text, its tables, its plots."""

import json
from html.parser import HTMLParser
from typing import Any


class Reader(HTMLParser):
    """What a page holds.

    Attributes:
        tables: by anchor of its section, rows of cells as text; folded rows included.
        titles: by anchor, the hidden digits of these cells.
        figures: Plotly's data and layout by name of the figure and of its view.
        texts: by anchor, everything that is read there.
        tags: names of all elements.
        addresses: of everything that would be fetched or followed.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.titles: dict[str, list[list[str]]] = {}
        self.figures: dict[str, dict[str, Any]] = {}
        self.texts: dict[str, str] = {}
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self._section, self._figure, self._open = "", "", [""]
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.add(tag)
        self._open.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "action", "srcset")]
        match tag:
            case "section":
                self._section = attributes["id"] or ""
            case "li" if "id" in attributes:  # a part that is left out
                self._section = attributes["id"] or ""
            case "figure":
                self._figure = attributes["data-plot"] or ""
            case "tr":
                self.tables.setdefault(self._section, []).append([])
                self.titles.setdefault(self._section, []).append([])
            case "td" | "th":
                self.tables[self._section][-1].append("")
                self.titles[self._section][-1].append(attributes.get("title") or "")
            case "meta" | "link":
                self._open.pop()
            case "footer":
                self._section = "footer"

    def handle_endtag(self, tag: str) -> None:
        while self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open[-1] == "script" and self._figure:
            self.figures[self._figure] = json.loads(data)
            self._figure = ""
        elif self._open[-1] not in ("script", "style"):
            self.texts[self._section] = self.texts.get(self._section, "") + data
            if {"td", "th"} & set(self._open):
                row = self.tables[self._section][-1]
                row[-1] = " ".join(f"{row[-1]} {data}".split())
