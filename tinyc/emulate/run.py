"""An image runs on its board's QEMU machine, with files of the host for input and output."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tinyc.emulate.image import Image
from tinyc.errors import BoardError, DataError, ToolFailed
from tinyc.targets import Board
from tinyc.toolchain import ToolResult, run_tool

DEFAULT_TIMEOUT_SECONDS = 120.0
ICOUNT = ("-icount", "shift=0")
"""Emulated time advances by one nanosecond per instruction."""

_INVOKE = 0xFFFF_FFFF
_UNKNOWN = 0xFFFF_FFFF
COUNTED_FILE = "counted.txt"
"""Where the counting plugin writes, in the folder of the run."""

_FAULT = "tinyc fault: "


@dataclass(frozen=True, slots=True)
class LayerOutput:
    """What one output of one layer held when the layer had ended. `layer` and `output` count as in the manifest."""

    sample: int
    layer: int
    output: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Segment:
    """A measured stretch of the program: a layer, or a whole inference (`layer` is None).

    `ticks` of the core clock, None when there were too many to count.
    """

    layer: int | None
    ticks: int | None


@dataclass(frozen=True, slots=True)
class RunResult:
    """`outputs`: per sample the bytes of all outputs. `layers`: with the layers harness only.

    `stack_of_init` and `stack_high_water` are the bytes of stack that NAME_init and the deepest call of NAME_invoke
    used, together with the harness's function that calls them.
    """

    outputs: bytes
    layers: tuple[LayerOutput, ...] | None
    segments: tuple[Segment, ...]
    stack_of_init: int
    stack_high_water: int
    counted: str | None
    """The counting plugin's text, if one was loaded."""


def run_image(
    image: Image,
    inputs: bytes,
    samples: int,
    *,
    timeout: float = DEFAULT_TIMEOUT_SECONDS,
    qemu_flags: Sequence[str] = (),
) -> RunResult:
    """Run the model on `samples` samples, each the bytes of all inputs one after the other.

    `timeout` is in seconds of the host. Raises ToolFailed after a fault, a lockup, a failed status or a time-out,
    DataError if `inputs` has not the right length, BoardError if the board has no emulator.
    """
    if len(inputs) != samples * image.manifest.input_bytes:
        raise DataError(
            f"{len(inputs)} bytes of input for {samples} samples of {image.manifest.name}, "
            f"which takes {image.manifest.input_bytes} bytes per sample"
        )
    with tempfile.TemporaryDirectory(dir=image.work_dir, prefix="run-") as name:
        folder = Path(name)
        (folder / "input.bin").write_bytes(inputs)
        run_elf(image.elf, image.board, folder, timeout=timeout, qemu_flags=qemu_flags)
        return _result(image, folder, samples)


def run_elf(
    elf: Path,
    board: Board,
    folder: Path,
    *,
    timeout: float = DEFAULT_TIMEOUT_SECONDS,
    qemu_flags: Sequence[str] = (),
) -> str:
    """Run a bare-metal program in `folder` until it exits with 0; its console text. Errors as for run_image."""
    if board.emulator is None:
        raise BoardError(
            f"board {board.name} has no emulator",
            hint=f"use an emulated board with the same core, such as {board.core.name}",
        )
    machine = (board.core.architecture.qemu, "-machine", board.emulator.machine)
    command: list[str | Path] = [*machine, *_QEMU_FLAGS, *qemu_flags, "-kernel", elf]
    try:
        result = run_tool(command, cwd=folder, timeout=timeout, check=False)
    except ToolFailed as late:
        raise ToolFailed(f"{board.name}: {late.reason}", hint=late.hint) from late
    if result.returncode != 0:
        raise ToolFailed(f"{board.name}: {_what_happened(result)}", hint=f"image: {elf}")
    return result.stderr


_QEMU_FLAGS = (
    *("-display", "none", "-monitor", "none", "-serial", "none", "-no-reboot"),
    *("-bios", "none"),
    *("-semihosting-config", "enable=on,target=native"),
)


def _what_happened(result: ToolResult) -> str:
    console = (result.stderr or result.stdout).strip()
    if "Lockup" in console:
        return "the core locked up: a fault in a fault handler, often a wrong memory map or stack"
    if _FAULT in console:
        return f"the program faulted: {console.split(_FAULT, 1)[1].splitlines()[0]}"
    last = "\n".join(console.splitlines()[-8:])
    return f"the program failed with exit code {result.returncode}: {last}"


def _result(image: Image, folder: Path, samples: int) -> RunResult:
    done, stack_of_init, stack_high_water = struct.unpack("<3I", (folder / "result.bin").read_bytes())
    outputs = (folder / "output.bin").read_bytes()
    assert done == samples, f"the harness ran {done} samples of {samples}"
    assert len(outputs) == samples * image.manifest.output_bytes
    layers = folder / "layers.bin"
    counted = folder / COUNTED_FILE
    return RunResult(
        outputs=outputs,
        layers=tuple(_layer_outputs(layers.read_bytes())) if layers.exists() else None,
        segments=tuple(_segments((folder / "segments.bin").read_bytes())),
        stack_of_init=stack_of_init,
        stack_high_water=stack_high_water,
        counted=counted.read_text(encoding="ascii") if counted.exists() else None,
    )


def _segments(records: bytes) -> Iterator[Segment]:
    for number, ticks in struct.iter_unpack("<2I", records):
        yield Segment(None if number == _INVOKE else number, None if ticks == _UNKNOWN else ticks)


def _layer_outputs(records: bytes) -> Iterator[LayerOutput]:
    place = 0
    seen: dict[tuple[int, int], int] = {}
    while place < len(records):
        layer, output, num_bytes = struct.unpack_from("<3I", records, place)
        place += 12
        sample = seen.get((layer, output), 0)
        seen[layer, output] = sample + 1
        yield LayerOutput(sample, layer, output, records[place : place + num_bytes])
        place += num_bytes
