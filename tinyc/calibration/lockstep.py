"""All samples at once, op after op: each layer can be changed when its inputs are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

import numpy as np

from tinyc.calibration.calibration import Calibration
from tinyc.ir.blobs import Blob
from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import Array, TensorType


def first_samples(calibration: Calibration, count: int) -> Calibration:
    """At most `count` of the samples."""
    kept = min(count, calibration.count)
    return replace(calibration, samples=lambda: islice(calibration.samples(), kept), count=kept)


def starts(graph: Graph, data: Calibration) -> list[dict[str, Array]]:
    """Values of the graph's inputs for each sample; states as the graph leaves them."""
    return [{name: values[name] for name in graph.inputs} for values in _fed(graph, data)]


def _fed(graph: Graph, data: Calibration) -> Iterator[Mapping[str, Array]]:
    return data.runs(graph, "states") if graph.states else iter(data.samples())


def run_op(
    op: Op, types: Mapping[str, TensorType], constants: Mapping[str, Blob], samples: list[dict[str, Array]]
) -> None:
    """Put the op's results beside its inputs in every sample."""
    in_types = tuple(None if name is None else types[name] for name in op.inputs)
    out_types = tuple(types[name] for name in op.outputs)
    known = {name: constants[name].array for name in op.reads if name in constants}
    for values in samples:
        arrays = tuple(None if name is None else known[name] if name in known else values[name] for name in op.inputs)
        with np.errstate(all="ignore"):
            values.update(zip(op.outputs, op.operator.evaluate(arrays, in_types, out_types), strict=True))


def drop(names: set[str], samples: list[dict[str, Array]]) -> None:
    """Forget values that nobody reads any more."""
    for values in samples:
        for name in names & values.keys():
            del values[name]
