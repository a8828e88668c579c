"""What values become when float arithmetic becomes integer arithmetic: the options of `quantize`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from tinyc.calibration.ranges import RangeMethod
from tinyc.calibration.rounding import Rounding
from tinyc.ir.types import DENSE, Encoding


class WeightFormat(Enum):
    """Integers that weights become; symmetric, zero point 0."""

    INT8 = "int8"
    INT4 = "int4"
    INT2 = "int2"

    @property
    def largest(self) -> int:
        return {"int8": 127, "int4": 7, "int2": 1}[self.value]

    @property
    def encoding(self) -> Encoding:
        """How they are stored."""
        return {"int8": DENSE, "int4": Encoding("packed4"), "int2": Encoding("packed2")}[self.value]


class ActivationFormat(Enum):
    """What activations become: int8, or float32 as they are (weights alone are quantised)."""

    INT8 = "int8"
    FLOAT = "float"


@dataclass(frozen=True, slots=True)
class QuantizeOptions:
    """Options of the pass `quantize`, which describes them."""

    weights: WeightFormat = WeightFormat.INT8
    activations: ActivationFormat = ActivationFormat.INT8
    per_channel: bool = True
    calibrate: RangeMethod = RangeMethod.MSE
    rounding: Rounding = Rounding.NEAREST
    first: WeightFormat = WeightFormat.INT8
