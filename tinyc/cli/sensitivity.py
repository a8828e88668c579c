"""tinyc sensitivity: find the layers that suffer from quantisation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tinyc.cli.options import Dims, Json, Model, States, options, print_json


def sensitivity(
    model: Model,
    data: Annotated[
        Path, typer.Option("--data", metavar="L.npz", help="Samples x, with labels y if known.", show_default=False)
    ],
    limit: Annotated[int, typer.Option(min=1, help="Only the first samples.")] = 64,
    dim: Dims = None,
    state: States = None,
    json: Json = False,
) -> None:
    """Find the layers that suffer from quantisation.

    Each layer with weights alone at int8 and int4, all others in float: signal over error (SQNR) at the model's
    output, and the top-1 accuracy lost where the data has labels. Computed in numpy, so it takes a while.

    Example: tinyc sensitivity kws_float.onnx --data labelled.npz --limit 32
    """
    from tinyc.sensitivity import sensitivity as measure_layers

    found = measure_layers(model, data, options(dim, state=state), limit)
    if json:
        print_json(found.as_json())
    else:
        from tinyc import show

        show.sensitive(found)
