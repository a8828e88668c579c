"""tinyc build: turn an ONNX model into a folder of C."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tinyc.cli.options import (
    BindInput,
    BindOutput,
    BoardName,
    Calib,
    Check,
    ConsumeInput,
    Dims,
    Edges,
    For,
    Format,
    InputLayout,
    Integrity,
    Io,
    Json,
    KeepInput,
    Layout,
    Model,
    Optimize,
    Place,
    PlanBy,
    PlannerName,
    PushRows,
    Ram,
    Recipe,
    States,
    options,
    print_json,
)

Output = Annotated[
    Path | None, typer.Option("-o", "--output", help="Folder to make; default: NAME, here.", show_default=False)
]
Prefix = Annotated[
    str | None, typer.Option("--name", help="Prefix of all C symbols; default: the file's stem.", show_default=False)
]
Scored = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="L.npz",
        help="Samples x with labels y: the report states the accuracy, and recipes may require it.",
        show_default=False,
    ),
]
Leaves = Annotated[Format, typer.Option("--format", help="folder is the only format so far.")]
Dump = Annotated[
    Path | None, typer.Option("--dump", help="Write the text of every stage into this folder.", show_default=False)
]
PrintRecipe = Annotated[
    bool, typer.Option("--print-recipe", help="Print the effective recipe, every default visible, and stop.")
]


def build(
    model: Model,
    board: BoardName,
    output: Output = None,
    name: Prefix = None,
    recipe: Recipe = "float",
    calib: Calib = None,
    data: Scored = None,
    dim: Dims = None,
    state: States = None,
    io: Io = Edges.NATIVE,
    input_layout: Layout = InputLayout.DECLARED,
    optimize: For = Optimize.BALANCED,
    ram: Ram = None,
    bind_input: BindInput = None,
    consume_input: ConsumeInput = None,
    keep_input: KeepInput = None,
    bind_output: BindOutput = None,
    push_rows: PushRows = None,
    place: Place = None,
    integrity: Check = Integrity.NONE,
    planner: PlanBy = PlannerName.FAST,
    format: Leaves = Format.FOLDER,
    dump: Dump = None,
    print_recipe: PrintRecipe = False,
    json: Json = False,
) -> None:
    """Turn an ONNX model into a folder of C.

    The folder holds the C with its CMakeLists.txt, manifest.json, report.json and report.html. Sizes of code and
    stack come from an image that the board's cross compiler makes; without the compiler they stay unknown. Exit
    codes: 0 done, 1 a mistake in the input, 2 wrong usage, 3 too large for the board's budget, 4 a requirement of
    the recipe does not hold (in both cases the folder and its report are written all the same).

    Example: tinyc build kws.onnx --board cortex-m4 --name kws -o build/kws
    """
    from tinyc.recipe import load_recipe, to_text
    from tinyc.targets import load_board

    chosen = options(
        dim, name, io, input_layout, state, optimize, integrity,
        bind_input=bind_input, consume_input=consume_input, keep_input=keep_input, bind_output=bind_output, place=place,
        planner=planner, ram=ram, push_rows=push_rows,
    )  # fmt: skip
    target, steps = load_board(board), load_recipe(recipe)
    if print_recipe:
        typer.echo(to_text(steps), nl=False)
        return
    from tinyc.make import make

    made = make(model, target, steps, chosen, output, dump, calib, data)
    if json:
        print_json(made.report)
    else:
        from tinyc import show

        show.made(made)
    if made.unfit is not None:
        raise made.unfit
