"""Bytes of code and stack of a build, from the image that the board's own compiler makes. Never an estimate."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from tinyc.codegen.project import Project, write
from tinyc.emulate import Image, build_image, run_image
from tinyc.emulate.image import DEFAULT_OPTIMIZATION
from tinyc.emulate.twin import emulated
from tinyc.errors import BoardError, TinycError, ToolFailed, ToolMissing
from tinyc.host.samples import zero_bytes
from tinyc.report.elf import ElfSizes, sizes
from tinyc.stack import HARNESS, StackUse, stack_bounds, stack_use
from tinyc.targets import Board

_FULL = ("overflowed by", "will not fit in region", "RAM is full")
_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Measured:
    """`image` and `stack` are None where they were not measured; `notes` says how each was, or why not.

    `overflow` is the linker's complaint if the image is larger than the board's memory.
    """

    image: ElfSizes | None
    stack: StackUse | None
    notes: tuple[str, ...]
    overflow: str = ""


def measure(project: Project, board: Board) -> Measured:
    """Compile, link and run a project once on zeros. A missing tool leaves None and a note; ToolFailed otherwise."""
    with tempfile.TemporaryDirectory(prefix="tinyc-measure-") as folder:
        write(project, Path(folder) / "project")
        return _measured(Path(folder) / "project", board, Path(folder))


def unmeasured(reason: str) -> Measured:
    """Nothing was measured, for this reason."""
    return Measured(None, None, (f"flash.code and ram.stack were not measured: {reason}",))


def _measured(project_dir: Path, board: Board, work_dir: Path) -> Measured:
    try:
        image = build_image(project_dir, board, work_dir=work_dir / "board")
    except ToolMissing as missing:
        return unmeasured(_one_line(missing))
    except ToolFailed as failed:
        complaint = next((line for line in failed.reason.splitlines() if any(sign in line for sign in _FULL)), "")
        if not complaint:
            raise
        return Measured(None, None, ("flash.code was not measured: the image does not link",), complaint.strip())
    code_note = f"flash.code: sections of the image that {board.core.compiler} links with {DEFAULT_OPTIMIZATION}"
    stack, notes = _stack(image, project_dir, work_dir)
    return Measured(sizes(image.elf), stack, (code_note, *notes))


def _stack(image: Image, project_dir: Path, work_dir: Path) -> tuple[StackUse | None, tuple[str, ...]]:
    try:
        bounds = stack_bounds(image, project_dir)
    except ToolMissing as missing:
        return None, (f"ram.stack was not measured: {_one_line(missing)}",)
    marks, mark_note = _marks(image, project_dir, work_dir)
    stack = stack_use(bounds, marks)
    return stack, (_bound_note(stack), mark_note)


def _bound_note(stack: StackUse) -> str:
    if stack.bound is None or stack.bound.bytes is None:
        return f"ram.stack was not measured: {'' if stack.bound is None else stack.bound.reason}"
    return f"ram.stack: frames and calls of {stack.bound.entry} in that image's machine code"


def _marks(image: Image, project_dir: Path, work_dir: Path) -> tuple[list[tuple[str, int]], str]:
    """The high-water marks of the harness's functions, and how they were measured, or why not."""
    try:
        machine = emulated(image.board)
        if machine is not image.board:
            image = build_image(project_dir, machine, work_dir=work_dir / "twin")
        result = run_image(image, zero_bytes(image.manifest.inputs), 1, timeout=_TIMEOUT_SECONDS)
    except (ToolMissing, BoardError) as missing:
        return [], f"stack.measured was not measured: {_one_line(missing)}"
    except ToolFailed as failed:
        if "did not end within" not in failed.reason:
            raise
        return [], f"stack.measured was not measured: {_one_line(failed)}"
    marks = zip(HARNESS, (result.stack_of_init, result.stack_high_water), strict=True)
    return list(marks), f"stack.measured: high-water mark of init and one inference on {machine.name} (QEMU)"


def _one_line(error: TinycError) -> str:
    return " ".join(error.reason.split()) + (f" ({error.hint})" if error.hint else "")
