"""What each pass of a build did: bytes of every layer, the error it brought, and estimated cycles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from math import isfinite
from typing import Any

import numpy as np

from tinyc.calibration.calibration import Calibration
from tinyc.driver import BuildResult
from tinyc.errors import TinycError
from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import Array
from tinyc.lower.select import priced
from tinyc.passes.assign_layout import AssignLayout
from tinyc.passes.base import PassContext
from tinyc.scores import sqnr_db

SAMPLES = 8
"""Of the calibration data, on which errors at the model's output are measured."""


@dataclass(frozen=True, slots=True)
class LayerEffect:
    """One layer before and after a pass: stored bytes of its constants, signal over error of its weights in decibels
    (None where they are equal or have another shape).
    """

    layer: str
    bytes_before: int
    bytes_after: int
    sqnr_db: float | None


@dataclass(frozen=True, slots=True)
class PassEffect:
    """One pass. `sqnr_db`: signal over the error that it brings at the model's first output, `total_sqnr_db` over that
    of all passes so far; None where nothing differs or no calibration data was given. `cycles_*`: sums of the
    estimates of the kernels chosen for the graph, None where an op has none. `layers`: those that changed.
    """

    sqnr_db: float | None = None
    total_sqnr_db: float | None = None
    cycles_before: int | None = None
    cycles_after: int | None = None
    layers: tuple[LayerEffect, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def pass_effects(result: BuildResult, calibration: Calibration | None) -> tuple[PassEffect, ...]:
    """One for each note of the build, in order. Cost: one choice of kernels for each pass that changed something, and
    SAMPLES runs of its graph in numpy if there is calibration data.
    """
    found: list[PassEffect] = []
    before = result.imported
    first = outputs = _outputs(before, calibration)
    cycles = _cycles(result, before)
    for after in result.stages:
        if after is before:
            found.append(PassEffect(cycles_before=cycles, cycles_after=cycles))
            continue
        old_outputs, old_cycles = outputs, cycles
        same_inputs = all(after.types.get(name) == result.imported.types[name] for name in result.imported.inputs)
        outputs = _outputs(after, calibration) if same_inputs else outputs
        cycles = _cycles(result, after)
        found.append(
            PassEffect(_error(old_outputs, outputs), _error(first, outputs), old_cycles, cycles, _layers(before, after))
        )
        before = after
    return tuple(found)


def _outputs(graph: Graph, calibration: Calibration | None) -> Array | None:
    """The first output, real values [N, ...], of the first samples."""
    if calibration is None or calibration.count == 0:
        return None
    few = Calibration(lambda: islice(calibration.samples(), SAMPLES), min(SAMPLES, calibration.count))
    name = graph.given[0]
    return np.stack([graph.types[name].real(values[name]) for values in few.runs(graph, "effects of passes")])


def _error(wanted: Array | None, got: Array | None) -> float | None:
    if wanted is None or got is None or wanted.shape != got.shape:
        return None
    return sqnr_db(wanted, got)


def _cycles(result: BuildResult, graph: Graph) -> int | None:
    """Estimated for one inference as if this graph were lowered."""
    try:
        laid_out = AssignLayout().run(graph, PassContext())
    except TinycError:
        return None
    cycles = priced(result.board, result.goal)(laid_out)
    return round(cycles) if isfinite(cycles) else None


def _layers(before: Graph, after: Graph) -> tuple[LayerEffect, ...]:
    old: Mapping[str, Op] = {op.name: op for op in before.ops}
    pairs = [(old[op.name], op) for op in after.ops if op.name in old]
    found = (_layer(before, one, after, other) for one, other in pairs)
    return tuple(effect for effect in found if effect is not None)


def _layer(before: Graph, old: Op, after: Graph, new: Op) -> LayerEffect | None:
    sizes = (_stored(before, old), _stored(after, new))
    error = _weight_error(_weights(before, old), _weights(after, new))
    if sizes[0] == sizes[1] and error is None:
        return None
    return LayerEffect(new.name, *sizes, error)


def _stored(graph: Graph, op: Op) -> int:
    return sum(graph.types[name].stored_bytes for name in sorted(set(op.reads) & graph.constants.keys()))


def _weights(graph: Graph, op: Op) -> Array | None:
    """Real values of slot w, if it is constant."""
    slots: Sequence[str] = op.operator.slots
    name = op.inputs[slots.index("w")] if "w" in slots and slots.index("w") < len(op.inputs) else None
    if name is None or name not in graph.constants:
        return None
    array = graph.constant(name)
    assert array is not None
    return graph.types[name].real(array)


def _weight_error(old: Array | None, new: Array | None) -> float | None:
    if old is None or new is None or old.shape != new.shape:
        return None
    return sqnr_db(old, new)
