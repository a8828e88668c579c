"""tinyc explain: document passes, operators, kernels, boards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tinyc.cli.options import Calib, Dims, For, Optimize, Recipe, States, options


def explain(
    topic: Annotated[
        str | None,
        typer.Argument(metavar="[PASS|OP|KERNEL|BOARD|MODEL.onnx]", help="What to explain; nothing: list all."),
    ] = None,
    op: Annotated[str | None, typer.Option("--op", help="With a model: this op's kernels.", show_default=False)] = None,
    board: Annotated[str, typer.Option("--board", help="With --op: the board.")] = "cortex-m4",
    recipe: Recipe = "float",
    calib: Calib = None,
    optimize: For = Optimize.BALANCED,
    dim: Dims = None,
    state: States = None,
) -> None:
    """Document passes, operators, kernels, boards.

    Recipes too; and with a model and --op why that op gets its kernel: all candidates with estimated cycles, scratch
    memory, bytes of their constants, and what speaks against them.

    Example: tinyc explain conv2d
    Example: tinyc explain kws.onnx --op conv2d_3 --board cortex-m4
    """
    from tinyc import explain as topics
    from tinyc import show

    if op is not None:
        from tinyc.recipe import load_recipe
        from tinyc.targets import load_board

        if topic is None:
            raise typer.BadParameter("--op needs a model: tinyc explain MODEL.onnx --op NAME")
        machine = load_board(board)
        asked = options(dim, state=state, optimize=optimize)
        found = topics.explain_op(Path(topic), op, machine, asked, load_recipe(recipe), calib)
        return show.explained_op(found, machine.name)
    if topic is None:
        return show.listed(topics.topics())
    if topic.endswith(".onnx"):
        raise typer.BadParameter("a model needs --op NAME; tinyc inspect shows all of its ops")
    return typer.echo(topics.explain(topic))
