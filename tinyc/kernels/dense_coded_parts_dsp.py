"""Kernels of fully connected layers and 1x1 convolutions with coded weights, for cores with DSP: single rows."""

from __future__ import annotations

from collections.abc import Mapping

from tinyc.kernels.access import rows
from tinyc.kernels.coded import CODED
from tinyc.kernels.coded_weights import DECODING_COST, bound_fields, decoding, table_bytes
from tinyc.kernels.matrix import CONV_FITS, DENSE_FITS, matrix, row_count
from tinyc.kernels.record import Field, Kernel, Params, Site, register
from tinyc.kernels.tpack import TPACK_FITS
from tinyc.kernels.tpack_coded import coded_quads, input_quads
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.targets.isa import Isa

_AT_ONCE = 128


def _at_once(site: Site) -> int:
    """Inputs of four channels that are decoded together."""
    return min(4 * input_quads(site), _AT_ONCE)


def _params(site: Site) -> Params:
    operator, weights = site.op.operator, matrix(site)
    assert isinstance(operator, Conv2d | Dense)
    fields: dict[str, Field] = {
        "rows": row_count(site), "in_features": weights.shape[1], "out_features": len(weights),
        "at_once": _at_once(site), "weights": coded_quads(site, operator.clamp, weights, _at_once(site)),
    }  # fmt: skip
    return Params("tc_dense_s8_coded_parts", fields | bound_fields(site, operator.clamp))


def _work(site: Site) -> Mapping[str, int]:
    """Everything once for each row; `pieces` of four channels."""
    count, (channels, inputs) = row_count(site), matrix(site).shape
    quads = -(-channels // 4)
    again = {name: count * times for name, times in decoding(site).items()}
    pieces = count * quads * -(-inputs // _at_once(site))
    return {**again, "macs": count * 16 * quads * input_quads(site), "pieces": pieces, "inputs": count * inputs}


def _kernel(op: str) -> Kernel:
    name = "tc_dense_s8_coded_dsp"
    return Kernel(
        name=name, op=op, source=f"dense/{name}.c", reads={"x": "s8", "w": f"s8:{CODED}", "y": "s8"}, needs=Isa.DSP,
        fits=(*(CONV_FITS if op == "conv2d" else DENSE_FITS), *TPACK_FITS), params=_params,
        scratch=lambda site: 8 * input_quads(site) + 4 * _at_once(site) + table_bytes(site),
        overlap={"x": lambda site: rows(site, len(matrix(site)), 1)}, work=_work,
        cost={**DECODING_COST, "macs": 1.3, "pieces": 150.0, "inputs": 6.0},
    )  # fmt: skip


register(*(_kernel(op) for op in ("dense", "conv2d")))
