"""How an ONNX node becomes ops of the graph: a neutral view of the node, a builder, a registry of converters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from tinyc.errors import UnsupportedOp
from tinyc.ir.blobs import Blob
from tinyc.ir.graph import Draft, Op, Operator
from tinyc.ir.types import Array, DType, Quant, TensorType
from tinyc.ops.quantize import Plain

Attribute: TypeAlias = int | float | str | bytes | Array | tuple[int, ...] | tuple[float, ...] | tuple[str, ...]
Converter: TypeAlias = Callable[["Node", "Builder"], None]

MAX_ELEMENTS = 2**24
"""A tensor with more elements cannot be meant for a microcontroller; refusing it keeps memory bounded."""

CONVERTERS: dict[tuple[str, str], Converter] = {}


def from_onnx(*op_types: str, domain: str = "") -> Callable[[Converter], Converter]:
    """Register a function as the converter of ONNX operators; domain "" is ai.onnx."""

    def register(converter: Converter) -> Converter:
        for op_type in op_types:
            assert (domain, op_type) not in CONVERTERS, f"two converters for {domain}.{op_type}"
            CONVERTERS[domain, op_type] = converter
        return converter

    return register


@dataclass(frozen=True, slots=True)
class Node:
    """One ONNX node. Missing optional inputs are None; outputs that nobody named are "" .

    `read` holds the names that some node or the model's outputs read; None where that is not known.
    """

    op_type: str
    domain: str
    name: str
    inputs: tuple[str | None, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Attribute]
    opset: int
    read: frozenset[str] | None = None

    def wants(self, output: int) -> bool:
        """True if the output has a name that somebody reads."""
        name = self.outputs[output] if output < len(self.outputs) else ""
        return name != "" and (self.read is None or name in self.read)

    def input(self, index: int) -> str | None:
        return self.inputs[index] if index < len(self.inputs) else None

    def ints(self, name: str, default: Sequence[int] | None = None) -> tuple[int, ...] | None:
        value = self.attributes.get(name, default)
        return None if value is None else tuple(int(item) for item in value)  # type: ignore[union-attr]

    def int(self, name: str, default: int = 0) -> int:
        return int(self.attributes.get(name, default))  # type: ignore[arg-type]

    def float(self, name: str, default: float = 0.0) -> float:
        return float(np.float32(self.attributes.get(name, default)))  # type: ignore[arg-type]

    def string(self, name: str, default: str = "") -> str:
        value = self.attributes.get(name, default)
        return value.decode() if isinstance(value, bytes) else str(value)


@dataclass(slots=True)
class Builder:
    """Adds ops to a draft on behalf of one node after another. Ops on constants are computed at once.

    `values` maps the model's tensor names to values of the draft.
    """

    draft: Draft
    values: dict[str, str] = field(default_factory=dict)
    node: Node | None = None
    _counts: dict[str, int] = field(default_factory=dict)

    def value(self, index: int) -> str:
        """The value read by the current node's input; UnsupportedOp if it is missing."""
        name = self.optional(index)
        if name is None:
            raise UnsupportedOp(f"input {index} is missing", hint="the operator needs it; export the model again")
        return name

    def optional(self, index: int) -> str | None:
        assert self.node is not None
        name = self.node.input(index)
        return None if name is None else self.values[name]

    def number(self, index: int) -> str:
        """The same for operators that look at numbers: of a quantised tensor its integers, which lose their scale."""
        name = self.value(index)
        return name if self.type_of(name).quant is None else self.emit(Plain(), name)

    def type_of(self, value: str) -> TensorType:
        return self.draft.types[value]

    def constant(self, index: int, what: str) -> Array:
        """The array of an input that must be known at compile time; UnsupportedOp otherwise."""
        name = self.optional(index)
        blob = None if name is None else self.draft.constants.get(name)
        if blob is None:
            raise UnsupportedOp(
                f"{what} must be a constant, but is computed at run time",
                hint="export with static shapes, or fold constants first (onnxsim, the exporter's own option)",
            )
        return blob.array

    def optional_constant(self, index: int, what: str) -> Array | None:
        return None if self.optional(index) is None else self.constant(index, what)

    def add_constant(self, stem: str, array: Array, quant: Quant | None = None) -> str:
        dtype = DType.of(array.dtype)
        return self.draft.add_constant(stem, array, TensorType(dtype, array.shape, quant=quant))

    def emit(self, operator: Operator, *inputs: str | None, stem: str = "") -> str:
        """Add an op with one output between others of this node; returns the new value's name."""
        assert self.node is not None
        stem = stem or f"{self.node.outputs[0]}.{operator.kind}"
        return self._add(operator, inputs, (self.draft.fresh(stem),))[0]

    def emit_all(self, operator: Operator, *inputs: str | None) -> tuple[str, ...]:
        """The same for an op with several outputs: the names of all of them."""
        assert self.node is not None
        types = tuple(None if name is None else self.draft.types[name] for name in inputs)
        stem = f"{self.node.outputs[0]}.{operator.kind}"
        names = tuple(self.draft.fresh(f"{stem}{index}") for index in range(len(operator.infer(types))))
        return self._add(operator, inputs, names)

    def result(
        self, operator: Operator, *inputs: str | None, quant: Quant | None = None, only: Sequence[int] | None = None
    ) -> None:
        """Add the op whose outputs are the current node's outputs; they keep the names of the model.

        `only`: the op has those of the node's outputs alone that have these numbers.
        """
        assert self.node is not None
        outputs = self.node.outputs
        if only is not None:
            outputs = tuple(outputs[index] if index < len(outputs) else "" for index in only)
        stem = next((name for name in self.node.outputs if name), self.node.op_type)
        names = tuple(self.draft.fresh(name or f"{stem}.unused{index}") for index, name in enumerate(outputs))
        self.values.update(zip(outputs, self._add(operator, inputs, names, quant), strict=True))

    def alias(self, value: str, output: int = 0) -> None:
        """The node's output is this value itself (Identity, Dropout, folded nodes)."""
        assert self.node is not None
        self.values[self.node.outputs[output]] = value

    def _add(
        self, operator: Operator, inputs: Sequence[str | None], names: tuple[str, ...], quant: Quant | None = None
    ) -> tuple[str, ...]:
        types = tuple(None if name is None else self.draft.types[name] for name in inputs)
        out_types = operator.infer(types)[: len(names)]
        if quant is not None:
            out_types = tuple(kind.with_quant(kind.dtype, quant) for kind in out_types)
        for kind in out_types:
            if kind.elements > MAX_ELEMENTS:
                raise UnsupportedOp(f"its result {kind} has {kind.elements} elements; no microcontroller holds that")
        self.draft.types.update(zip(names, out_types, strict=True))
        arrays = tuple(None if name is None else self._array(name) for name in inputs)
        if operator.folds_eagerly and all(
            name is None or array is not None for name, array in zip(inputs, arrays, strict=True)
        ):
            with np.errstate(all="ignore"):
                results = operator.evaluate(arrays, types, out_types)
            self.draft.constants.update((name, Blob(array)) for name, array in zip(names, results, strict=False))
        else:
            assert self.node is not None
            self.draft.ops.append(Op(self._number(operator.kind), operator, tuple(inputs), names, self.node.name))
        return names

    def _array(self, name: str) -> Array | None:
        blob = self.draft.constants.get(name)
        return None if blob is None else blob.array

    def _number(self, kind: str) -> str:
        number = self._counts.get(kind, 0)
        self._counts[kind] = number + 1
        return f"{kind}_{number}"
