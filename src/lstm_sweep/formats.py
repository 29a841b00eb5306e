"""How numbers are written on the page; what is missing is a dash."""

import math
from typing import Any, TypeGuard

from lstm_sweep.trials.label import setting_text

MISSING = "–"


def is_number(value: Any) -> TypeGuard[float]:
    """Whether there is a finite number."""
    return isinstance(value, int | float) and math.isfinite(value)


def percent(fraction: Any, decimals: int = 2, sign: str = "+") -> str:
    """A fraction as a percentage: '+0.05 %'."""
    return f"{100 * fraction:{sign}z.{decimals}f} %" if is_number(fraction) else MISSING


def number(value: Any, digits: int = 5) -> str:
    """About so many digits, without an exponent where that is readable: '20.081', '104,230'."""
    if not is_number(value):
        return MISSING
    if value == 0 or 1e-4 <= abs(value) < 1e9:
        decimals = max(digits - 1 - (math.floor(math.log10(abs(value))) if value else 0), 0)
        return f"{value:z,.{min(decimals, 8)}f}"
    return f"{value:.{digits - 1}e}"


def spread(value: Any, deviation: Any, decimals: int) -> str:
    """A mean and its deviation over the seeds: '0.0005 ± 0.0018'."""
    if not is_number(value):
        return MISSING
    text = f"{value:z.{decimals}f}" if abs(value) < 1e9 else f"{value:.2e}"
    return f"{text} ± {deviation:.{decimals}f}" if is_number(deviation) else text


def p_value(p: Any) -> str:
    """'p = 0.034', 'p < 0.001'."""
    if not is_number(p):
        return MISSING
    return "p < 0.001" if p < 0.001 else f"p = {p:.{3 if p < 0.1 else 2}f}"


def short_setting(value: Any) -> str:
    """A setting as it would be typed, four digits of a fraction."""
    return setting_text(float(f"{value:.4g}") if isinstance(value, float) else value)


def counted(count: int, noun: str) -> str:
    """'1 seed', '1,200 seeds'."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
