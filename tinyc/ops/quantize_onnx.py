"""ONNX QuantizeLinear and DequantizeLinear. uint8 becomes int8 by moving values and zero points by 128: exact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tinyc.errors import ModelError, UnsupportedOp
from tinyc.ir.types import Array, DType, Quant, TensorType
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.quantize import Dequantize, Quantize, Recentre, Reinterpret, recentred

UINT8_SHIFT = 128
TYPE_NUMBERS = {0: "uint8", 2: "uint8", 3: "int8"}
"""`output_dtype` of QuantizeLinear, as TensorProto numbers it; 0 is "that of the zero point"."""


@from_onnx("QuantizeLinear")
def quantize_linear(node: Node, b: Builder) -> None:
    x = b.type_of(b.value(0))
    if not x.dtype.is_float:
        raise UnsupportedOp(f"the input is {x.dtype.value}; tinyc quantises float32")
    number = node.int("output_dtype")
    zero_points = b.optional_constant(2, "zero point")
    stored = zero_points.dtype.name if zero_points is not None else TYPE_NUMBERS.get(number, f"ONNX type {number}")
    _accept(stored, "uint8", "int8")
    b.result(Quantize(DType.S8, _quant(node, b, x, stored, zero_points)), b.value(0))


@from_onnx("DequantizeLinear")
def dequantize_linear(node: Node, b: Builder) -> None:
    value = b.value(0)
    x = b.type_of(value)
    zero_points = b.optional_constant(2, "zero point")
    stored = zero_points.dtype.name if zero_points is not None else _stored(b, value)
    _accept(stored, "uint8", "int8", "int32")
    quant = _quant(node, b, x, stored, zero_points)
    b.result(Dequantize(), _read_as(b, value, x, quant))


def _stored(b: Builder, value: str) -> str:
    """Format that the model declares for a quantised value without zero point: uint8 is int8 here once computed."""
    x = b.type_of(value)
    made_unsigned = x.dtype is DType.S8 and x.quant is not None and x.quant.zero_point[0] == -UINT8_SHIFT
    return "uint8" if made_unsigned else x.dtype.numpy.name


def _accept(stored: str, *accepted: str) -> None:
    if stored not in accepted:
        raise UnsupportedOp(
            f"quantised {stored} is not supported; accepted are {', '.join(accepted)}",
            hint="quantise activations and weights to int8 or uint8",
        )


def _quant(node: Node, b: Builder, x: TensorType, stored: str, zero_points: Array | None) -> Quant:
    """Scale and zero point of the int8 (or int32) reading, per tensor or along the node's axis."""
    if node.int("block_size"):
        raise UnsupportedOp("block_size: blocks are not supported", hint="quantise per tensor or per axis")
    scales = b.constant(1, "scale").astype(np.float32)
    if not np.all((scales > 0) & np.isfinite(scales)):
        raise ModelError("a quantisation scale is not a positive number")
    shift = UINT8_SHIFT if stored == "uint8" else 0
    points = np.zeros(scales.shape, np.int64) if zero_points is None else zero_points.astype(np.int64)
    if points.size != scales.size:
        raise ModelError(f"{scales.size} scales, but {points.size} zero points")
    entries = tuple(float(s) for s in scales.reshape(-1)), tuple(int(p) - shift for p in points.reshape(-1))
    if scales.size == 1:
        return Quant(*entries)
    axis = node.int("axis", 1) % max(x.rank, 1)
    if scales.ndim != 1 or x.shape[axis] != scales.size:
        raise ModelError(f"{scales.size} scales along axis {axis} of {x}")
    return Quant(*entries, axis)


def _read_as(b: Builder, value: str, x: TensorType, quant: Quant) -> str:
    """The value with integers in tinyc's formats and exactly this scale and zero point.

    An int8 or uint8 input of the model takes the scale into its own type, so that its header tells it.
    """
    if x.quant == quant and x.dtype is not DType.U8:
        return value
    blob = b.draft.constants.get(value)
    if blob is not None:
        signed = recentred(blob.array) if x.dtype is DType.U8 else blob.array
        return b.add_constant(f"{value}.quantised", signed, quant)
    names_its_scale = value in b.draft.inputs and x.quant is None and quant.is_per_tensor and x.dtype is not DType.S32
    if x.dtype is DType.U8:
        if names_its_scale:
            points = tuple(point + UINT8_SHIFT for point in quant.zero_point)
            b.draft.types[value] = replace(x, quant=replace(quant, zero_point=points))
        return b.emit(Recentre(DType.S8, quant), value)
    if names_its_scale:
        b.draft.types[value] = replace(x, quant=quant)
        return value
    return b.emit(Reinterpret(quant), value)
