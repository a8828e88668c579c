"""report.json: what a build is made of and what it takes. Schema 1; keys that were not measured are null."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

from tinyc.calibration.kept import KeptHistogram
from tinyc.codegen.integrity import crc32_text
from tinyc.errors import DataError
from tinyc.lower.program import Call, Memory, Program, Role
from tinyc.passes.base import PassNote
from tinyc.report.elf import ElfSizes
from tinyc.report.peak import memory_document
from tinyc.report.region_rows import region_documents
from tinyc.stack import Bound, StackUse
from tinyc.targets import Board

SCHEMA = 1
FILE = "report.json"

Document: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """What the report is about.

    `notes` are sentences for the reader: ops that run in float, how bytes were measured. `overrun` is the table of what
    takes the space if the board's budget does not hold, else empty. `histograms` are those of the calibration.
    """

    model_file: str
    model_sha256: str
    program: Program
    board: Board
    passes: Sequence[PassNote]
    image: ElfSizes | None
    stack: StackUse | None
    notes: Sequence[str]
    overrun: str = ""
    histograms: Sequence[KeptHistogram] = ()


def document(subject: Subject) -> Document:
    """The report as JSON values; equal for equal subjects."""
    program = subject.program
    return {
        "schema": SCHEMA,
        "model": {
            "name": program.name,
            "file": subject.model_file,
            "sha256": subject.model_sha256,
            "macs": sum(call.macs for call in program.calls),
            "parameters": program.parameters,
        },
        "board": _board(subject.board),
        "flash": _flash(program, subject.image),
        "constants_crc32": crc32_text(program),
        "ram": _ram(program, subject.image, None if subject.stack is None else subject.stack.bytes),
        "stack": _stack(subject.stack),
        "layers": [_layer(call) for call in program.calls],
        "passes": [_pass(note) for note in subject.passes],
        "accuracy": {"metric": None, "float": None, "model": None, "drop": None, "samples": None},
        "evaluation": None,
        "sensitivity": None,
        "calibration": [asdict(histogram) for histogram in subject.histograms],
        "memory": memory_document(program),
        "regions": region_documents(program, subject.board),
        "lower_bounds": _lower_bounds(program),
        "buffers": [_buffer(program, index) for index in range(len(program.buffers))],
        "profile": {"instructions": None, "cycles_model": None, "method": None, "cycle_model": None},
        "fits": not subject.overrun,
        "overrun": subject.overrun.splitlines(),
        "notes": [*subject.notes, *(_bound_note(m) for m in program.memories if m.role is not Role.REGION)],
    }


def plan_document(program: Program) -> Document:
    """The part of a report that says what lies where in RAM, and when."""
    return {
        "ram": {"arena": program.arena_bytes, "scratch_peak": program.scratch_peak_bytes},
        "layers": [_layer(call) for call in program.calls],
        "memory": memory_document(program),
        "lower_bounds": _lower_bounds(program),
        "buffers": [_buffer(program, index) for index in range(len(program.buffers))],
    }


def to_json(report: Document) -> str:
    """The file's text."""
    return json.dumps(report, indent=1, ensure_ascii=False) + "\n"


def read_report(project_dir: Path) -> Document:
    """The report of a built folder; DataError if it has none that this version reads."""
    file = project_dir / FILE
    try:
        report: Document = json.loads(file.read_text(encoding="utf-8"))
        known = report["schema"] == SCHEMA
    except OSError as error:
        raise DataError(f"{file}: {error.strerror}", hint="build the model again") from error
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise DataError(f"{file}: damaged: {error!r}", hint="build the model again") from error
    if not known:
        raise DataError(f"{file}: schema {report['schema']}, this tinyc reads {SCHEMA}", hint="build the model again")
    return report


def _board(board: Board) -> Document:
    budget = board.budget
    return {
        "name": board.name,
        "core": board.core.name,
        "title": board.title,
        "budget": {"flash": budget.flash_bytes, "ram": budget.ram_bytes, "stack": budget.stack_bytes},
    }


def _flash(program: Program, image: ElfSizes | None) -> Document:
    weights = program.constant_bytes("weights")
    if image is None:
        return {"weights": weights, "tables": None, "code": None, "total": None}
    constants = image.weights + image.tables + image.data
    return {"weights": weights, "tables": constants - weights, "code": image.code, "total": image.flash}


def _ram(program: Program, image: ElfSizes | None, stack_bytes: int | None) -> Document:
    static = 0 if image is None else image.data + image.bss
    total = None if stack_bytes is None else program.arena_bytes + stack_bytes + static
    return {
        "arena": program.arena_bytes,
        "scratch_peak": program.scratch_peak_bytes,
        "stack": stack_bytes,
        "total": total,
    }


def _stack(stack: StackUse | None) -> Document | None:
    if stack is None:
        return None
    deepest = stack.bound
    return {
        "bound": stack.bytes,
        "measured": stack.measured,
        "path": [] if deepest is None else [asdict(step) for step in deepest.path],
        "reason": "" if deepest is None else deepest.reason,
        "functions": [_bounded(bound) for bound in stack.functions],
    }


def _bounded(bound: Bound) -> Document:
    return {"name": bound.entry, "bound": bound.bytes, "path": [asdict(step) for step in bound.path]}


def _lower_bounds(program: Program) -> Document:
    return {
        "arena": program.lower_bound_bytes,
        "any_order": program.order_bound_bytes,
        "optimal": True if program.is_least else None,
    }


def _layer(call: Call) -> Document:
    return {
        "name": call.name,
        "op": call.kind,
        "source": call.source,
        "kernel": call.kernel,
        "macs": call.macs,
        "weight_bytes": call.weight_bytes,
        "encoding": call.encoding,
        "in_shape": list(call.in_types[0].shape) if call.in_types else [],
        "out_shape": list(call.outputs[0].type.shape),
        "out_type": call.outputs[0].type.dtype.value,
        "arena_live": call.live_bytes,
        "instructions": None,
        "cycles_model": None,
    }


def _bound_note(memory: Memory) -> str:
    use = "which the model may write over" if memory.role is Role.INPUT and memory.writable else "which it keeps"
    use = "which it writes" if memory.role is Role.OUTPUT else use
    return f'"{memory.value}" lies in {memory.bytes:,} bytes of the caller, {use}; ram does not count them'


def _pass(note: PassNote) -> Document:
    return {
        "name": note.name,
        "options": note.options,
        "bytes_before": note.bytes_before,
        "bytes_after": note.bytes_after,
        "note": note.note,
    }


def _buffer(program: Program, index: int) -> Document:
    buffer = program.buffers[index]
    return {
        "name": buffer.name,
        "role": buffer.role.value,
        "memory": buffer.memory,
        "offset": buffer.offset,
        "bytes": buffer.bytes,
        "accesses": buffer.accesses,
        "first": buffer.first,
        "last": buffer.last,
        "over": list(program.over(buffer)),
    }
