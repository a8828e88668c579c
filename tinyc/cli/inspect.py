"""tinyc inspect: show what is in a model."""

from __future__ import annotations

from typing import Annotated

import typer

from tinyc.cli.options import AnyBoard, Dims, For, Json, Model, Optimize, States, options, print_json


def inspect(
    model: Model,
    board: AnyBoard = None,
    optimize: For = Optimize.BALANCED,
    dim: Dims = None,
    state: States = None,
    memory: Annotated[
        bool, typer.Option("--memory", help="Show what lies where in the arena during each call (needs --board).")
    ] = False,
    json: Json = False,
) -> None:
    """Show what is in a model.

    Layers, shapes, work, zero weights and dead channels; with --board the kernels that fit, and what they take.
    Nodes that are not supported are listed all at once; then the exit code is 1. With --memory only the arena: which
    buffers hold which bytes during each call, and which call decides its size.

    Example: tinyc inspect kws.onnx --board cortex-m4
    """
    if memory and board is None:
        raise typer.BadParameter("--memory: how much memory a model needs depends on the board; add --board B")
    from tinyc.inspect import as_json
    from tinyc.inspect import inspect as inspect_model
    from tinyc.targets import load_board

    found = inspect_model(
        model, None if board is None else load_board(board), options(dim, state=state, optimize=optimize), memory
    )
    if json:
        print_json(as_json(found))
    else:
        from tinyc import show

        show.inspected(found)
    if not found.complete:
        raise typer.Exit(1)
