"""How numbers are written for people: on the page, in the verdict, in the leaderboard of a terminal.

On the page what is missing is a dash, `MISSING`; the terminal's table keeps to characters that every terminal has.
"""

import math
import textwrap
from typing import Any, TypeGuard

from lstm_sweep.trials.label import setting_text, words_within

MISSING = "–"


def is_number(value: Any) -> TypeGuard[float]:
    """Whether there is a finite number."""
    return isinstance(value, int | float) and math.isfinite(value)


def percent(fraction: Any, decimals: int = 2, sign: str = "+") -> str:
    """A fraction as a percentage: '+0.05 %'."""
    return f"{100 * fraction:{sign}z.{decimals}f} %" if is_number(fraction) else MISSING


def short_percent(fraction: float, sign: str = "-") -> str:
    """One decimal, two below 0.1 %: '2.1 %', '0.04 %', 'undefined' for nan."""
    if math.isnan(fraction):
        return "undefined"
    percentage = 100.0 * fraction
    return f"{percentage:{sign}z.{1 if abs(percentage) >= 0.1 else 2}f} %"  # z: never -0.00


def signed_percent(fraction: float) -> str:
    """Two decimals and the sign that the fraction has, even of what rounds to zero: '+0.21 %', '-0.00 %'."""
    return f"{100 * fraction:+.2f} %"


def number(value: Any, digits: int = 5) -> str:
    """About so many digits, without an exponent where that is readable: '20.081', '104,230'."""
    if not is_number(value):
        return MISSING
    if value == 0 or 1e-4 <= abs(value) < 1e9:
        decimals = max(digits - 1 - (math.floor(math.log10(abs(value))) if value else 0), 0)
        return f"{value:z,.{min(decimals, 8)}f}"
    return f"{value:.{digits - 1}e}"


def fixed(value: float, decimals: int | None) -> str:
    """For a terminal, so many decimals: '2012.0', 'inf', '-' for nan.

    Four digits and an exponent from a billion on, and where `decimals` is None: '1.000e+12', '9.496e-08'.
    """
    if math.isnan(value):
        return "-"
    if decimals is None or abs(value) >= 1e9:
        return f"{value:z.3e}" if value else "0"
    return f"{value:z.{decimals}f}"


def fixed_spread(mean: float, deviation: float, decimals: int | None) -> str:
    """For a terminal, a mean and its deviation over the seeds: '0.0005±0.0018'; no deviation where it is nan."""
    text = fixed(mean, decimals)
    return text if math.isnan(deviation) else f"{text}±{fixed(deviation, decimals)}"


def spread(value: Any, deviation: Any, decimals: int | None) -> str:
    """On the page, a mean and its deviation over the seeds: '0.0005 ± 0.0018'."""
    if not is_number(value):
        return MISSING
    text = fixed(value, decimals)
    return f"{text} ± {fixed(deviation, decimals)}" if is_number(deviation) else text


def decimals_for(magnitude: Any, digits: int = 5, most: int = 8) -> int | None:
    """Decimals that show about `digits` digits of numbers of this magnitude.

    `most` at the most; None where numbers need an exponent: those would show fewer than four digits, or it is a
    billion or more.
    """
    if not is_number(magnitude) or magnitude <= 0:
        return digits - 1
    exponent = math.floor(math.log10(magnitude))
    return None if most + exponent < 3 or exponent >= 9 else min(max(digits - 1 - exponent, 0), most)


def p_value(p: Any) -> str:
    """'p = 0.034', 'p < 0.001'."""
    if not is_number(p):
        return MISSING
    return "p < 0.001" if p < 0.001 else f"p = {p:.{3 if p < 0.1 else 2}f}"


def rate(per_second: float) -> str:
    """Fits per second, or seconds per fit where these are more than one: '2.5 fits/s', '12 s/fit'."""
    return f"{per_second:.3g} fits/s" if per_second >= 1 else f"{1 / per_second:.3g} s/fit"


def short_setting(value: Any) -> str:
    """A setting as it would be typed, four digits of a fraction."""
    return setting_text(float(f"{value:.4g}") if isinstance(value, float) else value)


def setting_within(value: Any, width: int) -> str:
    """A setting as it would be typed, six digits of a fraction, cut to `width` characters."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return words_within(value, width)
    text = repr(float(f"{value:.6g}")) if isinstance(value, float) else str(value)
    return text if len(text) <= width else f"{text[: width - 3]}..."


def counted(count: int, noun: str) -> str:
    """'1 seed', '1,200 seeds'."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """For a terminal, lines of at most `width` characters; what is longer without a space stays whole.

    A number is not parted from its percent sign, nor anything at a hyphen, which may be a minus.

    Args:
        text: one paragraph.
        width: characters of a line.
        indent: of all lines but the first.
    """
    lines = textwrap.wrap(
        text.replace(" %", "\0%"), width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return [line.replace("\0", " ") for line in lines]
