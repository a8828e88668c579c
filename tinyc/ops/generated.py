"""Nodes that make their result out of a few numbers: Range, EyeLike, windows, MelWeightMatrix. All are constants."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.types import Array
from tinyc.ops.cast import format_of_onnx, truncate
from tinyc.ops.importing import Builder, Node, from_onnx

MAX_ELEMENTS = 2**28


@from_onnx("Range")
def sequence(node: Node, b: Builder) -> None:
    names = ("start", "limit", "delta")
    start, limit, delta = (b.constant(index, name).reshape(-1)[0] for index, name in enumerate(names))
    if delta == 0:
        raise GraphError("delta is 0")
    # the negative floor of a negative quotient is the ceiling, exact for integers
    count = max(int(-((start.item() - limit.item()) // delta.item())), 0)
    _check_size(count)
    values = start + np.arange(count, dtype=start.dtype) * delta
    b.alias(b.add_constant(node.outputs[0], values.astype(start.dtype)))


@from_onnx("EyeLike")
def eye_like(node: Node, b: Builder) -> None:
    kind = b.type_of(b.value(0))
    if kind.rank != 2:
        raise GraphError(f"{kind} is no matrix")
    dtype = format_of_onnx(node.int("dtype")) if "dtype" in node.attributes else kind.dtype
    b.alias(b.add_constant(node.outputs[0], np.eye(kind.shape[0], kind.shape[1], k=node.int("k"), dtype=dtype.numpy)))


def _hann(turns: Array) -> Array:
    return 0.5 - 0.5 * np.cos(turns)


def _hamming(turns: Array) -> Array:
    return 25.0 / 46.0 - 21.0 / 46.0 * np.cos(turns)


def _blackman(turns: Array) -> Array:
    return 0.42 - 0.5 * np.cos(turns) + 0.08 * np.cos(2.0 * turns)


WINDOWS: dict[str, Callable[[Array], Array]] = {
    "HannWindow": _hann,
    "HammingWindow": _hamming,
    "BlackmanWindow": _blackman,
}
"""Value at 2 pi n / N."""


@from_onnx(*WINDOWS)
def window(node: Node, b: Builder) -> None:
    """Periodic windows have period N = size, symmetric ones N = size - 1."""
    size = int(b.constant(0, "size").reshape(-1)[0])
    _check_size(size)
    period = size if node.int("periodic", 1) else max(size - 1, 1)
    values = WINDOWS[node.op_type](2.0 * math.pi * np.arange(size) / period)
    _add(node, b, values, "output_datatype")


@from_onnx("MelWeightMatrix")
def mel_weight_matrix(node: Node, b: Builder) -> None:
    names = ("num_mel_bins", "dft_length", "sample_rate", "lower_edge_hertz", "upper_edge_hertz")
    bins, length, rate, low, high = (b.constant(index, name).reshape(-1)[0].item() for index, name in enumerate(names))
    if bins < 1 or length < 1 or rate < 1:
        raise GraphError(f"{bins} mel bins of a transform of {length} at {rate} Hz")
    spectrum = length // 2 + 1
    _check_size(spectrum * bins)
    edges = _mel_edges(bins, length, rate, low, high)
    if edges[0] < 0 or edges[-1] > spectrum:
        raise GraphError(f"the mel bands reach to {high} Hz, beyond half the sample rate {rate} Hz")
    columns = [_triangle(spectrum, *edges[index : index + 3]) for index in range(bins)]
    _add(node, b, np.stack(columns, axis=1), "output_datatype")


def _mel_edges(bins: int, length: int, rate: int, low: float, high: float) -> list[int]:
    """Spectrum bins in which the bands begin, peak and end."""
    first, last = (2595.0 * math.log10(1.0 + hertz / 700.0) for hertz in (low, high))
    mels = first + np.arange(bins + 2) * (last - first) / (bins + 2)
    hertz = 700.0 * np.expm1(mels / 2595.0 * math.log(10.0))
    return [int(edge) for edge in (length + 1) * hertz // rate]


def _triangle(spectrum: int, left: int, peak: int, right: int) -> Array:
    """Rises from 0 at `left` to 1 at `peak`, falls to 0 at `right`."""
    place = np.arange(spectrum, dtype=np.float64)
    rising = (place - left) / (peak - left) if peak > left else np.where(place == peak, 1.0, 0.0)
    falling = (right - place) / (right - peak) if right > peak else np.where(place == peak, 1.0, 0.0)
    return np.clip(np.where(place <= peak, rising, falling), 0.0, 1.0)


def _add(node: Node, b: Builder, values: Array, attribute: str) -> None:
    dtype = format_of_onnx(node.int(attribute, 1))
    array = values.astype(np.float32)
    b.alias(b.add_constant(node.outputs[0], truncate(array, dtype) if dtype.is_integer else array.astype(dtype.numpy)))


def _check_size(count: int) -> None:
    if not 0 <= count <= MAX_ELEMENTS:
        raise GraphError(f"the result would have {count} elements")
