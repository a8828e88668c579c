"""tinyc eval: score a built model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tinyc.cli.options import Built, Json, On, OriginalFile, print_json


def evaluate(
    folder: Built,
    data: Annotated[
        Path, typer.Option("--data", metavar="L.npz", help="Samples x with labels y.", show_default=False)
    ],
    on: On = "host",
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first samples.", show_default=False)] = None,
    model: OriginalFile = None,
    json: Json = False,
) -> None:
    """Score a built model on labelled data.

    Measures top-1, top-5, AUC, MSE and how often its answer is that of its ONNX file. Labels are classes [N], or
    real values of the output's shape. What does not apply is left out (null in JSON).

    Example: tinyc eval build/kws --data labelled.npz --on qemu --limit 50
    """
    from tinyc.evaluate import evaluate as evaluate_model

    found = evaluate_model(folder, data, on, limit, model)
    if json:
        print_json(found.as_json())
    else:
        from tinyc import show

        show.evaluated(found)
