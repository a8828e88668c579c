"""A number looked up in a table of keys: ai.onnx.ml LabelEncoder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.cast import Cast
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.ml_scores import ML, meanings, texts


@dataclass(frozen=True, slots=True)
class LabelEncode(Operator):
    """y = values[k] for the first k with keys[k] = x, else the last of `values`; a NaN key is found by NaN.

    x float32 or int64 of any shape; keys [K] in the format of x; values [K + 1] of any format, which y has as well.
    """

    kind: ClassVar[str] = "label_encode"
    slots: ClassVar[tuple[str, ...]] = ("x", "keys", "values")

    @property
    def follows_layout(self) -> bool:
        return False

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x, keys, values = inputs
        assert x is not None and keys is not None and values is not None
        if x.dtype is not keys.dtype or values.elements != keys.elements + 1:
            raise GraphError(f"label_encode: {x}, keys {keys} and values {values} do not go together")
        return (TensorType(values.dtype, x.shape),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, keys, values = inputs
        assert x is not None and keys is not None and values is not None
        column = x[..., np.newaxis]
        found = (column == keys) | ((column != column) & (keys != keys))
        ever = np.concatenate([found, np.ones((*x.shape, 1), np.bool_)], axis=-1)
        return (values[ever.argmax(axis=-1)],)


@from_onnx("LabelEncoder", domain=ML)
def label_encoder(node: Node, b: Builder) -> None:
    """Integer and float keys; values that are strings become their places in the table, with a note."""
    x = b.number(0)
    is_float = b.type_of(x).dtype.is_float
    keys = _given(node, "keys", "floats" if is_float else "int64s")
    if keys is None:
        raise UnsupportedOp("keys are strings, or not of the input's format", hint="give the model numbers")
    values, default = _values(node, b)
    if keys.size != values.size:
        raise UnsupportedOp(f"{keys.size} keys, but {values.size} values")
    wide = x if is_float or b.type_of(x).dtype is DType.S64 else b.emit(Cast(DType.S64), x)
    stem, table = node.outputs[0], np.array([*values.tolist(), default], values.dtype)
    keys = keys.astype(np.float32 if is_float else np.int64)
    b.result(LabelEncode(), wide, b.add_constant(f"{stem}.keys", keys), b.add_constant(f"{stem}.values", table))


def _values(node: Node, b: Builder) -> tuple[Array, object]:
    """The values and what stands for an unknown key."""
    strings = texts(node, "values_strings")
    if strings:
        distinct = list(dict.fromkeys([*strings, node.string("default_string", "_Unused")]))
        b.draft.notes.append(f"{node.outputs[0]} is an index: {meanings(distinct)}")
        return np.array([distinct.index(text) for text in strings], np.int64), distinct.index(distinct[-1])
    given = node.attributes.get("default_tensor")
    for suffix, default in (("int64s", node.int("default_int64", -1)), ("floats", node.float("default_float", -0.0))):
        found = _given(node, "values", suffix)
        if found is not None:
            return found, default if given is None else np.asarray(given).reshape(-1)[0]
    raise UnsupportedOp("it has no values that are numbers or strings")


def _given(node: Node, what: str, suffix: str) -> Array | None:
    """keys or values as `keys_int64s`, or as the tensor `keys_tensor` of such a format."""
    found = node.attributes.get(f"{what}_{suffix}")
    tensor = node.attributes.get(f"{what}_tensor")
    if found is None and isinstance(tensor, np.ndarray) and (tensor.dtype.kind == "f") == (suffix == "floats"):
        return tensor.reshape(-1)
    dtype = np.float32 if suffix == "floats" else np.int64
    return None if found is None else np.array(found, dtype).reshape(-1)
