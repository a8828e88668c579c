"""Kernels of convolution with coded weights, for every core and every number of groups."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from tinyc.kernels.access import filters_in_turn, in_groups, positioned, spatial_axes
from tinyc.kernels.coded import CODED
from tinyc.kernels.coded_weights import DECODING_COST, bound_fields, coded_weights, decoding, table_bytes, words
from tinyc.kernels.conv2d import filters, shape_fields
from tinyc.kernels.overlap import Access
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, register
from tinyc.kernels.tpack_coded import LEAST_SPARE
from tinyc.ops.conv2d import Conv2d


def _is_copied(site: Site) -> bool:
    """Channel after channel of a depthwise layer, where memory counts: outputs may lie over inputs then."""
    conv, shape = site.op.operator, site.type("x").shape
    assert isinstance(conv, Conv2d)
    return site.spare >= LEAST_SPARE and conv.groups == shape[1] and shape[0] == 1


def _copied_bytes(site: Site) -> int:
    return words(site.type("x").bytes // site.type("x").shape[1]) if _is_copied(site) else 0


def _access(site: Site) -> Access:
    conv = site.op.operator
    assert isinstance(conv, Conv2d)
    if not _is_copied(site):
        return filters_in_turn(site, spatial_axes(site, conv.window), conv.groups)
    x, y = site.type("x").shape, site.type("y").shape
    steps = in_groups(x[1], y[1], x[1])
    return positioned(site, np.zeros(math.prod(x[2:]), np.int64), np.zeros(math.prod(y[2:]), np.int64), steps)


def _params(site: Site) -> Params:
    conv, weights = site.op.operator, filters(site)
    assert isinstance(conv, Conv2d)
    channels = [[channel] for channel in range(len(weights))]
    fields: dict[str, Field] = {
        "shape": Params("tc_conv2d_shape", shape_fields(site)),
        "copied": int(_is_copied(site)),
        "weights": coded_weights(site, conv.clamp, list(weights.reshape(len(weights), -1)), channels),
    }
    return Params("tc_conv2d_s8_coded", fields | bound_fields(site, conv.clamp))


def _filter(site: Site) -> int:
    return math.prod(site.type("w").shape[1:])


def _work(site: Site) -> Mapping[str, int]:
    y = site.type("y")
    return {
        "macs": site.op.operator.macs(site.inputs, site.outputs),
        "taps": y.elements * math.prod(site.type("w").shape[2:]),
        "outputs": y.elements,
        "copies": site.type("x").elements if _is_copied(site) else 0,
        **decoding(site),
    }


def _kernel(x: str) -> Kernel:
    name = f"tc_conv2d_{x}_coded_ref"
    return Kernel(
        name=name, op="conv2d", source=f"conv/{name}.c", reads={"x": x, "w": f"s8:{CODED}", "y": x},
        fits=(
            constant("w", "b"),
            channels_last("x", "y"),
            Predicate("one or two spatial axes", lambda site: site.type("x").rank in (3, 4)),
        ),
        params=_params, overlap={"x": _access}, work=_work,
        scratch=lambda site: _copied_bytes(site) + words(_filter(site)) + table_bytes(site),
        cost={"macs": 6.0, "taps": 12.0, "outputs": 60.0, "copies": 8.0, **DECODING_COST},
    )  # fmt: skip


register(*(_kernel(x) for x in ("s8", "s16")))
