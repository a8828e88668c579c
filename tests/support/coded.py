"""Graphs of cases with coded weights, and the programs that the compiler makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from tests.support.case_models import Variant, save
from tests.support.case_program import Built
from tinyc.codegen.emit import Origin, emit
from tinyc.codegen.project import write
from tinyc.driver import Options, prepare
from tinyc.ir.graph import Graph
from tinyc.ir.types import DType, Encoding
from tinyc.lower.goal import Goal
from tinyc.lower.lower import lower
from tinyc.recipe import load_recipe
from tinyc.targets import Board

WEIGHTED = ("conv2d", "dense")


def coded(graph: Graph, encoding: str, step: int = 1) -> Graph:
    """The same with the weights of all layers in this encoding; rounded to multiples of `step`."""
    draft = graph.draft()
    for op in graph.ops:
        weights = graph.constant(op.inputs[1]) if op.kind in WEIGHTED else None
        if weights is not None and weights.dtype == np.int8:
            name, kind = op.inputs[1], graph.types[str(op.inputs[1])]
            assert name is not None and kind.dtype is DType.S8
            rounded = (weights // step * step).astype(np.int8)
            new = draft.add_constant(name, rounded, replace(kind, encoding=Encoding(encoding)))
            draft.ops[graph.ops.index(op)] = replace(op, inputs=(op.inputs[0], new, *op.inputs[2:]))
    return draft.freeze()


def program_of(variant: Variant, board: Board, encoding: str, folder: Path, step: int = 1) -> Built:
    """The compiled case with coded weights, written to a folder of its own."""
    options, recipe = Options(name=variant.name, native_io=False), load_recipe("float")
    _, context = prepare(save(variant, folder), recipe, options)
    graph = replace(coded(context.stages[-1], encoding, step), name=variant.name)
    program = lower(graph, board, Goal.BALANCED)
    write(emit(program, board, Origin("", "", "", "")), folder / variant.name)
    return Built(variant, SimpleNamespace(graph=graph, program=program), folder / variant.name)  # type: ignore[arg-type]


def kernels_of(built: Sequence[Built]) -> set[str]:
    """Names of all kernels of these programs that read coded weights."""
    return {call.kernel for one in built for call in one.result.program.calls if "_coded" in call.kernel}
