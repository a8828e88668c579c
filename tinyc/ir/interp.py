"""Run a graph in numpy: the meaning that all generated C is held against."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinyc.errors import DataError
from tinyc.ir.graph import Graph
from tinyc.ir.types import Array


def interpret(graph: Graph, inputs: Mapping[str, Array]) -> dict[str, Array]:
    """Every value of the graph for one execution, by name, in logical shapes.

    `inputs` maps each graph input to an array of exactly its dtype and shape; DataError otherwise.
    """
    return interpret_on(graph, inputs, {})


def interpret_on(graph: Graph, inputs: Mapping[str, Array], held: Mapping[str, Array]) -> dict[str, Array]:
    """As `interpret`, but ops read the `held` values, where there are any, in place of those computed here."""
    values: dict[str, Array] = {name: blob.array for name, blob in graph.constants.items()}
    for name in graph.inputs:
        values[name] = _checked(graph, name, inputs)
    for op in graph.ops:
        arrays = tuple(None if name is None else held.get(name, values[name]) for name in op.inputs)
        with np.errstate(all="ignore"):
            results = op.operator.evaluate(arrays, graph.in_types(op), graph.out_types(op))
        for name, result in zip(op.outputs, results, strict=True):
            declared = graph.types[name]
            assert result.shape == declared.shape, f"{op.name}: {name} is {result.shape}, type says {declared}"
            assert result.dtype == declared.dtype.numpy, f"{op.name}: {name} is {result.dtype}, type says {declared}"
            values[name] = result
    return values


class Stepper:
    """Executions one after another: the states of the graph go from each to the next.

    `states` holds the values before the next execution, at first those that `initial_states` gives.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.states = initial_states(graph)

    def step(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """As `interpret`, for inputs that are no states."""
        values = interpret(self.graph, {**inputs, **self.states})
        self.states = {name: values[output] for name, output in self.graph.states}
        return values


def initial_states(graph: Graph) -> dict[str, Array]:
    """Real 0 in every state: the zero point where it is quantised."""
    return {name: graph.types[name].zeros() for name, _ in graph.states}


def _checked(graph: Graph, name: str, inputs: Mapping[str, Array]) -> Array:
    if name not in inputs:
        raise DataError(f'input "{name}" is missing; given are {", ".join(inputs) or "none"}')
    array, declared = np.asarray(inputs[name]), graph.types[name]
    if array.shape != declared.shape or array.dtype != declared.dtype.numpy:
        raise DataError(f'input "{name}": data is {array.dtype}{list(array.shape)}, the model takes {declared}')
    return array
