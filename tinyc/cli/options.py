"""Options that several commands share, and what they become."""

from __future__ import annotations

import json as json_text
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tinyc.driver import Options


class Edges(StrEnum):
    """What the model takes and gives at its edges."""

    NATIVE = "native"
    FLOAT = "float"


class InputLayout(StrEnum):
    """In which order the model's inputs are delivered."""

    DECLARED = "declared"
    NHWC = "nhwc"


class Optimize(StrEnum):
    """What the choice of kernels is for."""

    TIME = "time"
    RAM = "ram"
    FLASH = "flash"
    BALANCED = "balanced"


class Integrity(StrEnum):
    """What the model checks before it runs."""

    NONE = "none"
    CRC32 = "crc32"


class PlannerName(StrEnum):
    """How hard the smallest arena is looked for."""

    FAST = "fast"
    EXACT = "exact"
    CP_SAT = "cp-sat"


class Format(StrEnum):
    """What a build leaves."""

    FOLDER = "folder"


Model = Annotated[Path, typer.Argument(metavar="MODEL.onnx", help="The model.", show_default=False)]
Built = Annotated[Path, typer.Argument(metavar="DIR", help="A folder made by tinyc build.", show_default=False)]
BoardName = Annotated[str, typer.Option("--board", help="A name of tinyc boards, or a TOML file.", show_default=False)]
AnyBoard = Annotated[
    str | None, typer.Option("--board", help="A name of tinyc boards, or a TOML file.", show_default=False)
]
Recipe = Annotated[str, typer.Option("--recipe", help="Recipe by name or file: tinyc explain float.")]
Dims = Annotated[
    list[str] | None,
    typer.Option("--dim", metavar="NAME=N", help="Fix a symbolic dimension; may be repeated.", show_default=False),
]
States = Annotated[
    list[str] | None,
    typer.Option(
        "--state",
        metavar="IN=OUT",
        help="Keep this output in the model as its input of the next call (streaming); may be repeated.",
        show_default=False,
    ),
]
For = Annotated[
    Optimize,
    typer.Option(
        "--optimize",
        help="What kernels are chosen for. balanced: few cycles, some of which it spends on a smaller arena; time: the "
        "fewest cycles, which may take more flash; ram: the smallest arena that 35 % more cycles allow, with layers "
        "row by row; flash: small code.",
    ),
]
Calib = Annotated[
    Path | None,
    typer.Option(
        "--calib",
        metavar="X.npz",
        help="Samples for recipes that quantise: an .npz file, or a folder of them.",
        show_default=False,
    ),
]
Io = Annotated[Edges, typer.Option("--io", help="native: a quantised model takes and gives integers; float: floats.")]
Layout = Annotated[
    InputLayout, typer.Option("--input-layout", help="nhwc: inputs arrive channels-last, as cameras deliver them.")
]
Check = Annotated[
    Integrity,
    typer.Option(
        "--integrity",
        help="crc32: NAME_init reads all constants and returns an error if one is not what was built.",
    ),
]
BindInput = Annotated[
    list[str] | None,
    typer.Option(
        "--bind-input",
        metavar="NAME|all",
        help="Read this input where the caller has it (NAME_bind_input), such as a DMA buffer: no copy, and no bytes "
        "of the arena; may be repeated.",
        show_default=False,
    ),
]
ConsumeInput = Annotated[
    list[str] | None,
    typer.Option(
        "--consume-input",
        metavar="NAME|all",
        help="Let the run write over this bound input after its last read: a smaller arena; may be repeated.",
        show_default=False,
    ),
]
KeepInput = Annotated[
    list[str] | None,
    typer.Option(
        "--keep-input",
        metavar="NAME|all",
        help="Never write over this input inside the arena, so that it need not be written again before the next "
        "invoke; may be repeated.",
        show_default=False,
    ),
]
BindOutput = Annotated[
    list[str] | None,
    typer.Option(
        "--bind-output",
        metavar="NAME|all",
        help="Write this output where the caller wants it (NAME_bind_output); may be repeated.",
        show_default=False,
    ),
]
Place = Annotated[
    list[str] | None,
    typer.Option(
        "--place",
        metavar="WHAT=REGION",
        help="Let weights, or buffers and constants whose names match a pattern, lie in a memory region of the board: "
        "weights=ram copies those that are read most at start, as far as RAM is left; may be repeated, the last wins.",
        show_default=False,
    ),
]
Ram = Annotated[
    str | None,
    typer.Option(
        "--ram",
        metavar="SIZE",
        help="Most bytes of the arena, such as 24K: where the plan needs more, layers work row by row, in the way that "
        "takes the fewest cycles. Ends with 3 if it cannot be, and says what can.",
        show_default=False,
    ),
]
PushRows = Annotated[
    list[str] | None,
    typer.Option(
        "--push-rows",
        metavar="NAME",
        help="Take an image input a few rows at a time, as cameras deliver it: NAME_push_rows; it is never whole in "
        "memory. Means --optimize ram; images of several channels need --input-layout nhwc. all: the only input.",
        show_default=False,
    ),
]
PlanBy = Annotated[
    PlannerName,
    typer.Option(
        "--planner",
        help="How the order of the layers and their places in the arena are found: fast in a second or so; exact "
        "searches for minutes where fast could not prove that its plan is the smallest; cp-sat does so by OR-Tools "
        "(pip install 'tinyc[solver]').",
    ),
]
Labelled = Annotated[Path, typer.Option("--data", metavar="L.npz", help="Samples x with labels y.", show_default=False)]
Page = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write the table and a plot as a page.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else there.")]
On = Annotated[str, typer.Option("--on", help="host: this machine, through cffi; qemu: the emulated board.")]
OriginalFile = Annotated[
    Path | None,
    typer.Option(
        "--model",
        help="The ONNX file to compare with. Without it, the one DIR was built from is looked for by name and SHA-256 "
        "beside DIR and below the current folder.",
        show_default=False,
    ),
]


def options(
    dim: list[str] | None,
    name: str | None = None,
    io: Edges = Edges.NATIVE,
    input_layout: InputLayout = InputLayout.DECLARED,
    state: list[str] | None = None,
    optimize: Optimize = Optimize.BALANCED,
    integrity: Integrity = Integrity.NONE,
    bind_input: list[str] | None = None,
    consume_input: list[str] | None = None,
    keep_input: list[str] | None = None,
    bind_output: list[str] | None = None,
    place: list[str] | None = None,
    planner: PlannerName = PlannerName.FAST,
    ram: str | None = None,
    push_rows: list[str] | None = None,
) -> Options:
    from tinyc.driver import Options

    return Options(
        name=name,
        dims=dict(_dimension(text) for text in dim or []),
        states=dict(_state(text) for text in state or []),
        native_io=io is Edges.NATIVE,
        channels_last_inputs=input_layout is InputLayout.NHWC,
        optimize=optimize.value,
        integrity=integrity.value,
        bind_inputs=tuple(bind_input or ()),
        consume_inputs=tuple(consume_input or ()),
        keep_inputs=tuple(keep_input or ()),
        bind_outputs=tuple(bind_output or ()),
        place=dict(_place(text) for text in place or []),
        planner=planner.value,
        ram=None if ram is None else _size(ram),
        push_rows=tuple(push_rows or ()),
    )


def _size(text: str) -> int:
    """Bytes: a number, alone or with K or M for 1024 or 1024 * 1024 bytes."""
    factor = {"K": 1024, "M": 1024**2}.get(text[-1:].upper(), 1)
    number = text if factor == 1 else text[:-1]
    if not number.isascii() or not number.isdigit() or int(number) < 1:
        raise typer.BadParameter(f'--ram "{text}": expected a number of bytes above zero, such as 24576 or 24K')
    return int(number) * factor


def _state(text: str) -> tuple[str, str]:
    name, equals, output = text.partition("=")
    if not (name and equals and output):
        raise typer.BadParameter(f'--state "{text}": expected INPUT=OUTPUT, such as h_in=h_out')
    return name, output


def _place(text: str) -> tuple[str, str]:
    what, equals, region = text.rpartition("=")
    if not (what and equals and region):
        raise typer.BadParameter(f'--place "{text}": expected WHAT=REGION, such as weights=ram or "conv2d_0*=dtcm"')
    return what, region


def _dimension(text: str) -> tuple[str, int]:
    name, mark, value = text.rpartition("=")
    if not mark or not name or not value.isascii() or not value.isdigit() or int(value) < 1:
        raise typer.BadParameter(f'--dim "{text}": expected NAME=N with N above zero, such as batch=1')
    return name, int(value)


def print_json(document: object) -> None:
    typer.echo(json_text.dumps(document, indent=1, ensure_ascii=False))
