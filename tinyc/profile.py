"""What each layer of a built model costs on its emulated board; the figures join the build's report."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinyc.codegen.manifest import Manifest, read_manifest
from tinyc.codegen.project import replace_files
from tinyc.emulate import CYCLE_MODEL, Profile, profile_project
from tinyc.emulate.twin import emulated
from tinyc.host.samples import random_samples, to_bytes
from tinyc.report.html import FILE as HTML_FILE
from tinyc.report.html import html
from tinyc.report.record import FILE as JSON_FILE
from tinyc.report.record import Document, read_report, to_json

CALIBRATION = "cycles_model x 1.2 is a fair figure for an STM32L4R5 that runs from flash"
_TIMEOUT_SECONDS = 600.0
_SEED = 1


@dataclass(frozen=True, slots=True)
class Profiled:
    """Costs of one inference; `machine` is the emulated board that ran it, `scratch_bytes` follow the layers."""

    manifest: Manifest
    board: str
    machine: str
    costs: Profile
    scratch_bytes: tuple[int, ...]

    @property
    def cycle_model(self) -> str | None:
        """What a cycle is taken to be; None where the model does not describe the core."""
        return None if self.costs.total.cycles_model is None else f"{CYCLE_MODEL}: {CALIBRATION}"

    def as_json(self) -> dict[str, Any]:
        total = self.costs.total
        return {
            "model": self.manifest.name,
            "board": self.board,
            "machine": self.machine,
            "instructions": total.instructions,
            "cycles_model": total.cycles_model,
            "stack_high_water": self.costs.stack_high_water,
            "method": self.costs.method,
            "cycle_model": self.cycle_model,
            "layers": [
                {
                    "name": layer.name,
                    "op": layer.op,
                    "kernel": layer.kernel,
                    "instructions": cost.instructions,
                    "cycles_model": cost.cycles_model,
                    "scratch": scratch,
                }
                for layer, cost, scratch in zip(
                    self.manifest.layers, self.costs.layers, self.scratch_bytes, strict=True
                )
            ],
        }


def profile(project_dir: Path) -> Profiled:
    """Run one seeded random sample on the emulated board, and write the figures into the folder's report.

    A board without emulator is profiled on one that executes the same code. ToolMissing, ToolFailed, DataError,
    OutputError.
    """
    manifest, report = read_manifest(project_dir), read_report(project_dir)
    machine = emulated(manifest.target)
    sample = to_bytes(random_samples(manifest.inputs, 1, _SEED), manifest.inputs)
    with tempfile.TemporaryDirectory(prefix="tinyc-profile-") as folder:
        costs = profile_project(project_dir, machine, sample, 1, work_dir=Path(folder), timeout=_TIMEOUT_SECONDS)
    found = Profiled(manifest, manifest.board, machine.name, costs, _scratch(manifest, report["buffers"]))
    _record(project_dir, report, found)
    return found


def _scratch(manifest: Manifest, buffers: Sequence[Document]) -> tuple[int, ...]:
    by_name = {buffer["name"]: int(buffer["bytes"]) for buffer in buffers if buffer["role"] == "scratch"}
    return tuple(by_name.get(f"{layer.name}.scratch", 0) for layer in manifest.layers)


def _record(project_dir: Path, report: Document, found: Profiled) -> None:
    total = found.costs.total
    for layer, cost in zip(report["layers"], found.costs.layers, strict=True):
        layer |= {"instructions": cost.instructions, "cycles_model": cost.cycles_model}
    report["profile"] = {
        "instructions": total.instructions,
        "cycles_model": total.cycles_model,
        "method": found.costs.method,
        "cycle_model": found.cycle_model,
    }
    replace_files(project_dir, {JSON_FILE: to_json(report).encode(), HTML_FILE: html(report).encode()})
