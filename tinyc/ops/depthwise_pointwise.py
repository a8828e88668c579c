"""Depthwise convolution and the 1x1 convolution that reads it, in one: made by lowering, never imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, TensorType
from tinyc.ops.conv2d import Conv2d


@dataclass(frozen=True, slots=True)
class DepthwisePointwise(Operator):
    """y = pointwise(depthwise(x)), where what lies between has a type of its own; two ops of conv2d.

    x [N, C, height, width], w and b as the depthwise part takes them, point_w [M, C, 1, 1], point_b [M].
    """

    kind: ClassVar[str] = "depthwise_pointwise"
    slots: ClassVar[tuple[str, ...]] = ("x", "w", "b", "point_w", "point_b")

    depthwise: Conv2d
    pointwise: Conv2d
    between: TensorType

    @property
    def wants_channels_last(self) -> bool:
        return True

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        middle = self.depthwise.infer(inputs[:3])
        return self.pointwise.infer((*middle, *inputs[3:]))

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        middle = self.depthwise.evaluate(inputs[:3], in_types[:3], (self.between,))
        return self.pointwise.evaluate((*middle, *inputs[3:]), (self.between, *in_types[3:]), out_types)

    def macs(self, inputs: Types, outputs: tuple[TensorType, ...]) -> int:
        first = self.depthwise.macs(inputs[:3], (self.between,))
        return first + self.pointwise.macs((self.between, *inputs[3:]), outputs)
