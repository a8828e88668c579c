"""Constant data with value semantics: read-only arrays that compare by content."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tinyc.ir.types import Array


@dataclass(frozen=True, slots=True, eq=False)
class Blob:
    """A read-only array. Two blobs are equal if dtype, shape and all bits are equal (so NaN equals itself)."""

    array: Array

    def __post_init__(self) -> None:
        array = np.asarray(self.array)
        if array.flags.writeable or not array.flags.c_contiguous:
            array = np.array(array, order="C")
            array.setflags(write=False)
        object.__setattr__(self, "array", array)

    @property
    def key(self) -> tuple[str, tuple[int, ...], bytes]:
        return self.array.dtype.str, self.array.shape, self.array.tobytes()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Blob) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)
