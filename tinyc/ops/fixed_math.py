"""Functions whose float32 steps are fixed, so that numpy, the host and every board give the same bits.

`runtime_c/include/tinyc/fixed_math.h` says the same in C. Polynomials: Moshier, Cephes (expf.c, tanhf.c). Against the
real functions the results differ by less than 3e-7.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tinyc.ir.types import Array

LOWEST = -87.0
"""e to less than this is taken as e to this: 2^n stays a normal number."""
SMALL = 0.625
"""Below this magnitude tanh is a polynomial of its own."""
_LOG2_E = 1.44269504088896341
_LN2 = (0.693359375, -2.12194440e-4)
_EXP = (1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1)
_TANH = (-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1)


def exp_of_negative(v: Array) -> Array:
    """e^v of float32 v <= 0."""
    bounded = np.where(v < np.float32(LOWEST), np.float32(LOWEST), v)
    n = np.nan_to_num(np.rint(bounded * np.float32(_LOG2_E)), nan=0.0)
    rest = (bounded - n * np.float32(_LN2[0])) - n * np.float32(_LN2[1])
    result = ((_polynomial(_EXP, rest) * (rest * rest)) + rest) + np.float32(1.0)
    return np.ldexp(result, n.astype(np.int32))


def sigmoid(v: Array) -> Array:
    """1 / (1 + e^-v) of float32 v."""
    small = exp_of_negative(-np.abs(v))
    return np.asarray(np.where(v < 0, small, np.float32(1.0)) / (np.float32(1.0) + small))


def tanh(v: Array) -> Array:
    """The hyperbolic tangent of float32 v."""
    with np.errstate(over="ignore", invalid="ignore"):
        square = v * v
        near = ((_polynomial(_TANH, square) * square) * v) + v
        small = exp_of_negative(np.float32(-2.0) * np.abs(v))
    far = (np.float32(1.0) - small) / (np.float32(1.0) + small)
    return np.where(np.abs(v) < np.float32(SMALL), near, np.where(v < 0, -far, far))


def _polynomial(factors: Sequence[float], x: Array) -> Array:
    """Horner's scheme; the first factor is that of the highest power."""
    total = np.full_like(x, factors[0])
    for factor in factors[1:]:
        total = (total * x) + np.float32(factor)
    return total
