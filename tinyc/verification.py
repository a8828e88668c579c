"""What verifying found: every layer in all witnesses, which pairs of them agree, and the same as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tinyc.compare import Difference, Distance
from tinyc.ir.types import TensorType

IMPORT_BOUND = 1e-3
"""What the outputs of a float model may differ by from those of its ONNX file, relative to the greatest."""
IMPORTED = "imported = numpy"
NUMPY_HOST = "numpy = host"
HOST_BOARD = "host = board"
PAIRS = {IMPORTED: ("imported", "numpy"), NUMPY_HOST: ("numpy", "host"), HOST_BOARD: ("host", "board")}
"""The two witnesses of each."""
GATES = (NUMPY_HOST, HOST_BOARD)
"""The pairs that must agree; passes may change the meaning of the imported graph, which is reported only."""


@dataclass(frozen=True, slots=True)
class LayerCheck:
    """One layer's result in all witnesses. `call` is its number among the manifest's layers, of which those that leave
    no value whole in memory are not compared. `onnx` is None where the file has no tensor of this name, a pair is
    missing where one of the two did not run.
    """

    call: int
    name: str
    op: str
    kernel: str
    tensor: str
    kind: TensorType
    onnx: Distance | None = None
    pairs: Mapping[str, Difference] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return all(self.pairs[gate].holds(self.kind.dtype.is_float) for gate in GATES if gate in self.pairs)


@dataclass(frozen=True, slots=True)
class Verification:
    """`skipped` says which witness was left out and why; `data` where the samples came from.

    `import_error` is the largest relative difference between the outputs of the ONNX file and of the imported graph;
    None for quantised models, whose distance from the file is an accuracy and stands in the layers.
    """

    model: str
    board: str
    machine: str | None
    engine: str
    samples: int
    data: str
    layers: tuple[LayerCheck, ...]
    outputs: tuple[LayerCheck, ...]
    import_error: float | None
    skipped: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """True if every pair that must agree does, in every layer, and a float model means what its file means."""
        faithful = self.import_error is None or self.import_error <= IMPORT_BOUND
        return faithful and all(layer.holds for layer in self.layers)

    def pair(self, name: str) -> Difference | None:
        """All layers together; None if the pair was not compared."""
        found = [layer.pairs[name] for layer in self.layers if name in layer.pairs]
        total = Difference()
        for item in found:
            total |= item
        return total if found else None


def as_json(found: Verification) -> dict[str, Any]:
    """One JSON document: the statement, then the layers."""
    pairs = {name: found.pair(name) for name in PAIRS}
    return {
        "model": found.model,
        "board": found.board,
        "machine": found.machine,
        "onnx": found.engine,
        "samples": found.samples,
        "data": found.data,
        "equal": found.equal,
        "import_error": None if found.import_error is None else _finite(found.import_error),
        "bit_for_bit": [name for name, pair in pairs.items() if pair is not None and pair.equal],
        "max_relative": {name: None if pair is None else _finite(pair.relative) for name, pair in pairs.items()},
        "skipped": list(found.skipped),
        "layers": [_layer_json(layer) for layer in found.layers],
    }


def _layer_json(layer: LayerCheck) -> dict[str, Any]:
    onnx = layer.onnx
    return {
        "call": layer.call,
        "name": layer.name,
        "op": layer.op,
        "kernel": layer.kernel,
        "tensor": layer.tensor,
        "onnx_max_abs": None if onnx is None else onnx.max_abs,
        "onnx_max_steps": None if onnx is None else onnx.max_steps,
        "onnx_differing_rate": None if onnx is None else onnx.differing_rate,
        "pairs": {
            name: {"equal": pair.equal, "relative": _finite(pair.relative)} for name, pair in layer.pairs.items()
        },
        "holds": layer.holds,
    }


def _finite(value: float) -> float | str:
    return value if np.isfinite(value) else "infinite"
