"""Convolution whose input becomes int8 at run time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, TensorType
from tinyc.ops.clamp import Clamp, clamp_real
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dynamic import quantize_rows
from tinyc.ops.weight_scales import matrix_scales
from tinyc.ops.windows import Window


@dataclass(frozen=True, slots=True)
class DynamicConv2d(Operator):
    """As Conv2d on int8 weights with scales of output channels or of groups of input channels, and on int8 of x, each
    image of which is one row of `dynamic.py`; x, bias and y are float32.
    """

    kind: ClassVar[str] = "dynamic_conv2d"
    slots: ClassVar[tuple[str, ...]] = ("x", "w", "b")

    window: Window
    groups: int = 1
    clamp: Clamp = None

    @property
    def wants_channels_last(self) -> bool:
        return True

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        w = inputs[1]
        assert w is not None
        result = self._plain().infer(inputs)
        matrix_scales(w)
        return result

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        (x, w, bias), kind = (*inputs, None)[:3], in_types[1]
        assert x is not None and w is not None and kind is not None
        rows, scale = quantize_rows(x.reshape(x.shape[0], -1))
        scales, along = matrix_scales(kind), (1, -1, *([1] * (x.ndim - 2)))
        total = np.zeros(out_types[0].shape, np.float32)
        plain = self._plain()
        for place, part in enumerate(plain.parts(rows.reshape(x.shape), w.astype(np.float64), scales.shape[1])):
            total = total + plain.sums(*part).astype(np.float32) * scales[:, place].reshape(along)
        with np.errstate(invalid="ignore"):
            y = total * scale.reshape(-1, *([1] * (x.ndim - 1)))
        return (clamp_real(y + (np.float32(0.0) if bias is None else bias.reshape(along)), self.clamp),)

    def macs(self, inputs: Types, outputs: tuple[TensorType, ...]) -> int:
        return self._plain().macs(inputs, outputs)

    def _plain(self) -> Conv2d:
        return Conv2d(self.window, self.groups)
