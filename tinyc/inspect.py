"""What is in a model before anything is built: layers, work, weights that do nothing, kernels and refusals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from tinyc.driver import Options, build, prepare
from tinyc.errors import UnsupportedOp
from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import Array
from tinyc.lower.edges import separate_outputs
from tinyc.lower.encode import encoded
from tinyc.lower.goal import Goal
from tinyc.lower.offers import Offer, offers
from tinyc.next_steps import next_steps
from tinyc.recipe import load_recipe
from tinyc.report.record import Document, plan_document
from tinyc.targets import Board


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """One op. `dead_channels` are output channels whose weights are all zero; `kernels` is empty without a board."""

    name: str
    op: str
    source: str
    inputs: tuple[str, ...]
    output: str
    macs: int
    parameters: int
    zero_weights: int
    weights: int
    dead_channels: int
    out_channels: int
    kernels: tuple[Offer, ...]

    @property
    def chosen(self) -> Offer | None:
        """The kernel that a build takes; None without a board, and where none fits."""
        return next((offer for offer in self.kernels if offer.taken), None)


@dataclass(frozen=True, slots=True)
class Inspection:
    """A model for a board (or none). `unsupported` lists nodes without meaning, with reason and way out: then there are
    no layers. `plan`: what lies where in RAM and when, where that was asked for.
    """

    model: str
    board: str | None
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    layers: tuple[LayerFacts, ...]
    unsupported: tuple[tuple[str, str, str, str], ...]
    notes: tuple[str, ...]
    plan: Document | None = None

    @property
    def complete(self) -> bool:
        """True if every node has a meaning, and every op a kernel on the board."""
        return not self.unsupported and (self.board is None or all(layer.chosen for layer in self.layers))


def inspect(model: Path, board: Board | None, options: Options, memory: bool = False) -> Inspection:
    """The model after the exact passes. ModelError if the file is not valid; unsupported nodes are a result.

    `memory`: plan the arena, too, which needs a board.
    """
    try:
        loaded, context = prepare(model, load_recipe("float"), options, board=board)
    except UnsupportedOp as error:
        if not error.nodes:
            raise
        return Inspection(model.name, None if board is None else board.name, (), (), (), error.nodes, ())
    graph, goal = context.stages[-1], Goal(options.optimize)
    graph = separate_outputs(graph if board is None else encoded(graph, board, goal).graph)
    kernels = {} if board is None else offers(graph, board, goal)
    found = Inspection(
        model=model.name,
        board=None if board is None else board.name,
        inputs=tuple(f"{name}: {graph.types[name]}" for name in graph.fed),
        outputs=tuple(f"{name}: {graph.types[name]}" for name in graph.given),
        layers=tuple(layer_facts(graph, op, kernels.get(op.name, ())) for op in graph.ops),
        unsupported=(),
        notes=loaded.graph.notes,
    )
    if not memory or board is None or not found.complete:
        return found
    return replace(found, plan=_plan(model, board, options))


def _plan(model: Path, board: Board, options: Options) -> Document:
    """What lies where in RAM, and what would need less."""
    result = build(model, board, options=options)
    plan = plan_document(result.program)
    plan["memory"]["next_steps"] = [step.as_json() for step in next_steps(result, options, is_thorough=True)]
    return plan


def layer_facts(graph: Graph, op: Op, kernels: tuple[Offer, ...]) -> LayerFacts:
    """The facts of one op."""
    constants = [array for name in dict.fromkeys(op.reads) if (array := graph.constant(name)) is not None]
    weights = _weights(graph, op)
    dead, channels = _dead_channels(weights)
    return LayerFacts(
        name=op.name,
        op=op.kind,
        source=op.source,
        inputs=tuple(str(graph.types[name]) for name in op.reads if name not in graph.constants),
        output=str(graph.types[op.outputs[0]]),
        macs=graph.macs(op),
        parameters=sum(array.size for array in constants),
        zero_weights=0 if weights is None else int(weights.size - np.count_nonzero(weights)),
        weights=0 if weights is None else weights.size,
        dead_channels=dead,
        out_channels=channels,
        kernels=kernels,
    )


def as_json(found: Inspection) -> dict[str, Any]:
    """One JSON document."""
    return {
        "model": found.model,
        "board": found.board,
        "inputs": list(found.inputs),
        "outputs": list(found.outputs),
        "macs": sum(layer.macs for layer in found.layers),
        "parameters": sum(layer.parameters for layer in found.layers),
        "layers": [_layer_json(layer) for layer in found.layers],
        "unsupported": [
            {"node": name, "op": op, "reason": reason, "hint": hint} for name, op, reason, hint in found.unsupported
        ],
        "notes": list(found.notes),
        "plan": found.plan,
    }


def _layer_json(layer: LayerFacts) -> dict[str, Any]:
    return {
        "name": layer.name,
        "op": layer.op,
        "source": layer.source,
        "inputs": list(layer.inputs),
        "output": layer.output,
        "macs": layer.macs,
        "parameters": layer.parameters,
        "weights": layer.weights,
        "zero_weights": layer.zero_weights,
        "dead_channels": layer.dead_channels,
        "out_channels": layer.out_channels,
        "kernel": None if layer.chosen is None else layer.chosen.kernel,
        "candidates": [
            {
                "kernel": offer.kernel,
                "cycles": offer.cycles,
                "scratch": offer.scratch,
                "flash": offer.flash,
                "why": "" if offer.refused else offer.why,
                "refusal": offer.why if offer.refused else None,
            }
            for offer in layer.kernels
        ],
    }


def _weights(graph: Graph, op: Op) -> Array | None:
    """The constant that the operator multiplies with, output channels first; None if it has none."""
    slots = op.operator.slots
    index = slots.index("w") if "w" in slots else len(op.inputs)
    return graph.constant(op.inputs[index]) if index < len(op.inputs) else None


def _dead_channels(weights: Array | None) -> tuple[int, int]:
    if weights is None or weights.ndim < 2:
        return 0, 0
    rows = weights.reshape(len(weights), -1)
    return int(np.count_nonzero(~rows.any(axis=1))), len(rows)
