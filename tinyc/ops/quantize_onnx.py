"""ONNX QuantizeLinear and DequantizeLinear. uint8 becomes int8 by moving values and zero points by 128: exact.

With constant scales a step is one operator, which the folding of integers knows. With scales computed at run time, or
one for each block of elements, it is made of float operators.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tinyc.errors import ModelError, UnsupportedOp
from tinyc.ir.types import Array, DType, Quant, TensorType
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.quantize import Dequantize, Quantize, Recentre, Reinterpret, recentred
from tinyc.ops.quantize_runtime import dequantize_at_run_time, quantize_at_run_time

UINT8_SHIFT = 128
TYPE_NUMBERS = {0: "uint8", 2: "uint8", 3: "int8", 5: "int16"}
"""`output_dtype` of QuantizeLinear, as TensorProto numbers it; 0 is "that of the zero point"."""
DOMAINS = ("", "com.microsoft")


def quantize_linear(node: Node, b: Builder) -> None:
    value = b.value(0)
    x = b.type_of(value)
    if not x.dtype.is_float:
        raise UnsupportedOp(f"the input is {x.dtype.value}; tinyc quantises float32")
    number = node.int("output_dtype")
    zero_point = b.optional(2)
    stored = TYPE_NUMBERS.get(number, f"ONNX type {number}") if zero_point is None else stored_as(b, zero_point)
    _accept(stored, "uint8", "int8", "int16")
    if _is_plain(node, b):
        quant = quant_of(b, (1, 2), x, node.int("axis", 1), stored)
        quantise(b, value, quant, stored, node.outputs[0])
    else:
        quantize_at_run_time(node, b, DType.of(stored))


def dequantize_linear(node: Node, b: Builder) -> None:
    value = b.value(0)
    x = b.type_of(value)
    stored = x.dtype.numpy.name
    if _is_plain(node, b):
        _accept(stored, "uint8", "int8", "int16", "int32")
        b.result(Dequantize(), read_as(b, value, quant_of(b, (1, 2), x, node.int("axis", 1), stored)))
    else:
        _accept(stored, "uint8", "int8", "int16", "int32")
        dequantize_at_run_time(node, b)


for _domain in DOMAINS:
    from_onnx("QuantizeLinear", domain=_domain)(quantize_linear)
    from_onnx("DequantizeLinear", domain=_domain)(dequantize_linear)


def stored_as(b: Builder, value: str) -> str:
    """Number format that the model declares for a value, as numpy calls it."""
    return b.type_of(value).dtype.numpy.name


def _is_plain(node: Node, b: Builder) -> bool:
    """True for one step with constant scales, per tensor or along an axis."""
    operands = [b.value(1), b.optional(2)]
    return not node.int("block_size") and all(name is None or name in b.draft.constants for name in operands)


def _accept(stored: str, *accepted: str) -> None:
    if stored not in accepted:
        raise UnsupportedOp(
            f"quantised {stored} is not supported; accepted are {', '.join(accepted)}",
            hint="quantise activations and weights to int8, uint8 or int16",
        )


def quant_of(b: Builder, places: tuple[int, int], x: TensorType, axis: int, stored: str) -> Quant:
    """Scale and zero point from the node's inputs at `places`, in the int8 (or int32) reading of an x that the model
    stores as `stored`; per tensor or along an axis. UnsupportedOp if they are computed at run time.
    """
    zero_points = b.optional_constant(places[1], "zero point")
    return reading(b.constant(places[0], "scale"), zero_points, x, axis, stored)


def reading(scale: Array, zero_points: Array | None, x: TensorType, axis: int, stored: str) -> Quant:
    """As `quant_of`, from arrays."""
    scales = scale.astype(np.float32)
    if not np.all((scales > 0) & np.isfinite(scales)):
        raise ModelError("a quantisation scale is not a positive number")
    shift = UINT8_SHIFT if stored == "uint8" else 0
    points = np.zeros(scales.shape, np.int64) if zero_points is None else zero_points.astype(np.int64)
    if points.size not in (1, scales.size):
        raise ModelError(f"{scales.size} scales, but {points.size} zero points")
    points = np.broadcast_to(points.reshape(-1), (scales.size,))
    entries = tuple(float(s) for s in scales.reshape(-1)), tuple(int(p) - shift for p in points)
    if scales.size == 1:
        return Quant(*entries)
    axis %= max(x.rank, 1)
    if max(scales.shape) != scales.size or x.shape[axis] != scales.size:
        raise ModelError(f"{scales.size} scales along axis {axis} of {x}")
    return Quant(*entries, axis)


def quantise(b: Builder, real: str, quant: Quant, stored: str, output: str) -> None:
    """The node's output is this float value as integers; `quant` is the reading of what is stored, uint8 as int8."""
    dtype = DType.S16 if stored == "int16" else DType.S8
    value = b.emit(Quantize(dtype, quant), real, stem=output)
    b.values[output] = unsigned(b, value) if stored == "uint8" else value


def unsigned(b: Builder, value: str) -> str:
    """The uint8 twin of an int8 value; the folding of integers drops the pairs of steps to and fro."""
    quant = b.type_of(value).quant
    assert quant is not None
    points = tuple(point + UINT8_SHIFT for point in quant.zero_point)
    return b.emit(Recentre(DType.U8, replace(quant, zero_point=points)), value, stem=f"{value}.uint8")


def dequantise(b: Builder, value: str, quant: Quant) -> str:
    """The float value of integers read with this int8 (or int32) scale and zero point."""
    return b.emit(Dequantize(), read_as(b, value, quant), stem=f"{value}.real")


def read_as(b: Builder, value: str, quant: Quant) -> str:
    """The value with integers in tinyc's formats and exactly this scale and zero point.

    An int8 or uint8 input of the model takes the scale into its own type, so that its header tells it.
    """
    x = b.type_of(value)
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
