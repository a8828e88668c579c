"""tinyc verify: prove a model right."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tinyc.cli.options import (
    AnyBoard,
    BindInput,
    BindOutput,
    Calib,
    ConsumeInput,
    Dims,
    Edges,
    For,
    InputLayout,
    Io,
    Json,
    KeepInput,
    Layout,
    Optimize,
    OriginalFile,
    Place,
    Recipe,
    States,
    options,
    print_json,
)

_DIFFERENT = 5


def verify(
    target: Annotated[
        Path, typer.Argument(metavar="DIR_OR_MODEL", help="A built folder, or an ONNX file.", show_default=False)
    ],
    board: AnyBoard = None,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="X.npz", help="Samples; default: random.", show_default=False)
    ] = None,
    samples: Annotated[int | None, typer.Option(min=1, help="How many samples.", show_default=False)] = None,
    on: Annotated[str, typer.Option("--on", help="host: leave the emulated board out.")] = "qemu",
    recipe: Recipe = "float",
    calib: Calib = None,
    dim: Dims = None,
    state: States = None,
    io: Io = Edges.NATIVE,
    input_layout: Layout = InputLayout.DECLARED,
    optimize: For = Optimize.BALANCED,
    bind_input: BindInput = None,
    consume_input: ConsumeInput = None,
    keep_input: KeepInput = None,
    bind_output: BindOutput = None,
    place: Place = None,
    model: OriginalFile = None,
    json: Json = False,
) -> None:
    """Prove a model right, layer by layer.

    Four witnesses compute every layer: the ONNX file, numpy, the C on this machine, the C on the emulated board.
    numpy, host and board must be equal bit for bit where the model computes with integers, and within 1e-5 relative
    where it computes with floats. Exit codes: 0 equal, 5 not. A folder is built again with its own recipe and
    options.

    Example: tinyc verify kws.onnx --board cortex-m4 --data samples.npz --samples 20
    """
    from tinyc.recipe import load_recipe
    from tinyc.targets import load_board
    from tinyc.verification import as_json
    from tinyc.verify import Request
    from tinyc.verify import verify as verify_model

    if board is None and not target.is_dir():
        raise typer.BadParameter("an ONNX file needs a board: --board NAME (tinyc boards lists them)")
    machine = None if board is None else load_board(board)
    chosen = options(
        dim, None, io, input_layout, state, optimize,
        bind_input=bind_input, consume_input=consume_input, keep_input=keep_input, bind_output=bind_output, place=place,
    )  # fmt: skip
    found = verify_model(Request(target, machine, load_recipe(recipe), chosen, data, samples, model, on, calib))
    if json:
        print_json(as_json(found))
    else:
        from tinyc import show

        show.verified(found)
    if not found.equal:
        raise typer.Exit(_DIFFERENT)
