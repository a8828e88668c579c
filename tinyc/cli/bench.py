"""tinyc bench: what models cost on boards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tinyc.cli.options import (
    Calib,
    Dims,
    Edges,
    InputLayout,
    Io,
    Json,
    Layout,
    Optimize,
    Recipe,
    options,
    print_json,
)


def bench(
    models: Annotated[list[Path], typer.Argument(metavar="MODEL.onnx...", help="The models.", show_default=False)],
    board: Annotated[
        list[str],
        typer.Option("--board", help="A name of tinyc boards, or a TOML file; may be repeated.", show_default=False),
    ],
    optimize: Annotated[
        list[Optimize] | None,
        typer.Option("--optimize", help="A goal; may be repeated. Default: balanced.", show_default=False),
    ] = None,
    recipe: Recipe = "float",
    calib: Calib = None,
    dim: Dims = None,
    io: Io = Edges.NATIVE,
    input_layout: Layout = InputLayout.DECLARED,
    baseline: Annotated[
        Path | None,
        typer.Option(help="A table written earlier: fail if one takes over 2 % more instructions.", show_default=False),
    ] = None,
    write: Annotated[
        Path | None, typer.Option("--write", help="Write the table as JSON into this file.", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """Build and profile models on boards, for each goal.

    One row for each combination: instructions, cycles by the stated model, bytes of code, weights, arena, scratch and
    stack. Exit code 1 if --baseline does not hold.

    Example: tinyc bench kws.onnx --board cortex-m4 --board cortex-m0 --optimize balanced --optimize flash
    """
    from tinyc import bench as benchmark
    from tinyc.recipe import load_recipe
    from tinyc.targets import load_board

    old = None if baseline is None else benchmark.read_baseline(baseline)
    boards = tuple(load_board(name) for name in board)
    goals = tuple(goal.value for goal in optimize or [Optimize.BALANCED])
    chosen = options(dim, None, io, input_layout)
    matrix = benchmark.Matrix(tuple(models), boards, goals, load_recipe(recipe), chosen, calib)
    entries, versions = benchmark.bench(matrix), benchmark.compilers(boards)
    document = benchmark.document(entries, versions)
    if write is not None:
        benchmark.write(write, document)
    if json:
        print_json(document)
    else:
        from tinyc import show

        show.benched(entries, old)
    broken = None if old is None else benchmark.regression(entries, old, versions)
    if broken is not None:
        raise broken
