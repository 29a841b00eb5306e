"""The processor, as Linux describes it: another one may have other instructions, and round otherwise."""

import platform
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")


def processor() -> str:
    """The model where Linux tells it, otherwise what the platform says."""
    return _told("model name") or (platform.machine() if _CPUINFO.exists() else platform.processor())


def instruction_sets() -> str:
    """Names of the instruction sets where Linux tells them, which virtual machines of one model may differ in."""
    return _told("flags") or _told("Features")


def _told(key: str) -> str:
    try:
        lines = _CPUINFO.read_text().splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.partition(":")[0].strip() == key), "")
