"""Removing dead channels changes no integer: random int8 networks with residual sums and depthwise layers."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tinyc.ir.graph import Draft, Graph, Op
from tinyc.ir.interp import interpret
from tinyc.ir.types import Array, DType, Quant, TensorType
from tinyc.ir.verify import verify
from tinyc.ops.binary import Add
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.pool import MaxPool
from tinyc.ops.windows import Window
from tinyc.passes.base import PassContext
from tinyc.passes.remove_dead_channels import RemoveDeadChannels

CHANNELS = 6


class Network:
    """Adds layers one by one; every tensor is int8 [1, C, 5, 5] with scale 0.1 and a zero point of its own."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.draft = Draft("g")
        self.value("x", 3)
        self.draft.inputs.append("x")

    def value(self, name: str, channels: int) -> str:
        quant = Quant.per_tensor(0.1, int(self.rng.choice([-128, 0, 7])))
        self.draft.types[name] = TensorType(DType.S8, (1, channels, 5, 5), quant=quant)
        return name

    def constant(self, stem: str, array: Array, scale: float) -> str:
        quant = Quant((scale,) * array.shape[0], (0,) * array.shape[0], 0)
        return self.draft.add_constant(stem, array, TensorType(DType.of(array.dtype), array.shape, quant=quant))

    def conv(self, source: str, channels: int, size: int, groups: int = 1) -> str:
        depth = self.draft.types[source].shape[1] // groups
        weights = self.rng.integers(-9, 10, (channels, depth, size, size)).astype(np.int8)
        weights[self.rng.random(channels) < 0.5] = 0
        if groups == 1:
            weights[:, self.rng.random(depth) < 0.3] = 0
        bias = self.rng.integers(-3000, 3000, channels).astype(np.int32)
        pad = size // 2
        window = Window((size, size), (1, 1), (1, 1), (pad, pad), (pad, pad))
        inputs = (source, self.constant("w", weights, 0.05), self.constant("b", bias, 0.005))
        return self.add(Conv2d(window, groups), inputs, channels)

    def add(self, operator: object, inputs: tuple[str, ...], channels: int) -> str:
        name = self.value(f"v{len(self.draft.ops)}", channels)
        self.draft.ops.append(Op(f"op_{len(self.draft.ops)}", operator, inputs, (name,)))  # type: ignore[arg-type]
        return name

    def graph(self, output: str) -> Graph:
        self.draft.outputs.append(output)
        return self.draft.freeze()


def network(seed: int, shape: list[str]) -> Graph:
    net = Network(seed)
    here = net.conv("x", CHANNELS, 1)
    for kind in shape:
        if kind == "point":
            here = net.conv(here, CHANNELS, 1)
        elif kind == "wide":
            here = net.conv(here, CHANNELS, 3)
        elif kind == "depth":
            here = net.conv(here, CHANNELS, 3, CHANNELS)
        elif kind == "residual":
            here = net.add(Add(), (net.conv(here, CHANNELS, 1), net.conv(here, CHANNELS, 1)), CHANNELS)
        else:
            quant = net.draft.types[here].quant
            here = net.add(MaxPool(Window((3, 3), (1, 1), (1, 1), (1, 1), (1, 1))), (here,), CHANNELS)
            net.draft.types[here] = net.draft.types[here].with_quant(DType.S8, quant)
    return net.graph(net.conv(here, 4, 1))


@settings(max_examples=60)
@given(
    st.integers(0, 2**31), st.lists(st.sampled_from(["point", "wide", "depth", "residual", "pool"]), max_size=5)
)
def test_no_integer_changes(seed: int, shape: list[str]) -> None:
    before = network(seed, shape)
    verify(before)
    after = RemoveDeadChannels().run(before, PassContext())
    verify(after)
    for sample in range(3):
        x = np.random.default_rng(sample).integers(-128, 128, (1, 3, 5, 5)).astype(np.int8)
        one, two = interpret(before, {"x": x}), interpret(after, {"x": x})
        np.testing.assert_array_equal(two[after.outputs[0]], one[before.outputs[0]], err_msg=f"seed {seed}")


def test_something_is_removed() -> None:
    before = network(1, ["depth", "point", "residual", "depth"])
    after = RemoveDeadChannels().run(before, PassContext())
    assert sum(map(after.macs, after.ops)) < sum(map(before.macs, before.ops))
