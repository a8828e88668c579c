"""Normalisation of float tensors: over the last axes (layer, RMS) and over groups of channels (group, instance)."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, TensorType


@dataclass(frozen=True, slots=True)
class Standardise(Operator):
    """Base of all: y = scale * (elements of one set, standardised) + bias; float32 only.

    x and y have one shape. scale and bias are constants or missing (1 and 0); statistics are float64 here, float32 in
    C.
    """

    slots: ClassVar[tuple[str, ...]] = ("x", "scale", "bias")

    @abstractmethod
    def standardised(self, x: Array) -> Array:
        """x in float64, each set of elements brought to mean 0 (where the operator does that) and size 1."""

    @abstractmethod
    def parameter_shape(self, x: TensorType) -> tuple[int, ...]:
        """Shape of scale and bias; GraphError if the operator does not go with x."""

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        wanted = self.parameter_shape(x)
        if not x.dtype.is_float:
            raise GraphError(f"{self.kind}: takes float32, not {x}")
        for parameter in inputs[1:]:
            if parameter is not None and parameter.shape != wanted:
                raise GraphError(f"{self.kind}: scale and bias of {x} have the shape {list(wanted)}, not {parameter}")
        return (x,)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, scale, bias = inputs
        assert x is not None
        result = self.standardised(x.astype(np.float64))
        result = result if scale is None else result * scale
        return ((result if bias is None else result + bias).astype(np.float32),)


@dataclass(frozen=True, slots=True)
class OverLastAxes(Standardise):
    """The elements along `axis` and all axes behind it form one set; scale and bias have the shape of a set."""

    axis: int
    epsilon: float = 1e-5

    def parameter_shape(self, x: TensorType) -> tuple[int, ...]:
        if not 0 <= self.axis < x.rank:
            raise GraphError(f"{self.kind}: axis {self.axis} does not go with {x}")
        return x.shape[self.axis :]

    def axes(self, rank: int) -> tuple[int, ...]:
        return tuple(range(self.axis, rank))


@dataclass(frozen=True, slots=True)
class LayerNorm(OverLastAxes):
    """y = scale (x - mean) / sqrt(variance + epsilon) + bias; ONNX LayerNormalization."""

    kind: ClassVar[str] = "layer_norm"

    def standardised(self, x: Array) -> Array:
        return _to_unit_variance(x, self.axes(x.ndim), self.epsilon)


@dataclass(frozen=True, slots=True)
class RmsNorm(OverLastAxes):
    """y = scale x / sqrt(mean of x^2 + epsilon) + bias; ONNX RMSNormalization."""

    kind: ClassVar[str] = "rms_norm"

    def standardised(self, x: Array) -> Array:
        square = np.mean(x * x, axis=self.axes(x.ndim), keepdims=True)
        return np.asarray(x / np.sqrt(square + self.epsilon))


@dataclass(frozen=True, slots=True)
class GroupNorm(Standardise):
    """y = scale[c] (x - mean) / sqrt(variance + epsilon) + bias[c]; ONNX GroupNormalization, InstanceNormalization.

    x [N, C, spatial...]; C / groups neighbouring channels of one image form a set. scale and bias [1, C, 1...].
    """

    kind: ClassVar[str] = "group_norm"

    groups: int
    epsilon: float = 1e-5

    @property
    def follows_layout(self) -> bool:
        return True

    def parameter_shape(self, x: TensorType) -> tuple[int, ...]:
        if x.rank < 2 or self.groups < 1 or x.shape[1] % self.groups:
            raise GraphError(f"group_norm: {self.groups} groups do not go with {x}")
        return (1, x.shape[1], *([1] * (x.rank - 2)))

    def standardised(self, x: Array) -> Array:
        sets = x.reshape(x.shape[0], self.groups, prod(x.shape[1:]) // self.groups)
        return _to_unit_variance(sets, (2,), self.epsilon).reshape(x.shape)


def _to_unit_variance(x: Array, axes: tuple[int, ...], epsilon: float) -> Array:
    centred = x - x.mean(axis=axes, keepdims=True)
    variance = np.mean(centred * centred, axis=axes, keepdims=True)
    return np.asarray(centred / np.sqrt(variance + epsilon))
