"""tinyc sensitivity: find the layers that suffer from quantisation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tinyc.cli.options import AnyBoard, Calib, Dims, Json, OriginalFile, Page, States, options, print_json


def sensitivity(
    target: Annotated[
        Path,
        typer.Argument(metavar="MODEL_OR_DIR", help="A float ONNX file or a folder made from it.", show_default=False),
    ],
    data: Annotated[
        Path, typer.Option("--data", metavar="L.npz", help="Samples x, with labels y if known.", show_default=False)
    ],
    calib: Calib = None,
    limit: Annotated[int, typer.Option(min=1, help="Measure on so many samples.")] = 64,
    board: AnyBoard = None,
    page: Page = None,
    dim: Dims = None,
    state: States = None,
    model: OriginalFile = None,
    json: Json = False,
) -> None:
    """Find the layers that suffer from quantisation.

    Each layer with weights alone at int4, int8 and int16, all others in float: signal over error (SQNR) at the model's
    output, and what is lost of top-1, AUC or MSE where the data tells; with --board estimated cycles. Without --calib
    the first samples (32, or half) calibrate and those behind them measure. Computed in numpy, so it takes a while. Of
    a folder the float model is measured, and the plot joins DIR/report.html.

    Example: tinyc sensitivity kws_float.onnx --data labelled.npz --limit 32 --html sensitivity.html
    """
    from tinyc.sensitivity import Question
    from tinyc.sensitivity import sensitivity as measure_layers
    from tinyc.targets import load_board

    machine = None if board is None else load_board(board)
    chosen = options(dim, state=state)
    found = measure_layers(Question(target, data, calib, limit, chosen, board=machine, model=model, page=page))
    if json:
        print_json(found.as_json())
    else:
        from tinyc import show

        show.sensitive(found)
