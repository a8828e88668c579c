"""Sliding windows over the spatial axes: the geometry that convolution and pooling share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Operator, Padding, RowWindow, Span
from tinyc.ir.types import Array
from tinyc.ops.importing import Node


@dataclass(frozen=True, slots=True)
class Window:
    """Kernel extents, strides, dilations, and zero rows before and after, one entry for each spatial axis."""

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    begin: tuple[int, ...]
    end: tuple[int, ...]

    @property
    def extent(self) -> tuple[int, ...]:
        """Inputs spanned by one window along each axis."""
        return tuple((k - 1) * d + 1 for k, d in zip(self.kernel, self.dilations, strict=True))

    def out_shape(self, spatial: Sequence[int]) -> tuple[int, ...]:
        """Windows along each axis; GraphError if not one fits."""
        sizes = zip(spatial, self.begin, self.end, self.extent, self.strides, strict=True)
        result = tuple((n + b + e - extent) // stride + 1 for n, b, e, extent, stride in sizes)
        if min(result, default=1) < 1:
            raise GraphError(f"a window of {list(self.extent)} does not fit the padded input {list(spatial)}")
        return result

    def view(self, x: Array, fill: float) -> Array:
        """All windows of x [N, C, spatial...] as [N, C, out..., kernel...], a view of the padded array."""
        rank = len(self.kernel)
        padding = [(0, 0), (0, 0), *zip(self.begin, self.end, strict=True)]
        padded = np.pad(x, padding, constant_values=fill) if any(self.begin + self.end) else x
        windows = sliding_window_view(padded, self.extent, axis=tuple(range(2, 2 + rank)))
        steps = [slice(None, None, s) for s in self.strides] + [slice(None, None, d) for d in self.dilations]
        return windows[(slice(None), slice(None), *steps)]

    def rows(self, with_window: Callable[[Window], Operator], *, zeros: bool = True) -> RowWindow | None:
        """Of an operator whose windows these are; `with_window` makes it with others. `zeros`: its padding is zeros;
        None where it is not and there are rows of it.
        """
        spans = [
            Span(extent, stride, begin, zeros or begin == end == 0)
            for extent, stride, begin, end in zip(self.extent, self.strides, self.begin, self.end, strict=True)
        ]
        if not spans[0].zeros:
            return None

        def padded(*axes: Padding) -> Operator:
            given = dict(enumerate(axes[: len(self.kernel)]))
            whole = zip(self.begin, self.end, strict=True)
            begin, end = zip(*(given.get(axis) or pair for axis, pair in enumerate(whole)), strict=True)
            return with_window(replace(self, begin=begin, end=end))

        rows = spans[0]
        return RowWindow(rows.extent, rows.stride, rows.begin, padded, spans[1] if len(spans) > 1 else None)


def window_of(node: Node, spatial: Sequence[int], kernel: Sequence[int]) -> Window:
    """The window that a Conv or pooling node describes, with auto_pad and ceil_mode resolved to numbers."""
    rank = len(spatial)
    if len(kernel) != rank:
        raise UnsupportedOp(f"kernel_shape {list(kernel)} for {rank} spatial axes")
    ones = (1,) * rank
    strides = node.ints("strides", ones) or ones
    dilations = node.ints("dilations", ones) or ones
    if min(*strides, *dilations, *kernel) < 1:
        raise UnsupportedOp("strides, dilations and kernel_shape must be at least 1")
    begin, end = _padding(node, spatial, kernel, strides, dilations)
    if node.int("ceil_mode"):
        end = _ceil_end(spatial, kernel, strides, dilations, begin, end)
    return Window(tuple(kernel), strides, dilations, begin, end)


def _padding(
    node: Node, spatial: Sequence[int], kernel: Sequence[int], strides: Sequence[int], dilations: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    rank = len(spatial)
    auto_pad = node.string("auto_pad", "NOTSET")
    if auto_pad == "NOTSET":
        pads = node.ints("pads", (0,) * (2 * rank)) or (0,) * (2 * rank)
        if min(pads) < 0:
            raise UnsupportedOp(f"pads {list(pads)} are negative", hint="crop with Slice before the node")
        return pads[:rank], pads[rank:]
    if auto_pad == "VALID":
        return (0,) * rank, (0,) * rank
    if auto_pad not in ("SAME_UPPER", "SAME_LOWER"):
        raise UnsupportedOp(f'auto_pad "{auto_pad}" is not one of NOTSET, VALID, SAME_UPPER, SAME_LOWER')
    totals = [
        max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
        for n, k, s, d in zip(spatial, kernel, strides, dilations, strict=True)
    ]
    small, large = tuple(t // 2 for t in totals), tuple(t - t // 2 for t in totals)
    return (small, large) if auto_pad == "SAME_UPPER" else (large, small)


def _ceil_end(
    spatial: Sequence[int], kernel: Sequence[int], strides: Sequence[int], dilations: Sequence[int],
    begin: Sequence[int], end: Sequence[int],
) -> tuple[int, ...]:  # fmt: skip
    """Padding at the end that makes the last, partial window fit; a window that would start in it is dropped."""
    result = []
    for n, k, s, d, b, e in zip(spatial, kernel, strides, dilations, begin, end, strict=True):
        extent = (k - 1) * d + 1
        windows = -(-(n + b + e - extent) // s) + 1
        if (windows - 1) * s >= n + b:
            windows -= 1
        result.append(max((windows - 1) * s + extent - n - b, 0))
    return tuple(result)
