"""tinyc run: run a built model on samples."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tinyc.cli.options import Built, On


def run(
    folder: Built,
    input: Annotated[
        Path, typer.Option("--input", metavar="X.npz", help="Samples: key x, or one key per input.", show_default=False)
    ],
    on: On = "host",
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="Y.npz", help="Write outputs: key y, or their names.", show_default=False),
    ] = None,
) -> None:
    """Run a built model on samples.

    The .npz file holds an array [N, ...] under the key x, or one array for each input of the model. Floats are
    quantised for the model, integers of its own type are taken as they are. Outputs are real numbers.

    Example: tinyc run build/kws --on qemu --input samples.npz --output answers.npz
    """
    from tinyc import show
    from tinyc.run import run as run_model

    show.ran(run_model(folder, on, input, output))
