"""Kernels of fully connected layers and 1x1 convolutions with coded weights, for every core."""

from __future__ import annotations

from collections.abc import Mapping

from tinyc.kernels.access import rows
from tinyc.kernels.coded import CODED
from tinyc.kernels.coded_weights import DECODING_COST, bound_fields, coded_weights, decoding, table_bytes, words
from tinyc.kernels.matrix import CONV_FITS, DENSE_FITS, matrix, row_count
from tinyc.kernels.overlap import Access
from tinyc.kernels.record import Field, Kernel, Params, Site, register
from tinyc.kernels.tpack_coded import LEAST_SPARE, after_all
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense

_AT_ONCE = 256
_COST = {"macs": 6.0, "outputs": 40.0, **DECODING_COST}


def _at_once(site: Site) -> int:
    """Weights that are decoded together: all of a channel if several rows need them."""
    inputs = int(matrix(site).shape[1])
    return inputs if row_count(site) > 1 else min(inputs, _AT_ONCE)


def _strip_rows(site: Site) -> int:
    """Rows that one decoding serves: all; where memory counts, as few as the cycles that may be spared allow."""
    count = row_count(site)
    if site.spare < LEAST_SPARE:
        return count
    once = sum(times * _COST[name] for name, times in decoding(site).items())
    whole = once + sum(times * _COST[name] for name, times in _plain_work(site).items())
    return -(-count // (1 + int(site.spare * whole / once)))


def _copied_bytes(site: Site) -> int:
    strip = _strip_rows(site)
    return words(strip * matrix(site).shape[1] * site.type("x").dtype.bytes) if strip < row_count(site) else 0


def _params(site: Site) -> Params:
    operator, weights = site.op.operator, matrix(site)
    assert isinstance(operator, Conv2d | Dense)
    channels = [[channel] for channel in range(len(weights))]
    fields: dict[str, Field] = {
        "rows": row_count(site),
        "in_features": weights.shape[1],
        "out_features": len(weights),
        "at_once": _at_once(site),
        "strip_rows": _strip_rows(site),
        "weights": coded_weights(site, operator.clamp, list(weights), channels, _at_once(site)),
    }
    return Params("tc_dense_s8_coded", fields | bound_fields(site, operator.clamp))


def _access(site: Site) -> Access:
    strip = _strip_rows(site)
    return rows(site, len(matrix(site)), strip) if strip < row_count(site) else after_all(site)


def _plain_work(site: Site) -> Mapping[str, int]:
    return {"macs": row_count(site) * matrix(site).size, "outputs": site.type("y").elements}


def _work(site: Site) -> Mapping[str, int]:
    strips = -(-row_count(site) // _strip_rows(site))
    return {**_plain_work(site), **{name: strips * times for name, times in decoding(site).items()}}


def _kernel(op: str, x: str) -> Kernel:
    name = f"tc_dense_{x}_coded_ref"
    return Kernel(
        name=name, op=op, source=f"dense/{name}.c", reads={"x": x, "w": f"s8:{CODED}", "y": x},
        fits=CONV_FITS if op == "conv2d" else DENSE_FITS, params=_params,
        scratch=lambda site: _copied_bytes(site) + words(_at_once(site)) + table_bytes(site),
        overlap={"x": _access}, work=_work, cost=_COST,
    )  # fmt: skip


register(*(_kernel(op, x) for op in ("dense", "conv2d") for x in ("s8", "s16")))
