"""Int8 networks with random branches: what the planner of the arena is measured on.

Convolutions, depthwise convolutions, sums, concatenations and pooling on values of a few sizes: residual blocks,
blocks of parallel branches, dense blocks, blocks wired at random, and chains between them. Weights are random: plans
do not depend on them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import tinyc.ops  # noqa: F401  declares the operators
from tinyc.ir.graph import Graph
from tinyc.ir.text import parse
from tinyc.passes.assign_layout import AssignLayout
from tinyc.passes.base import PassContext

QUANT = "quant(0.05f, 0)"


@dataclass(frozen=True, slots=True)
class Value:
    """A tensor [1][channels][side][side]."""

    name: str
    channels: int
    side: int

    @property
    def type(self) -> str:
        return f"s8[1,{self.channels},{self.side},{self.side}] {QUANT}"


@dataclass(slots=True)
class Net:
    """A network under construction, as text; `ops` counts its operators."""

    rng: random.Random
    lines: list[str] = field(default_factory=list)
    ops: int = 0

    def op(self, text: str, channels: int, side: int) -> Value:
        value = Value(f"v{self.ops}", channels, side)
        self.ops += 1
        self.lines.append(f"{value.name}: {value.type} = {text}")
        return value

    def conv(self, x: Value, channels: int, kernel: int = 1, stride: int = 1) -> Value:
        side = -(-x.side // stride)
        return self._windowed(x, f"s8[{channels},{x.channels},{kernel},{kernel}]", "", channels, kernel, stride, side)

    def depthwise(self, x: Value, stride: int = 1) -> Value:
        side = -(-x.side // stride)
        return self._windowed(x, f"s8[{x.channels},1,3,3]", f", groups={x.channels}", x.channels, 3, stride, side)

    def _windowed(
        self, x: Value, weights: str, more: str, channels: int, kernel: int, stride: int, side: int
    ) -> Value:
        name, pad = f"w{self.ops}", kernel // 2
        self.lines.append(f"const {name}: {weights} quant(0.02f, 0) = normal(seed={self.ops}, std=20)")
        end = (side - 1) * stride + kernel - x.side - pad
        return self.op(f"conv2d({x.name}, {name}, _, window={window(kernel, stride, pad, end)}{more})", channels, side)

    def pool(self, x: Value) -> Value:
        side = x.side // 2
        return self.op(f"max_pool({x.name}, window={window(2, 2, 0, 0)})", x.channels, side)

    def add(self, a: Value, b: Value) -> Value:
        return self.op(f"add({a.name}, {b.name})", a.channels, a.side)

    def concat(self, parts: list[Value]) -> Value:
        names = ", ".join(part.name for part in parts)
        return self.op(f"concat({names}, axis=1)", sum(part.channels for part in parts), parts[0].side)

    def layer(self, x: Value) -> Value:
        """A convolution of some kind that keeps height and width."""
        if self.rng.random() < 0.35:
            return self.depthwise(x)
        return self.conv(x, self.rng.choice((4, 8, 12, 16, 24)), self.rng.choice((1, 3)))

    def residual(self, x: Value) -> Value:
        inner = self.layer(x)
        return self.add(self.conv(inner, x.channels, self.rng.choice((1, 3))), x)

    def branches(self, x: Value) -> Value:
        """Parallel chains, joined: an inception block."""
        ends = []
        for _ in range(self.rng.randint(2, 4)):
            end = x
            for _ in range(self.rng.randint(1, 3)):
                end = self.layer(end)
            ends.append(end)
        return self.concat(ends)

    def dense(self, x: Value) -> Value:
        """Each layer reads all before it."""
        parts = [x]
        for _ in range(self.rng.randint(2, 3)):
            joined = self.concat(parts) if len(parts) > 1 else x
            parts.append(self.conv(joined, self.rng.choice((4, 8)), 3))
        return self.concat(parts)

    def wired(self, x: Value) -> Value:
        """Each node reads one to three of those before it: a graph wired at random (Xie et al., 2019)."""
        values, unread = [x], list[Value]()
        for _ in range(self.rng.randint(4, 8)):
            reads = self.rng.sample(values[-5:], min(len(values), self.rng.choice((1, 2, 2, 3))))
            unread = [value for value in unread if value not in reads]
            values.append(self.layer(self.concat(reads) if len(reads) > 1 else reads[0]))
            unread.append(values[-1])
        return self.concat(unread) if len(unread) > 1 else unread[0]


def window(kernel: int, stride: int, begin: int, end: int) -> str:
    sizes = f"kernel=[{kernel}, {kernel}], strides=[{stride}, {stride}], dilations=[1, 1]"
    return f"{{{sizes}, begin=[{begin}, {begin}], end=[{end}, {end}]}}"


def random_net(seed: int, least_ops: int) -> Graph:
    """A network of so many operators or a few more, laid out as for kernels. Equal for equal seeds."""
    net = Net(random.Random(seed))
    x = Value("x", net.rng.choice((3, 4, 8)), net.rng.choice((12, 16, 20, 32)))
    end = net.conv(x, net.rng.choice((8, 12, 16)), 3, net.rng.choice((1, 2)))
    while net.ops < least_ops - 1:
        end = net.rng.choice((net.residual, net.branches, net.dense, net.wired, net.layer))(end)
        if end.channels > 40:
            end = net.conv(end, net.rng.choice((8, 16, 24)))
        if end.side > 6 and net.rng.random() < 0.3:
            end = net.pool(end) if net.rng.random() < 0.5 else net.conv(end, end.channels, 3, 2)
    y = net.conv(end, 4)
    text = "\n".join(["graph net", f"input {x.name}: {x.type}", *net.lines, f"output {y.name}", ""])
    return AssignLayout().run(parse(text), PassContext())
