"""tinyc explain: document passes, operators, kernels, boards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tinyc.cli.options import Dims, States, options


def explain(
    topic: Annotated[
        str | None,
        typer.Argument(metavar="[PASS|OP|KERNEL|BOARD|MODEL.onnx]", help="What to explain; nothing: list all."),
    ] = None,
    op: Annotated[str | None, typer.Option("--op", help="With a model: this op's kernels.", show_default=False)] = None,
    board: Annotated[str, typer.Option("--board", help="With --op: the board.")] = "cortex-m4",
    dim: Dims = None,
    state: States = None,
) -> None:
    """Document passes, operators, kernels, boards.

    Recipes too; and with a model and --op the choice of kernels for that op.

    Example: tinyc explain conv2d
    Example: tinyc explain kws.onnx --op conv2d_3 --board cortex-m4
    """
    from tinyc import explain as topics
    from tinyc import show

    if op is not None:
        from tinyc.targets import load_board

        if topic is None:
            raise typer.BadParameter("--op needs a model: tinyc explain MODEL.onnx --op NAME")
        machine = load_board(board)
        return show.explained_op(topics.explain_op(Path(topic), op, machine, options(dim, state=state)), machine.name)
    if topic is None:
        return show.listed(topics.topics())
    if topic.endswith(".onnx"):
        raise typer.BadParameter("a model needs --op NAME; tinyc inspect shows all of its ops")
    return typer.echo(topics.explain(topic))
