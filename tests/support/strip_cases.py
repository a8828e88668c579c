"""Networks for strips of columns, with what is hard about columns in each."""

from __future__ import annotations

import numpy as np

from tests.support.row_cases import SAME
from tests.support.row_nets import RowNet
from tinyc.ir.graph import Graph
from tinyc.ir.types import DType
from tinyc.ops.binary import Add
from tinyc.ops.pool import AveragePool, MaxPool
from tinyc.ops.unary import LeakyRelu
from tinyc.ops.windows import Window


def thin() -> Graph:
    """Three channels: columns of the input have spare bytes behind them, also where its right padding is read."""
    net = RowNet((1, 3, 9, 20))
    a = net.conv("x", 8, (3, 3), **SAME)
    b = net.conv(a, 8, (3, 3), groups=8, **SAME, clamp=(0.0, np.inf))
    return net.graph(net.conv(b, 8, (3, 3), 2, **SAME))


def grey() -> Graph:
    """One channel, stride 2 at once, an even window."""
    net = RowNet((1, 1, 12, 28))
    a = net.conv("x", 4, (5, 4), 2, begin=(2, 1), end=(2, 2))
    return net.graph(net.conv(a, 4, (3, 3), **SAME))


def inverted() -> Graph:
    """A wide middle, the sum around it, odd widths; pooling with padded columns, which is no padding with zeros."""
    net = RowNet((1, 4, 11, 17))
    a = net.conv("x", 8, (3, 3), 2, **SAME)
    b = net.conv(a, 32, (1, 1), clamp=(0.0, np.inf))
    c = net.conv(b, 32, (3, 3), groups=32, **SAME)
    d = net.add(Add(), a, net.conv(c, 8, (1, 1)))
    e = net.add(LeakyRelu(0.1), d)
    sides = Window((2, 3), (1, 1), (1, 1), (0, 1), (0, 1))
    f = net.add(MaxPool(sides), e, kind=net.draft.types[e].with_shape((1, 8, 5, 9)))
    return net.graph(net.add(AveragePool(sides, (0, 1), (0, 0)), f))


def wide_f32() -> Graph:
    net = RowNet((1, 3, 8, 13), DType.F32)
    a = net.conv("x", 5, (3, 3), **SAME)
    b = net.conv(a, 5, (3, 3), groups=5, **SAME)
    c = net.add(Add(), a, b)
    return net.graph(net.conv(c, 2, (3, 3), 2, begin=(0, 0), end=(1, 1)))


def bottleneck() -> Graph:
    """One whose lines are most of what it needs: 64 channels between 4 and 8."""
    net = RowNet((1, 4, 20, 32))
    a = net.conv("x", 64, (1, 1), clamp=(0.0, np.inf))
    b = net.conv(a, 64, (3, 3), 2, groups=64, **SAME, clamp=(0.0, np.inf))
    return net.graph(net.conv(b, 8, (1, 1)))


STRIP_CASES = {case.__name__: case() for case in (thin, grey, inverted, wide_f32, bottleneck)}
