"""How the scripts of this folder keep a model, and inputs with the outputs that they lead to."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import onnx

Array: TypeAlias = np.ndarray[Any, Any]
HERE = Path(__file__).resolve().parent


def keep(name: str, model: onnx.ModelProto) -> None:
    """Write NAME.onnx. Notes on where the exporter's source code lies are dropped: they name folders."""
    for node in _nodes(model):
        node.doc_string = ""
        del node.metadata_props[:]
    for value in (*model.graph.value_info, *model.graph.input, *model.graph.output):
        del value.metadata_props[:]
    del model.graph.metadata_props[:]
    del model.metadata_props[:]
    onnx.save(model, HERE / f"{name}.onnx")
    say(f"{name}: {(HERE / f'{name}.onnx').stat().st_size} bytes")


def keep_samples(name: str, inputs: Sequence[Array], outputs: Sequence[Array]) -> None:
    """Write NAME.npz: arrays in0, in1, ... and out0, out1, ..., in the model's order."""
    arrays = {f"in{index}": array for index, array in enumerate(inputs)}
    arrays |= {f"out{index}": array for index, array in enumerate(outputs)}
    np.savez_compressed(HERE / f"{name}.npz", **arrays)  # type: ignore[arg-type]


def say(line: str) -> None:
    """A line for whoever runs the script."""
    sys.stdout.write(f"{line}\n")


def _nodes(model: onnx.ModelProto) -> list[onnx.NodeProto]:
    return [*model.graph.node, *(node for function in model.functions for node in function.node)]
