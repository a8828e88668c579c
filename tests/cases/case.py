"""A case: one ONNX node with shapes, attributes and data. One table per operator family is read by the numpy test,
the host kernel test, the emulator test and the benchmark.

Each case runs in float32 against the ONNX reference; with `int8=True` it runs a second time wrapped in
DequantizeLinear / QuantizeLinear, so that the integer operator, its packing and its kernels are tested as well. With
`int16=True` it runs like that alone, with activations of int16 and no zero points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True)
class Data:
    """How the data of one input is made: seeded, in [low, high] for floats, or given as it is."""

    shape: tuple[int, ...]
    dtype: str = "float32"
    low: float = -3.0
    high: float = 3.0
    values: Any = None

    def array(self, seed: int) -> Array:
        if self.values is not None:
            return np.array(self.values, dtype=self.dtype).reshape(self.shape)
        generator = np.random.default_rng(seed)
        real = generator.uniform(self.low, self.high, self.shape)
        return real.astype(self.dtype) if self.dtype.startswith("float") else np.round(real).astype(self.dtype)


def x(*shape: int, dtype: str = "float32", low: float = -3.0, high: float = 3.0) -> Data:
    """Random data of a shape."""
    return Data(tuple(shape), dtype, low, high)


def given(values: Any, dtype: str) -> Data:
    """Exactly these numbers."""
    return Data(np.shape(values), dtype, values=values)


@dataclass(frozen=True)
class Case:
    """`inputs` in the order of the node; those named in `constants` are initialisers, the others graph inputs.

    An input of None is a missing optional one. `outputs` is the number of outputs. `rtol` and `atol` bound the distance
    of float results from the ONNX reference.
    """

    op_type: str
    name: str
    inputs: tuple[Data | None, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    constants: tuple[int, ...] = ()
    outputs: int = 1
    int8: bool = False
    int16: bool = False
    opset: int = 17
    domain: str = ""
    rtol: float = 1e-5
    atol: float = 1e-6

    @property
    def id(self) -> str:
        return f"{self.op_type}-{self.name}"
