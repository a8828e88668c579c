"""Kernels of fully connected layers with coded weights, for every core."""

from __future__ import annotations

from collections.abc import Mapping

from tinyc.kernels.coded import CODED
from tinyc.kernels.coded_weights import DECODING_COST, bound_fields, coded_weights, decoding, table_bytes, words
from tinyc.kernels.predicates import constant, linear
from tinyc.kernels.record import Kernel, Params, Site, register
from tinyc.ops.dense import Dense

_AT_ONCE = 256


def _rows(site: Site) -> int:
    return site.type("x").elements // site.type("x").shape[-1]


def _at_once(site: Site) -> int:
    """Weights that are decoded together: all of a channel if several rows need them."""
    inputs = site.type("x").shape[-1]
    return inputs if _rows(site) > 1 else min(inputs, _AT_ONCE)


def _params(site: Site) -> Params:
    dense, weights = site.op.operator, site.array("w")
    assert isinstance(dense, Dense) and weights is not None
    channels = [[channel] for channel in range(len(weights))]
    fields = {
        "rows": _rows(site),
        "in_features": weights.shape[1],
        "out_features": len(weights),
        "at_once": _at_once(site),
        "weights": coded_weights(site, dense.clamp, list(weights), channels, _at_once(site)),
    }
    return Params("tc_dense_s8_coded", fields | bound_fields(site, dense.clamp))


def _work(site: Site) -> Mapping[str, int]:
    macs = site.op.operator.macs(site.inputs, site.outputs)
    return {"macs": macs, "outputs": site.type("y").elements, **decoding(site)}


def _kernel(x: str) -> Kernel:
    name = f"tc_dense_{x}_coded_ref"
    return Kernel(
        name=name, op="dense", source=f"dense/{name}.c", reads={"x": x, "w": f"s8:{CODED}", "y": x},
        fits=(constant("w", "b"), linear("x", "y")), params=_params,
        scratch=lambda site: words(_at_once(site)) + table_bytes(site), work=_work,
        cost={"macs": 6.0, "outputs": 40.0, **DECODING_COST},
    )  # fmt: skip


register(*(_kernel(x) for x in ("s8", "s16")))
