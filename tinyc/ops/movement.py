"""Operators that move elements without looking at them: any format, and the quantisation stays as it is."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np

from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, Shape, TensorType


class Movement(Operator):
    """y holds elements of x in another order or number. x and y have the same format, scale and zero point."""

    __slots__ = ()

    @property
    def integer_ready(self) -> bool:
        return True

    @property
    def int16_ready(self) -> bool:
        return True

    @abstractmethod
    def out_shape(self, shape: Shape) -> Shape:
        """Shape of y for x of this shape; GraphError if x does not suit."""

    @abstractmethod
    def move(self, x: Array) -> Array:
        """The elements of y, from x in its logical shape."""

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        return (TensorType(x.dtype, self.out_shape(x.shape), quant=x.quant),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        return (np.ascontiguousarray(self.move(x)).reshape(out_types[0].shape),)
