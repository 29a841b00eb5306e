"""How the sweep was made: versions, times, cost, settings."""

from collections.abc import Sequence
from typing import Any

from lstm_sweep.formats import counted, is_number, number
from lstm_sweep.report.page.blocks import Block, Cell, Facts, Part, Row, Table, Text
from lstm_sweep.report.page.material import Material


def _blocks(material: Material) -> Sequence[Block]:
    facts = [*_environment(material), *_work(material)]
    blocks: list[Block] = [Facts([(name, text) for name, text in facts if text])]
    if material.told("seconds"):
        blocks.append(_times(material.told("seconds")))
    return [*blocks, Text(material.config, title="All settings")]


def _environment(material: Material) -> list[tuple[str, str]]:
    start = material.history.start
    environment = start.environment if start else {}
    libraries = environment.get("libraries") or {}
    versions = [f"Python {environment['python']}"] if environment.get("python") else []
    versions += [f"{name} {version}" for name, version in libraries.items()]
    runner = " on ".join(str(environment[key]) for key in ("runner", "backend") if environment.get(key))
    return [
        ("Versions", ", ".join(versions)),
        ("Trained by", runner),
        ("Devices", _devices(environment.get("devices") or ())),
        ("LSTM compiled by", str(environment.get("lstm") or "")),
        ("Processor", str(environment.get("processor") or "")),
        ("SHA-256 of the code", str(environment.get("code") or "")),
    ]


def _devices(devices: Sequence[Any]) -> str:
    names = list(map(str, devices))
    return ", ".join(f"{names.count(name)} x {name}" for name in dict.fromkeys(names))


def _work(material: Material) -> list[tuple[str, str]]:
    fits, rate, usd = material.told("fits"), material.told("fits_per_second"), material.told("usd")
    done = [counted(material.told("trials"), "trial")] if material.told("trials") is not None else []
    done += [counted(fits, "fit")] if fits is not None else []
    done += [f"{number(rate, 3)} fits per second"] if is_number(rate) else []
    runs = material.history.num_runs
    return [
        ("Work", ", ".join(done)),
        ("Interrupted", f"and resumed, {counted(runs - 1, 'time')}" if runs > 1 else ""),
        ("Changed in between", "; ".join(material.history.changes)),
        ("Cost", f"{usd:.4f} USD" if is_number(usd) else ""),
    ]


def _times(seconds: dict[str, float]) -> Table:
    rows = [
        Row([Cell(stage), Cell(f"{spent:.2f}", repr(spent))]) for stage, spent in seconds.items() if is_number(spent)
    ]
    return Table(["stage", "seconds"], rows)


MAKING = Part(
    anchor="making",
    title="How this was made",
    caption="What its numbers depend on beside the data: equal data, settings and versions give equal numbers.",
    blocks=_blocks,
)
