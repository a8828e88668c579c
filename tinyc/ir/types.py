"""What a tensor is: number format, shape, layout, quantisation, storage encoding."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from math import prod
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
Shape: TypeAlias = tuple[int, ...]


class DType(Enum):
    """Number format of one element. The value is the short name used in text forms and kernel names."""

    F32 = "f32"
    S8 = "s8"
    U8 = "u8"
    S16 = "s16"
    S32 = "s32"
    S64 = "s64"
    BOOL = "bool"

    @property
    def numpy(self) -> np.dtype[Any]:
        return np.dtype(_NUMPY[self])

    @property
    def c_type(self) -> str:
        return _C_TYPE[self]

    @property
    def bytes(self) -> int:
        return self.numpy.itemsize

    @property
    def is_float(self) -> bool:
        return self is DType.F32

    @property
    def is_integer(self) -> bool:
        return self not in (DType.F32, DType.BOOL)

    @property
    def bounds(self) -> tuple[int, int]:
        """Smallest and largest integer, inclusive. Only for integer formats."""
        info = np.iinfo(self.numpy)
        return int(info.min), int(info.max)

    @staticmethod
    def of(array_dtype: npt.DTypeLike) -> DType:
        """The format of a numpy dtype; KeyError where tinyc has none (float64, strings, ...)."""
        return _FROM_NUMPY[np.dtype(array_dtype).name]


_NUMPY = {
    DType.F32: "float32",
    DType.S8: "int8",
    DType.U8: "uint8",
    DType.S16: "int16",
    DType.S32: "int32",
    DType.S64: "int64",
    DType.BOOL: "bool",
}
_FROM_NUMPY = {name: dtype for dtype, name in _NUMPY.items()}
_C_TYPE = {
    DType.F32: "float",
    DType.S8: "int8_t",
    DType.U8: "uint8_t",
    DType.S16: "int16_t",
    DType.S32: "int32_t",
    DType.S64: "int64_t",
    DType.BOOL: "uint8_t",
}


class Layout(Enum):
    """Order of a tensor's axes in memory. The logical shape is always the one that ONNX declares.

    LINEAR: axes in declared order, last axis contiguous. CHANNELS_LAST: axis 1 moved to the end (NCHW is
    stored as NHWC, NCL as NLC); only for rank 3 and more.
    """

    LINEAR = "linear"
    CHANNELS_LAST = "channels_last"

    def order(self, rank: int) -> tuple[int, ...]:
        """Logical axis stored at each physical position: (0, 2, 3, 1) for channels-last rank 4."""
        if self is Layout.LINEAR or rank < 3:
            return tuple(range(rank))
        return (0, *range(2, rank), 1)


@dataclass(frozen=True, slots=True)
class Quant:
    """real = scale * (q - zero_point), per tensor, along one axis or in blocks.

    `scale` holds float32 values exactly. Per tensor: one entry and `axis` None. Per channel: one entry for each
    index of `axis`; zero_point has as many entries as scale. In blocks: elements of one block, of the extents `blocks`
    along each axis, share an entry; entries lie in row-major order of the blocks, and `axis` is the axis along which
    the inputs of an output channel are grouped. [8, 64] in blocks [1, 32], axis 1: two scales for each of 8 channels.
    """

    scale: tuple[float, ...]
    zero_point: tuple[int, ...]
    axis: int | None = None
    blocks: Shape = ()

    @staticmethod
    def per_tensor(scale: float, zero_point: int) -> Quant:
        return Quant((float(np.float32(scale)),), (int(zero_point),))

    @property
    def is_per_tensor(self) -> bool:
        return self.axis is None

    def grid(self, shape: Shape) -> Shape:
        """Number of scales along each axis of a tensor of this shape."""
        if self.blocks:
            return tuple(-(-extent // block) for extent, block in zip(shape, self.blocks, strict=True))
        return tuple(extent if place == self.axis else 1 for place, extent in enumerate(shape))

    def spread(self, values: tuple[float, ...], shape: Shape) -> Array:
        """float64 scales or zero points, shaped to broadcast against a tensor of this shape."""
        found = np.array(values, dtype=np.float64).reshape(self.grid(shape))
        for axis, block in enumerate(self.blocks):
            found = np.repeat(found, block, axis=axis).take(range(shape[axis]), axis=axis)
        return found

    def scales(self, rank: int) -> Array:
        """float64 scales, shaped to broadcast against a tensor of this rank; not for blocks."""
        return self._along_axis(np.array(self.scale, dtype=np.float64), rank)

    def zero_points(self, rank: int) -> Array:
        """int64 zero points, shaped to broadcast against a tensor of this rank; not for blocks."""
        return self._along_axis(np.array(self.zero_point, dtype=np.int64), rank)

    def _along_axis(self, values: Array, rank: int) -> Array:
        assert not self.blocks, "scales in blocks are read by spread()"
        if self.axis is None:
            return values.reshape((1,) * rank)
        shape = [1] * rank
        shape[self.axis] = len(values)
        return values.reshape(shape)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a constant is stored in flash. Lossless: it decodes to exactly the integers that the graph holds.

    `name` is one of those that `kernels/pack.py` or `coding/` can write; `parameters` are its numbers: "bytes" is what
    the whole tensor takes in flash where that depends on the values.
    """

    name: str = "dense"
    parameters: tuple[tuple[str, int], ...] = ()

    def parameter(self, name: str) -> int | None:
        """A number by its name; None if it is not given."""
        return dict(self.parameters).get(name)


DENSE = Encoding()


@dataclass(frozen=True, slots=True)
class TensorType:
    """Type of one value: format, logical shape, memory layout, meaning of its integers, storage of a constant."""

    dtype: DType
    shape: Shape
    layout: Layout = Layout.LINEAR
    quant: Quant | None = None
    encoding: Encoding = DENSE

    @property
    def rank(self) -> int:
        return len(self.shape)

    @property
    def elements(self) -> int:
        return prod(self.shape)

    @property
    def bytes(self) -> int:
        """Bytes in RAM, dense."""
        return self.elements * self.dtype.bytes

    @property
    def stored_bytes(self) -> int:
        """Bytes in flash, as the encoding stores them."""
        if (stored := self.encoding.parameter("bytes")) is not None:
            return stored
        bits = {"packed4": 4, "packed2": 2}.get(self.encoding.name)
        return self.bytes if bits is None else -(-self.elements * bits // 8)

    @property
    def order(self) -> tuple[int, ...]:
        """Logical axis at each physical position."""
        return self.layout.order(self.rank)

    @property
    def physical_shape(self) -> Shape:
        """Shape as it lies in memory, slowest axis first."""
        return tuple(self.shape[axis] for axis in self.order)

    def physical_axis(self, axis: int) -> int:
        """Where the logical axis lies in memory order."""
        return self.order.index(axis)

    def same_memory(self, other: TensorType) -> bool:
        """True if both layouts put every element at the same place (axes of length 1 do not matter)."""
        mine = [axis for axis in self.order if self.shape[axis] != 1]
        theirs = [axis for axis in other.order if other.shape[axis] != 1]
        return self.dtype is other.dtype and self.shape == other.shape and mine == theirs

    def to_memory(self, array: Array) -> Array:
        """The array (logical shape) as it lies in memory: contiguous, physical shape."""
        return np.ascontiguousarray(np.transpose(array.reshape(self.shape), self.order))

    def from_memory(self, array: Array) -> Array:
        """Inverse of `to_memory`; takes any shape with the right number of elements."""
        return np.transpose(array.reshape(self.physical_shape), np.argsort(self.order))

    def zeros(self) -> Array:
        """A logical array of real zeros: of zero points where it is quantised."""
        zero = 0 if self.quant is None else self.quant.zero_points(self.rank)
        return np.ascontiguousarray(np.broadcast_to(np.asarray(zero, self.dtype.numpy), self.shape))

    def with_shape(self, shape: Shape) -> TensorType:
        return replace(self, shape=tuple(int(n) for n in shape))

    def with_layout(self, layout: Layout) -> TensorType:
        return replace(self, layout=layout)

    def real(self, stored: Array) -> Array:
        """float64 numbers that the stored ones stand for."""
        numbers = stored.astype(np.float64)
        if self.quant is None:
            return numbers
        steps = numbers - self.quant.spread(self.quant.zero_point, self.shape)
        return np.asarray(steps * self.quant.spread(self.quant.scale, self.shape))

    def with_quant(self, dtype: DType, quant: Quant | None) -> TensorType:
        return replace(self, dtype=dtype, quant=quant)

    def __str__(self) -> str:
        text = f"{self.dtype.value}[{','.join(map(str, self.shape))}]"
        if self.layout is not Layout.LINEAR:
            text += f" {self.layout.value}"
        return text
