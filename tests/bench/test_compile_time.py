"""How long the line takes from ONNX to C, without any C compiler."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks.nets import mobilenet, write
from tinyc.driver import BuildResult, Options, build
from tinyc.targets import load_board

SECONDS = 6.0
"""Of the processor's time; about four times what it takes."""


def test_mobilenet_is_built_in_seconds(benchmark: Callable[..., BuildResult], tmp_path: Path) -> None:
    model, _ = write(mobilenet, tmp_path)
    board = load_board("cortex-m4")
    build(model, board, options=Options())
    before = process_time()
    result: Any = benchmark(build, model, board, options=Options())
    rounds = 1 if benchmark.stats is None else benchmark.stats.stats.rounds  # type: ignore[attr-defined]
    assert result.program.name == "mobilenet"
    assert process_time() - before < SECONDS * (rounds + 2)
