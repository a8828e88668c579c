"""Fully connected layers, and 1x1 convolutions, which are the same for each pixel: rows times a matrix."""

from __future__ import annotations

from tinyc.ir.types import Array
from tinyc.kernels.predicates import channels_last, constant, linear
from tinyc.kernels.record import Predicate, Site
from tinyc.ops.conv2d import Conv2d


def matrix(site: Site) -> Array:
    """Weights [out, in]."""
    weights = site.array("w")
    assert weights is not None
    return weights.reshape(weights.shape[0], -1)


def row_count(site: Site) -> int:
    """Vectors to multiply."""
    return site.type("y").elements // len(matrix(site))


def is_matrix(site: Site) -> bool:
    """Whether a convolution is 1x1, of stride 1, without padding or groups."""
    conv = site.op.operator
    assert isinstance(conv, Conv2d)
    window = conv.window
    ones = {*window.kernel, *window.strides} == {1}
    return ones and not any((*window.begin, *window.end)) and conv.groups == 1


CONV_FITS = (constant("w", "b"), channels_last("x", "y"), Predicate("must be 1x1, stride 1, one group", is_matrix))
DENSE_FITS = (constant("w", "b"), linear("x", "y"))
