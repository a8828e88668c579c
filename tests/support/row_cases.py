"""Networks of every kind of op that works by rows, with what is hard about each: for tests of streams."""

from __future__ import annotations

import numpy as np

from tests.support.row_nets import RowNet
from tinyc.ir.graph import Graph
from tinyc.ir.types import DType, Quant
from tinyc.ops.binary import Add, Mul, Sub
from tinyc.ops.bounding import Relu
from tinyc.ops.pool import AveragePool, MaxPool
from tinyc.ops.quantize import Recentre, Requantize
from tinyc.ops.unary import LeakyRelu
from tinyc.ops.windows import Window

SAME = {"begin": (1, 1), "end": (1, 1)}


def square(size: int, stride: int) -> Window:
    return Window((size, size), (stride, stride), (1, 1), (0, 0), (0, 0))


def plain() -> Graph:
    """3x3 and 1x1, stride 2 between; a clamp that begins at zero."""
    net = RowNet((1, 4, 12, 8))
    a = net.conv("x", 8, (3, 3), **SAME, clamp=(0.0, np.inf))
    b = net.conv(a, 4, (1, 1))
    c = net.conv(b, 8, (3, 3), 2, **SAME)
    return net.graph(net.conv(c, 4, (3, 3), **SAME))


def depthwise() -> Graph:
    net = RowNet((1, 8, 11, 7))
    a = net.conv("x", 8, (3, 3), groups=8, **SAME, clamp=(0.0, 6.0))
    b = net.conv(a, 12, (1, 1), clamp=(0.0, 6.0))
    c = net.conv(b, 12, (3, 3), 2, groups=12, **SAME)
    return net.graph(net.conv(c, 8, (1, 1)))


def wide() -> Graph:
    """5x5, padding that differs between the sides, none at all, a dilation, groups."""
    net = RowNet((1, 4, 14, 9))
    a = net.conv("x", 8, (5, 5), 2, begin=(1, 2), end=(2, 2))
    b = net.conv(a, 8, (5, 3), begin=(2, 1), end=(2, 1), groups=4)
    c = net.conv(b, 4, (3, 3), begin=(0, 1), end=(2, 1))
    return net.graph(net.conv(c, 4, (2, 2), begin=(1, 0), end=(0, 0)))


def dilated() -> Graph:
    net = RowNet((1, 4, 15, 8))
    a = net.conv("x", 4, (3, 3), begin=(2, 2), end=(2, 2), dilation=2)
    return net.graph(net.conv(a, 4, (3, 3), begin=(1, 2), end=(3, 2), dilation=2))


def residual() -> Graph:
    """Two readers of one value, one of them with padding and the other a sum; a stride-2 shortcut."""
    net = RowNet((1, 4, 10, 6))
    a = net.conv("x", 8, (3, 3), **SAME)
    b = net.conv(a, 8, (3, 3), **SAME)
    c = net.conv(b, 8, (3, 3), **SAME)
    d = net.add(Add(), a, c)
    e = net.conv(d, 16, (3, 3), 2, begin=(0, 0), end=(1, 1))
    f = net.conv(d, 16, (1, 1), 2)
    return net.graph(net.add(Sub(), e, f))


def residual_of_input() -> Graph:
    net = RowNet((1, 8, 9, 5))
    a = net.conv("x", 8, (3, 3), **SAME)
    b = net.add(Add(), "x", a)
    c = net.conv(b, 8, (5, 5), begin=(2, 2), end=(2, 2), groups=8)
    return net.graph(net.add(Mul(), b, c))


def strides_beyond_windows() -> Graph:
    """Rows that nobody reads, at the end and between."""
    net = RowNet((1, 4, 13, 9))
    a = net.conv("x", 4, (3, 3), **SAME)
    b = net.conv(a, 4, (1, 1), 3)
    c = net.conv(b, 4, (3, 3), **SAME)
    return net.graph(net.conv(c, 4, (1, 1), 2))


def beside_the_image() -> Graph:
    """Windows of the first op that lie in padding alone."""
    net = RowNet((1, 4, 6, 6))
    a = net.conv("x", 4, (1, 1), begin=(2, 1), end=(1, 1))
    b = net.conv(a, 4, (3, 3), begin=(3, 3), end=(4, 3))
    return net.graph(net.conv(b, 4, (3, 3), **SAME))


def pools() -> Graph:
    net = RowNet((1, 4, 16, 12))
    a = net.conv("x", 8, (3, 3), **SAME)
    b = net.add(MaxPool(square(2, 2)), a, kind=net.draft.types[a].with_shape((1, 8, 8, 6)))
    c = net.add(AveragePool(square(3, 1), (0, 0), (0, 0)), b)
    d = net.conv(c, 8, (3, 3), **SAME)
    return net.graph(net.add(MaxPool(square(1, 3)), d, kind=net.draft.types[d].with_shape((1, 8, 2, 2))))


def whole_pool() -> Graph:
    net = RowNet((1, 4, 8, 8))
    a = net.conv("x", 16, (3, 3), 2, begin=(0, 0), end=(1, 1))
    b = net.conv(a, 16, (3, 3), groups=16, **SAME)
    return net.graph(net.add(AveragePool(square(4, 1), (0, 0), (0, 0)), b))


def elements() -> Graph:
    """A table, sums and products with constants for each channel and for all, another scale."""
    net = RowNet((1, 4, 7, 6))
    a = net.add(LeakyRelu(0.3), "x")
    b = net.add(Mul(), a, net.constant(4, 1, 1))
    c = net.add(Add((0.0, 5.0)), b, net.constant(1))
    d = net.conv(c, 4, (3, 3), **SAME)
    other = Quant.per_tensor(0.09, 4)
    e = net.add(Requantize(other), d, kind=net.draft.types[d].with_quant(DType.S8, other))
    return net.graph(net.add(Relu(), e))


def excluded_zero() -> Graph:
    """A clamp that leaves out zero: what is proven of the range does not hold for rows of padding."""
    net = RowNet((1, 4, 8, 8))
    a = net.conv("x", 4, (3, 3), **SAME, clamp=(1.0, 4.0))
    return net.graph(net.conv(a, 4, (3, 3), **SAME))


def words(dtype: DType) -> Graph:
    net = RowNet((1, 4, 10, 6), dtype)
    a = net.conv("x", 6, (3, 3), **SAME, clamp=(0.0, np.inf))
    b = net.conv(a, 6, (3, 3), groups=6, **SAME)
    c = net.add(Add(), a, b)
    return net.graph(net.conv(c, 4, (1, 1), 2))


def line() -> Graph:
    """One spatial axis."""
    net = RowNet((1, 4, 24))
    a = net.conv("x", 8, (5,), 2, (2,), (1,))
    b = net.conv(a, 8, (3,), 1, (1,), (1,), groups=8)
    return net.graph(net.conv(b, 4, (1,)))


def unsigned() -> Graph:
    net = RowNet((1, 4, 8, 6), DType.U8)
    quant = net.draft.types["x"].quant
    assert quant is not None
    own = Quant.per_tensor(quant.scale[0], quant.zero_point[0] - 128)
    net.dtype = DType.S8
    a = net.add(Recentre(DType.S8, own), "x", kind=net.draft.types["x"].with_quant(DType.S8, own))
    b = net.conv(a, 8, (3, 3), **SAME)
    return net.graph(net.conv(b, 4, (3, 3), **SAME))


def odd_rows() -> Graph:
    """Rows of 15 bytes with one of padding, rows of 10 bytes between."""
    net = RowNet((1, 3, 12, 5))
    a = net.conv("x", 4, (3, 3), **SAME)
    b = net.conv(a, 2, (3, 3), **SAME)
    return net.graph(net.conv(b, 4, (3, 3), **SAME))


def odd_ends() -> Graph:
    """Rows of 15 bytes at both ends: four of them begin at a word, one or two do not."""
    net = RowNet((1, 3, 12, 5))
    a = net.conv("x", 4, (1, 1))
    b = net.conv(a, 4, (3, 3), **SAME)
    return net.graph(net.conv(b, 3, (1, 1)))


def many_outputs() -> Graph:
    """A value between that is an output, and an output that is read again."""
    net = RowNet((1, 4, 8, 6))
    a = net.conv("x", 4, (3, 3), **SAME)
    b = net.conv(a, 4, (3, 3), **SAME)
    c = net.conv(b, 4, (3, 3), **SAME)
    d = net.conv(c, 4, (3, 3), **SAME)
    return net.graph(b, d)


def prime_rows() -> Graph:
    """A number of rows that no group divides."""
    net = RowNet((1, 4, 13, 4))
    a = net.conv("x", 4, (3, 3), **SAME)
    b = net.conv(a, 4, (2, 2), begin=(1, 1), end=(0, 0))
    return net.graph(net.conv(b, 4, (3, 3), **SAME))


CASES = {
    function.__name__: function()
    for function in (plain, depthwise, wide, dilated, residual, residual_of_input, strides_beyond_windows,
                     beside_the_image, pools, whole_pool, elements, excluded_zero, line, unsigned, odd_rows, odd_ends,
                     many_outputs, prime_rows)
} | {f"words_{dtype.value}": words(dtype) for dtype in (DType.S16, DType.F32)}  # fmt: skip
