"""Results known at import, and batch normalisation, which is made of them."""

import numpy as np

from tests.cases.case import Case, given, x

CASES = [
    Case("Shape", "whole", (x(2, 3, 4),)),
    Case("Shape", "part", (x(2, 3, 4, 5),), {"start": 1, "end": -1}),
    Case("Size", "elements", (x(2, 3, 4),)),
    Case("ConstantOfShape", "zeros", (given([2, 3], "int64"),), {}, (0,)),
    Case("BatchNormalization", "2d", (x(2, 3, 4, 5), x(3), x(3), x(3), x(3, low=0.1)), {}, (1, 2, 3, 4), rtol=1e-4, atol=1e-5),
    Case("BatchNormalization", "epsilon", (x(2, 3), x(3), x(3), x(3), given(np.zeros(3), "float32")), {"epsilon": 0.01}, (1, 2, 3, 4), rtol=1e-4, atol=1e-4),
]  # fmt: skip
