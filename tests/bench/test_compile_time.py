"""How long the line takes from ONNX to C, without any C compiler."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import process_time

from benchmarks.nets import mobilenet, write
from tinyc.driver import BuildResult, Options, build
from tinyc.targets import load_board

SECONDS = 2.5
"""Of the processor's time, in a process that has built before; about four times what it takes."""


def test_mobilenet_is_built_in_seconds(benchmark: Callable[..., BuildResult], tmp_path: Path) -> None:
    model, _ = write(mobilenet, tmp_path)
    board = load_board("cortex-m4")
    result = benchmark(build, model, board, options=Options())
    assert result.program.name == "mobilenet"
    before = process_time()
    build(model, board, options=Options())
    assert process_time() - before < SECONDS
