"""A small line chart as SVG, for viewers that show pictures and run no scripts."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

WIDTH, HEIGHT = 900, 420
LEFT, RIGHT, TOP, BOTTOM = 80, 20, 60, 40
STYLES = (
    'stroke="#333333" stroke-width="1.5"',
    'stroke="#3388dd" stroke-width="3"',
    'stroke="#d95f02" stroke-width="1.5" stroke-dasharray="4 3"',
)
"""The last is to be seen where it lies on the one before."""
NUM_TICKS = 5


def line_chart(title: str, times: Sequence[datetime], lines: Mapping[str, Sequence[float]]) -> str:
    """Lines over the number of their points, with times written below.

    Args:
        title: above it.
        times: of the points.
        lines: up to three by name, each with a value for every time; where one is not finite its line has a gap.
    """
    values = [value for line in lines.values() for value in line if math.isfinite(value)]
    if not values:
        return _svg(title, [])
    low, high = min(values), max(values)
    low, high = (low, high) if low < high else (low - 1, high + 1)
    drawn = [
        f'<path d="{_path(line, low, high)}" fill="none" {style}/>'
        f'<path d="M{LEFT + 240 * number} 42 h24" {style}/>'
        f'<text x="{LEFT + 240 * number + 30}" y="46">{escape(name)}</text>'
        for number, ((name, line), style) in enumerate(zip(lines.items(), STYLES, strict=False))
    ]
    return _svg(title, [*_levels(low, high), *_days(times), *drawn])


def _svg(title: str, parts: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    style = 'font-family="sans-serif" font-size="13"'
    body = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="24">{escape(title)}</text>',
    ]
    return "\n".join([f'{head} {style} role="img">', *body, *parts, "</svg>\n"])


def _path(line: Sequence[float], low: float, high: float) -> str:
    """'M x y L x y ...', with a new start after every gap."""
    words, command = [], "M"
    for number, value in enumerate(line):
        if math.isfinite(value):
            words.append(f"{command}{_x(number, len(line)):.1f} {_y(value, low, high):.1f}")
        command = "L" if math.isfinite(value) else "M"
    return " ".join(words)


def _x(number: int, count: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * number / max(count - 1, 1)


def _y(value: float, low: float, high: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low)


def _levels(low: float, high: float) -> list[str]:
    parts = []
    for tick in range(NUM_TICKS):
        value = low + (high - low) * tick / (NUM_TICKS - 1)
        y = _y(value, low, high)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e5e5e5"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#666666">{value:.6g}</text>')
    return parts


def _days(times: Sequence[datetime]) -> list[str]:
    """The first, the middle and the last time, without the hour where it is midnight at all three."""
    last = len(times) - 1
    places = {0: "start", last // 2: "middle", last: "end"}
    form = (
        "%Y-%m-%d %H:%M" if any((times[place].hour, times[place].minute) != (0, 0) for place in places) else "%Y-%m-%d"
    )
    return [
        f'<text x="{_x(number, len(times)):.1f}" y="{HEIGHT - 14}" text-anchor="{anchor}" fill="#666666">'
        f"{times[number]:{form}}</text>"
        for number, anchor in places.items()
    ]
