"""Cases built with options of `quantize`."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.cases.case import Case
from tests.cases.dynamic import CASES_WITH_OPTIONS
from tests.support.case_models import save, variants
from tests.support.case_program import Built
from tinyc.codegen.project import write
from tinyc.driver import Options, build
from tinyc.ir.interp import interpret
from tinyc.ir.types import Array
from tinyc.recipe import load_recipe, parse
from tinyc.targets import Board


def build_quantised(case: Case, options: str, board: Board, folder: Path) -> Built:
    """Build the case by the exact passes and `quantize` with these options, and write its project."""
    variant = variants(case)[0]
    recipe = parse(f"include float\nquantize({options})\n", "case", load_recipe)
    result = build(save(variant, folder), board, recipe, Options(name=variant.name, native_io=False))
    write(result.project, folder / variant.name)
    return Built(variant, result, folder / variant.name)


def build_all(board: Board, folder: Path, every: int = 1) -> list[Built]:
    """All entries of the table, or one of each `every`."""
    return [build_quantised(case, options, board, folder) for case, options, _ in CASES_WITH_OPTIONS[::every]]


def check_bits(case: Built, outputs: list[Array]) -> None:
    """Equal to numpy: bit for bit where inputs become int8, else within the order of float32 sums."""
    graph = case.result.graph
    values = interpret(graph, case.variant.samples)
    exact = any(op.kind.startswith("dynamic_") for op in graph.ops)
    for name, got in zip(graph.outputs, outputs, strict=True):
        if exact:
            np.testing.assert_array_equal(got, values[name], err_msg=case.variant.name)
        else:
            scale = float(np.abs(values[name]).max())
            np.testing.assert_allclose(got, values[name], rtol=1e-5, atol=1e-6 * scale, err_msg=case.variant.name)
