"""How two witnesses' values of one tensor differ: bit for bit, relatively, and in quantisation steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tinyc.ir.types import Array, TensorType

RELATIVE_BOUND = 1e-5
"""What float tensors may differ by between numpy, host and board: max|a - b| / max|b|."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Of all samples so far. `relative` is the largest max|a - b| / max|b| of a tensor; infinite where NaNs differ."""

    equal: bool = True
    relative: float = 0.0

    def __or__(self, other: Difference) -> Difference:
        return Difference(self.equal and other.equal, max(self.relative, other.relative))

    def holds(self, is_float: bool) -> bool:
        """True if the two count as the same: floats within the bound, everything else bit for bit."""
        return self.equal or (is_float and self.relative <= RELATIVE_BOUND)

    def __str__(self) -> str:
        return "bit for bit" if self.equal else f"{self.relative:.1e}"


@dataclass(frozen=True, slots=True)
class Distance:
    """From the ONNX file's value of a tensor: real units; of quantised tensors steps, and how many elements differ."""

    max_abs: float = 0.0
    max_steps: float | None = None
    differing: int = 0
    elements: int = 0

    def __or__(self, other: Distance) -> Distance:
        steps = [value for value in (self.max_steps, other.max_steps) if value is not None]
        return Distance(
            max(self.max_abs, other.max_abs),
            max(steps) if steps else None,
            self.differing + other.differing,
            self.elements + other.elements,
        )

    @property
    def differing_rate(self) -> float | None:
        """Share of the elements that are off by a step or more; None for floats."""
        return None if self.max_steps is None else self.differing / max(self.elements, 1)


def difference(ours: Array, theirs: Array) -> Difference:
    """Between two arrays [N, ...] of one dtype."""
    if ours.tobytes() == theirs.tobytes():
        return Difference()
    if ours.dtype.kind == "f" and np.array_equal(ours, theirs, equal_nan=True):
        return Difference(equal=False, relative=0.0)
    return Difference(equal=False, relative=max(map(_relative, ours, theirs)))


def distance(ours: Array, kind: TensorType, theirs: Array) -> Distance:
    """Between our values of a type and the ONNX file's, which may be real numbers or integers.

    uint8 in the file is int8 here, 128 apart.
    """
    wide = ours.astype(np.float64)
    if kind.quant is None:
        return Distance(max_abs=_greatest(wide - theirs.astype(np.float64)), elements=ours.size)
    scale, zero_point = float(kind.quant.scale[0]), float(kind.quant.zero_point[0])
    if theirs.dtype.kind == "f":
        steps = wide - zero_point - theirs.astype(np.float64) / scale
    else:
        shift = 128.0 if (theirs.dtype, ours.dtype) == (np.dtype(np.uint8), np.dtype(np.int8)) else 0.0
        steps = wide - (theirs.astype(np.float64) - shift)
    off = int(np.count_nonzero(np.abs(steps) > 0.75))
    return Distance(_greatest(steps) * scale, _greatest(steps), off, ours.size)


def _relative(ours: Array, theirs: Array) -> float:
    wide, other = ours.astype(np.float64), theirs.astype(np.float64)
    if not np.array_equal(np.isfinite(wide), np.isfinite(other)):
        return float("inf")
    apart, most = _greatest(wide - other), _greatest(other)
    return 0.0 if apart == 0.0 else apart / max(most, float(np.finfo(np.float32).tiny))


def _greatest(values: Array) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max(initial=0.0))
