"""What values become when float arithmetic becomes integer arithmetic: the options of `quantize`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from tinyc.calibration.ranges import RangeMethod
from tinyc.calibration.rounding import Rounding
from tinyc.calibration.weights import Scales
from tinyc.errors import RecipeError
from tinyc.ir.types import DENSE, DType, Encoding


class WeightFormat(Enum):
    """Integers that weights become; symmetric, zero point 0."""

    INT8 = "int8"
    INT4 = "int4"
    INT2 = "int2"
    INT16 = "int16"

    @property
    def largest(self) -> int:
        return {"int16": 32767, "int8": 127, "int4": 7, "int2": 1}[self.value]

    @property
    def encoding(self) -> Encoding:
        """How they are stored."""
        return {"int4": Encoding("packed4"), "int2": Encoding("packed2")}.get(self.value, DENSE)

    @property
    def dtype(self) -> DType:
        """What holds one of them outside flash."""
        return DType.S16 if self is WeightFormat.INT16 else DType.S8


class ActivationFormat(Enum):
    """What activations become: int8, int8 of which 16 levels are used, int16, float32 as they are (weights alone are
    quantised), or float32 that each layer turns into int8 at run time.
    """

    INT8 = "int8"
    INT4 = "int4"
    INT16 = "int16"
    FLOAT = "float"
    DYNAMIC = "dynamic"

    @property
    def dtype(self) -> DType:
        """What holds a quantised activation."""
        return DType.S16 if self is ActivationFormat.INT16 else DType.S8


@dataclass(frozen=True, slots=True)
class QuantizeOptions:
    """Options of the pass `quantize`, which describes them."""

    weights: WeightFormat = WeightFormat.INT8
    activations: ActivationFormat = ActivationFormat.INT8
    per_channel: bool = True
    calibrate: RangeMethod = RangeMethod.MSE
    rounding: Rounding = Rounding.NEAREST
    first: WeightFormat = WeightFormat.INT8
    group: int | None = None
    scales: Scales = Scales.MSE

    def __post_init__(self) -> None:
        """RecipeError for options that do not go together."""
        integer = self.activations not in (ActivationFormat.FLOAT, ActivationFormat.DYNAMIC)
        if self.group is not None and self.group < 1:
            raise RecipeError(f"group={self.group}: a group has one input or more", hint="group=32 is usual for int4")
        if self.group is not None and integer:
            raise RecipeError(
                f"group={self.group} with activations={self.activations.value}: a sum in int32 has one scale",
                hint="activations=float and activations=dynamic have a sum for each group",
            )
        if self.group is not None and not self.per_channel:
            raise RecipeError(f"group={self.group} with per_channel=false: groups are parts of output channels")
        wide = self.activations in (ActivationFormat.FLOAT, ActivationFormat.INT16)
        if WeightFormat.INT16 in (self.weights, self.first) and not wide:
            raise RecipeError(
                f"weights=int16 with activations={self.activations.value}: products of both may leave int32",
                hint="activations=float and activations=int16 take them",
            )
