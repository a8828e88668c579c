"""Kernels of convolution with coded weights, for every core and every number of groups."""

from __future__ import annotations

import math
from collections.abc import Mapping

from tinyc.kernels.coded import CODED
from tinyc.kernels.coded_weights import DECODING_COST, bound_fields, coded_weights, decoding, table_bytes, words
from tinyc.kernels.conv2d import filters, shape_fields
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.record import Kernel, Params, Predicate, Site, register
from tinyc.ops.conv2d import Conv2d


def _params(site: Site) -> Params:
    conv, weights = site.op.operator, filters(site)
    assert isinstance(conv, Conv2d)
    channels = [[channel] for channel in range(len(weights))]
    fields = {
        "shape": Params("tc_conv2d_shape", shape_fields(site)),
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
        params=_params, scratch=lambda site: words(_filter(site)) + table_bytes(site), work=_work,
        cost={"macs": 6.0, "taps": 12.0, "outputs": 60.0, **DECODING_COST},
    )  # fmt: skip


register(*(_kernel(x) for x in ("s8", "s16")))
