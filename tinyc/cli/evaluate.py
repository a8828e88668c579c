"""tinyc eval: score a built model."""

from __future__ import annotations

from typing import Annotated

import typer

from tinyc.cli.options import Built, Json, Labelled, OriginalFile, print_json


def evaluate(
    folder: Built,
    data: Labelled,
    on: Annotated[
        str | None,
        typer.Option(
            "--on",
            help="host: leave the emulated board out; qemu: demand it. Default: the board runs if its tools are here.",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first samples.", show_default=False)] = None,
    board_limit: Annotated[
        int | None,
        typer.Option(
            min=1, help="Only so many of them on the board; default: 50, all with --on qemu.", show_default=False
        ),
    ] = None,
    model: OriginalFile = None,
    confusion: Annotated[bool, typer.Option("--confusion", help="Print which classes are taken for which.")] = False,
    classes: Annotated[
        str | None,
        typer.Option(metavar="A,B,...", help="Names of the classes; default: the key classes.", show_default=False),
    ] = None,
    json: Json = False,
) -> None:
    """Score a built model beside its ONNX file.

    One column each for the ONNX file, the C on this machine and the C on the emulated board: top-1, top-5, AUC, MSE,
    how often the answer is that of the ONNX file, and the cosine between their outputs. Labels are classes [N], or
    real values of the output's shape. What does not apply is left out (null in JSON). The scores and the confusion
    matrix also join DIR/report.json and DIR/report.html.

    Example: tinyc eval build/kws --data labelled.npz --on qemu --board-limit 20
    """
    from tinyc.evaluate import Question
    from tinyc.evaluate import evaluate as evaluate_model

    names = tuple(name.strip() for name in classes.split(",")) if classes else ()
    found = evaluate_model(Question(folder, data, on, limit, board_limit, model, names))
    if json:
        print_json(found.as_json())
    else:
        from tinyc import show

        show.evaluated(found, confusion)
