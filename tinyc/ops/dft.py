"""Discrete Fourier transforms of constant length: of an axis, and of windows sliding over a signal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, TensorType
from tinyc.ops.importing import Builder, Node, from_onnx


@dataclass(frozen=True, slots=True)
class Dft(Operator):
    """y[k] = sum over j of x[j] * exp(-2 pi i j k / length) along `axis`; ONNX DFT, float32.

    The last axis of x holds real (1) or real and imaginary parts (2), that of y both. x is cut or filled with zeros to
    `length`. `inverse`: positive exponent, divided by length. `onesided`: only the length // 2 + 1 first results; with
    `inverse`, x holds those and y the real signal alone.
    """

    kind: ClassVar[str] = "dft"

    axis: int
    length: int
    inverse: bool = False
    onesided: bool = False

    @property
    def bins(self) -> int:
        """Results along the axis."""
        return self.length // 2 + 1 if self.onesided and not self.inverse else self.length

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        if x.rank < 2 or x.shape[-1] not in (1, 2) or not 0 <= self.axis < x.rank - 1 or not x.dtype.is_float:
            raise GraphError(f"dft: takes float32 [..., 1 or 2], not {x}, and no axis {self.axis}")
        if self.length < 1:
            raise GraphError(f"dft: a length of {self.length}; it must be at least 1")
        parts = 1 if self.inverse and self.onesided else 2
        return (x.with_shape((*x.shape[: self.axis], self.bins, *x.shape[self.axis + 1 : -1], parts)),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        values = _complex(x)
        if self.inverse and self.onesided:
            return (np.fft.irfft(values, self.length, self.axis)[..., None].astype(np.float32),)
        result = (np.fft.ifft if self.inverse else np.fft.fft)(values, self.length, self.axis)
        return (_parts(np.take(result, np.arange(self.bins), axis=self.axis)),)


@dataclass(frozen=True, slots=True)
class Stft(Operator):
    """y[n, frame, k] = sum over j of window[j] * x[n, frame * step + j] * exp(-2 pi i j k / length); ONNX STFT.

    float32; x [N, samples, 1 or 2], window [length or less] or missing (all 1); y [N, frames, bins, 2].
    `onesided`: only the length // 2 + 1 first bins.
    """

    kind: ClassVar[str] = "stft"
    slots: ClassVar[tuple[str, ...]] = ("x", "window")

    step: int
    length: int
    onesided: bool = True

    @property
    def bins(self) -> int:
        return self.length // 2 + 1 if self.onesided else self.length

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x, window = (*inputs, None)[:2]
        assert x is not None
        if x.rank != 3 or x.shape[2] not in (1, 2) or not x.dtype.is_float:
            raise GraphError(f"stft: takes float32 [batch, samples, 1 or 2], not {x}")
        if self.step < 1 or not 1 <= self.length <= x.shape[1]:
            raise GraphError(f"stft: frames of {self.length} in steps of {self.step} do not go with {x}")
        if window is not None and (window.rank != 1 or window.elements > self.length or not window.dtype.is_float):
            raise GraphError(f"stft: window {window} does not go with frames of {self.length}")
        frames = (x.shape[1] - self.length) // self.step + 1
        return (x.with_shape((x.shape[0], frames, self.bins, 2)),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, window = (*inputs, None)[:2]
        assert x is not None
        window = np.ones(self.length) if window is None else window
        starts = np.arange(out_types[0].shape[1]) * self.step
        frames = _complex(x)[:, starts[:, None] + np.arange(len(window))] * window
        return (_parts(np.fft.fft(frames, self.length)[..., : self.bins]),)


def _complex(x: Array) -> Array:
    wide = x.astype(np.float64)
    result: Array = wide[..., 0] if x.shape[-1] == 1 else wide[..., 0] + 1j * wide[..., 1]
    return result


def _parts(values: Array) -> Array:
    return np.stack([values.real, values.imag], axis=-1).astype(np.float32)


@from_onnx("DFT")
def dft(node: Node, b: Builder) -> None:
    shape = b.type_of(b.value(0)).shape
    given = b.optional_constant(2, "axis")
    axis = int(given.reshape(-1)[0]) if given is not None else node.int("axis", 1 if node.opset < 20 else -2)
    inverse, onesided = bool(node.int("inverse")), bool(node.int("onesided"))
    if not -len(shape) <= axis < len(shape) - 1 or axis == -1:
        raise GraphError(f"axis {axis} does not go with {list(shape)}, whose last axis holds real and imaginary parts")
    axis %= len(shape)
    length = b.optional_constant(1, "dft_length")
    default = 2 * (shape[axis] - 1) if inverse and onesided else shape[axis]
    operator = Dft(axis, default if length is None else int(length.reshape(-1)[0]), inverse, onesided)
    if onesided and not inverse and shape[-1] == 2:
        raise UnsupportedOp("onesided of a complex signal", hint="onesided=0 gives all results")
    b.result(operator, b.value(0))


@from_onnx("STFT")
def stft(node: Node, b: Builder) -> None:
    x, window = b.type_of(b.value(0)), b.optional(2)
    given = b.optional_constant(3, "frame_length")
    if given is not None:
        length = int(given.reshape(-1)[0])
    else:
        length = x.shape[1] if window is None else b.type_of(window).elements
    step = int(b.constant(1, "frame_step").reshape(-1)[0])
    b.result(Stft(step, length, bool(node.int("onesided", 1))), b.value(0), window)
