"""ModelProto to Graph: initialisers become constants, each node goes to its converter, errors are gathered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

import tinyc.ops  # noqa: F401  registers the converters
from tinyc.errors import GraphError, ModelError, UnsupportedOp
from tinyc.frontend.control_flow import import_if
from tinyc.frontend.foreign import MALFORMED, first_line, onnx_step
from tinyc.frontend.output_names import name_outputs
from tinyc.frontend.ways_out import qualified, reason_unknown, way_out
from tinyc.ir.graph import Draft, Graph
from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.importing import CONVERTERS, Attribute, Builder, Converter, Node
from tinyc.ops.ml_scores import meanings
from tinyc.ops.quantize import Recentre

_EXPORT_AGAIN = "the file contradicts itself; export the model again"

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto

def to_graph(model: ModelProto, name: str) -> Graph:
    """The graph of a checked model with static shapes. UnsupportedOp lists every node that has no meaning here."""
    builder = Builder(Draft(name))
    opsets = {o.domain if o.domain != "ai.onnx" else "": o.version for o in model.opset_import}
    importer = _Importer(builder, opsets, frozenset(_names_read(model.graph)))
    importer.constants(model.graph)
    _add_inputs(builder, model.graph)
    importer.nodes(model.graph)
    if importer.problems:
        raise _all_unsupported(importer.problems)
    _refuse_broken_weights(builder.draft)
    outputs = [_output(builder, output) for output in model.graph.output]
    name_outputs(builder.draft, outputs, [output.name for output in model.graph.output])
    return builder.draft.freeze()


@dataclass(slots=True)
class _Importer:
    """Walks the nodes of the model's graph and of the branches in it. `read` holds all names that anything reads,
    `unread` the number formats of constants that the IR cannot hold.
    """

    builder: Builder
    opsets: dict[str, int]
    read: frozenset[str]
    problems: list[tuple[Node, UnsupportedOp]] = field(default_factory=list)
    unread: dict[str, int] = field(default_factory=dict)

    def constants(self, graph: GraphProto) -> None:
        _add_constants(self.builder, graph.initializer)
        _add_names(self.builder, graph)
        self.unread |= {t.name: t.data_type for t in graph.initializer if t.name not in self.builder.values}

    def branch(self, graph: GraphProto) -> None:
        self.constants(graph)
        self.nodes(graph)

    def nodes(self, graph: GraphProto) -> None:
        for proto in graph.node:
            node = replace(_node(proto, self.opsets), read=self.read)
            strange = next((name for name in node.inputs if name in self.unread), None)
            if strange is not None:
                number = _format_name(self.unread[strange])
                reason = f'constant "{strange}" has number format {number}, which is not supported'
                self.problems.append((node, UnsupportedOp(reason)))
            elif all(item is None or item in self.builder.values for item in node.inputs):
                self._convert(node, proto)
            elif (node.domain, node.op_type) not in CONVERTERS:
                self.problems.append((node, UnsupportedOp(reason_unknown(node))))

    def _convert(self, node: Node, proto: NodeProto) -> None:
        self.builder.node = node
        try:
            if (node.domain, node.op_type) == ("", "If"):
                import_if(self.builder, node, proto, self.branch)
            else:
                _converter(node)(node, self.builder)
        except UnsupportedOp as error:
            self.problems.append((node, error))
        except MALFORMED as error:
            reason = f"its attributes and inputs do not go together: {first_line(error)}"
            self.problems.append((node, UnsupportedOp(reason)))
        except GraphError as error:
            self.problems.append((node, UnsupportedOp(error.reason, hint=error.hint)))
        except ModelError as error:
            raise ModelError(f"{_place(node)}: {error.reason}", hint=error.hint or _EXPORT_AGAIN) from error


def _converter(node: Node) -> Converter:
    converter = CONVERTERS.get((node.domain, node.op_type))
    if converter is None:
        raise UnsupportedOp(reason_unknown(node))
    return converter


def _names_read(graph: GraphProto) -> Iterable[str]:
    """Names that a node reads or that are outputs, in the graph and in the graphs that nodes hold."""
    yield from (output.name for output in graph.output)
    for node in graph.node:
        yield from node.input
        for attribute in node.attribute:
            yield from _names_read(attribute.g)
            for inner in attribute.graphs:
                yield from _names_read(inner)


def _refuse_broken_weights(draft: Draft) -> None:
    """ModelError if weights or biases hold NaN or Inf."""
    for op in draft.ops:
        for slot, name in zip(op.operator.slots, op.inputs, strict=False):
            blob = draft.constants.get(name or "")
            weights = "w" in op.operator.slots and slot in ("w", "b")
            if weights and blob is not None and not np.isfinite(blob.array).all():
                bad = "NaN" if np.isnan(blob.array).any() else "Inf"
                raise ModelError(
                    f'constant "{name}" of node "{op.source or op.name}" holds {bad}',
                    hint="the training has diverged; export a good checkpoint",
                )


def _output(builder: Builder, declared: ValueInfoProto) -> str:
    """The value of a declared output; uint8 outputs, which are int8 inside, get their format back."""
    value = builder.values[declared.name]
    dtype = _dtype_of(declared.type.tensor_type.elem_type)
    kind = builder.draft.types[value]
    if dtype is DType.U8 and kind.dtype is DType.S8 and kind.quant is not None:
        quant = replace(kind.quant, zero_point=tuple(zero + 128 for zero in kind.quant.zero_point))
        builder.node = Node("Recentre", "", f"{declared.name}.format", (), (declared.name,), {}, 1)
        return builder.emit(Recentre(DType.U8, quant), value, stem=f"{declared.name}.uint8")
    return value


def _all_unsupported(problems: Iterable[tuple[Node, UnsupportedOp]]) -> UnsupportedOp:
    nodes, lines = [], []
    for node, error in problems:
        hint = error.hint or way_out(node)
        nodes.append((node.name or node.outputs[0], qualified(node), error.reason, hint))
        lines.append(f"{_place(node)}: {error.reason}")
    text = lines[0]
    if len(lines) > 1:
        text = f"{len(lines)} nodes are not supported:\n" + "\n".join(f"  {line}" for line in lines)
    return UnsupportedOp(text, hint="; ".join(dict.fromkeys(hint for *_, hint in nodes)), nodes=nodes)


def _place(node: Node) -> str:
    return f'node "{node.name or node.outputs[0]}" ({qualified(node)})'


def _add_constants(builder: Builder, tensors: Iterable[TensorProto]) -> None:
    for tensor in tensors:
        array = tensor_array(tensor)
        if array is not None:
            builder.values[tensor.name] = builder.add_constant(tensor.name, array)


def _add_names(builder: Builder, graph: GraphProto) -> None:
    """Lists of strings that only serve to be picked from, such as names of classes, become indices, with a note."""
    for tensor in graph.initializer:
        reading = [node for node in graph.node if tensor.name in node.input]
        readers = [(node.op_type, list(node.input).index(tensor.name)) for node in reading]
        picked = all(reader in (("Gather", 0), ("ArrayFeatureExtractor", 0)) for reader in readers)
        if tensor.name in builder.values or len(tensor.dims) != 1 or not tensor.string_data or not picked:
            continue
        names = [text.decode(errors="replace") for text in tensor.string_data]
        builder.values[tensor.name] = builder.add_constant(tensor.name, np.arange(len(names), dtype=np.int64))
        builder.draft.notes.append(f"{tensor.name} holds indices in place of strings: {meanings(names)}")


def _add_inputs(builder: Builder, graph: GraphProto) -> None:
    for value in graph.input:
        if value.name in builder.values:
            continue
        tensor = value.type.tensor_type
        dtype = _dtype_of(tensor.elem_type)
        if dtype is None:
            raise ModelError(
                f'input "{value.name}": number format {_format_name(tensor.elem_type)} is not supported',
                hint=f"export with an input of {', '.join(sorted(_KNOWN))}; a Cast in the model can follow",
            )
        shape = tuple(dim.dim_value for dim in tensor.shape.dim)
        builder.draft.types[value.name] = TensorType(dtype, shape)
        builder.draft.inputs.append(value.name)
        builder.values[value.name] = value.name


def tensor_array(tensor: TensorProto) -> Array | None:
    """The data in a format that the IR has; float64 and float16 become float32. None for strings and 4-bit types."""
    from onnx import numpy_helper

    with onnx_step(f'tensor "{tensor.name}" is damaged', "export the model again"):
        array = numpy_helper.to_array(tensor)
    if array.dtype.name in ("float64", "float16", "bfloat16"):
        array = array.astype(np.float32)
    if array.dtype.name in ("uint16", "uint32"):
        array = array.astype(np.int64)
    if array.dtype.kind not in "fiub" or array.dtype.name not in _KNOWN:
        return None
    return np.asarray(array)


_KNOWN = frozenset(dtype.numpy.name for dtype in DType)


def _dtype_of(elem_type: int) -> DType | None:
    from onnx import helper

    try:
        name = helper.tensor_dtype_to_np_dtype(elem_type).name
    except (KeyError, TypeError, ValueError):
        return None
    return DType.of(name) if name in _KNOWN else None


def _format_name(elem_type: int) -> str:
    from onnx import TensorProto

    return str(TensorProto.DataType.Name(elem_type)) if elem_type in TensorProto.DataType.values() else str(elem_type)


def _node(proto: NodeProto, opsets: dict[str, int]) -> Node:
    domain = "" if proto.domain == "ai.onnx" else proto.domain
    return Node(
        op_type=proto.op_type,
        domain=domain,
        name=proto.name,
        inputs=tuple(name or None for name in proto.input),
        outputs=tuple(proto.output),
        attributes=_attributes(proto),
        opset=opsets.get(domain, 1),
    )


def _attributes(proto: NodeProto) -> dict[str, Attribute]:
    from onnx import AttributeProto, helper

    found: dict[str, Attribute] = {}
    for attribute in proto.attribute:
        value = helper.get_attribute_value(attribute)
        if attribute.type == AttributeProto.TENSOR:
            array = tensor_array(value)
            if array is not None:
                found[attribute.name] = array
        elif attribute.type in (AttributeProto.FLOATS, AttributeProto.INTS, AttributeProto.STRINGS):
            found[attribute.name] = tuple(value)
        elif attribute.type in (AttributeProto.FLOAT, AttributeProto.INT, AttributeProto.STRING):
            found[attribute.name] = value
    return found
