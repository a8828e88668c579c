"""Writes a graph in text form: what `tinyc.ir.text` reads back."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tinyc.ir.attributes import attribute_texts
from tinyc.ir.blobs import Blob
from tinyc.ir.constant_text import constant_text
from tinyc.ir.graph import Graph, Op
from tinyc.ir.literals import float_text, name_text
from tinyc.ir.types import DENSE, Layout, Quant, TensorType


def to_text(graph: Graph, spelled: Mapping[Blob, str] | None = None) -> str:
    """The graph in text form, equal for equal graphs. `spelled` gives some constants a text of their own.

    A verified graph without unused types reads back as itself.
    """
    lines = [f"graph {name_text(graph.name)}", ""]
    lines += [f"input {name_text(name)}: {type_text(graph.types[name])}" for name in graph.inputs]
    for name in _constants_by_use(graph):
        blob = graph.constants[name]
        data = (spelled or {}).get(blob) or constant_text(blob.array)
        lines.append(f"const {name_text(name)}: {type_text(graph.types[name])} = {data}")
    lines += ["", *(_op_text(graph, op) for op in graph.ops), ""]
    if graph.outputs:
        lines.append(f"output {', '.join(map(name_text, graph.outputs))}")
    lines += [f"state {name_text(name)} = {name_text(output)}" for name, output in graph.states]
    lines += [f"note {json.dumps(note)}" for note in graph.notes]
    return "\n".join(lines).replace("\n\n\n", "\n\n").rstrip("\n") + "\n"


def type_text(declared: TensorType) -> str:
    """One type: format and shape, then layout, quantisation and storage where they are not the plain ones."""
    text = f"{declared.dtype.value}[{','.join(map(str, declared.shape))}]"
    if declared.layout is not Layout.LINEAR:
        text += f" in {declared.layout.value}"
    if declared.quant is not None:
        text += f" {_quant_text(declared.quant)}"
    if declared.encoding != DENSE:
        parameters = ", ".join(f"{name}={value}" for name, value in declared.encoding.parameters)
        text += f" stored {declared.encoding.name}" + (f"({parameters})" if parameters else "")
    return text


def _quant_text(quant: Quant) -> str:
    single = len(quant.scale) == 1 and quant.axis is None
    scales = [float_text(scale) for scale in quant.scale]
    zero_points = [str(zero_point) for zero_point in quant.zero_point]
    alike = len(set(zero_points)) == 1 and len(zero_points) == len(scales)
    scale = scales[0] if single else f"[{', '.join(scales)}]"
    zero_point = zero_points[0] if alike else f"[{', '.join(zero_points)}]"
    axis = "" if quant.axis is None else f", axis={quant.axis}"
    blocks = f", blocks=[{', '.join(map(str, quant.blocks))}]" if quant.blocks else ""
    return f"quant({scale}, {zero_point}{axis}{blocks})"


def _constants_by_use(graph: Graph) -> list[str]:
    reads = [name for op in graph.ops for name in op.reads if name in graph.constants]
    return list(dict.fromkeys([*reads, *sorted(graph.constants)]))


def _op_text(graph: Graph, op: Op) -> str:
    results = ", ".join(f"{name_text(name)}: {type_text(graph.types[name])}" for name in op.outputs)
    operands = ["_" if name is None else name_text(name) for name in op.inputs]
    source = f" from {json.dumps(op.source)}" if op.source else ""
    call = f"{op.kind}({', '.join([*operands, *attribute_texts(op.operator)])})"
    return f"{results} = {call} as {name_text(op.name)}{source}"
