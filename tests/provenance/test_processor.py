"""What Linux says of processors of several makes, and what is left where it says nothing."""

import platform
from pathlib import Path

import pytest

from lstm_sweep.provenance import processor as processors
from lstm_sweep.provenance.processor import instruction_sets, processor

X86 = "processor\t: 0\nmodel\t\t: 143\nmodel name\t: Some Core i9\nflags\t\t: fpu avx2 fma\nvmx flags\t: vnmi\n"
ARM = "processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd\nCPU part\t: 0xd0c\n"


@pytest.mark.parametrize(
    ("told", "name", "sets"),
    [(X86, "Some Core i9", "fpu avx2 fma"), (ARM, platform.machine(), "fp asimd"), (None, platform.processor(), "")],
    ids=["x86", "ARM", "not Linux"],
)
def test_processor_and_its_instruction_sets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str | None, name: str, sets: str
) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    if told is not None:
        cpuinfo.write_text(told)
    monkeypatch.setattr(processors, "_CPUINFO", cpuinfo)
    assert (processor(), instruction_sets()) == (name, sets)
