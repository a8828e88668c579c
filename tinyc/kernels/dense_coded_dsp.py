"""Kernels of fully connected layers and 1x1 convolutions with coded weights, for cores with DSP."""

from __future__ import annotations

from collections.abc import Mapping

from tinyc.kernels.access import rows
from tinyc.kernels.coded import CODED
from tinyc.kernels.coded_weights import bound_fields, table_bytes, words
from tinyc.kernels.dense_dsp import CONV_FITS, DENSE_FITS, matrix, row_count, rows_scratch, rows_work, tile_rows
from tinyc.kernels.overlap import Access
from tinyc.kernels.record import Field, Kernel, Params, Site, Symbol, register
from tinyc.kernels.tpack import TPACK_FITS
from tinyc.kernels.tpack_coded import (
    after_all,
    coded_quads,
    coded_tpack,
    input_quads,
    is_one_tile,
    tile_bytes,
    tile_count,
)
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.targets.isa import Isa

_PLAIN = "tc_dense_rows_s8_dsp"
_AT_ONCE = 128


def _params(site: Site) -> Params:
    operator, (channels, inputs) = site.op.operator, matrix(site).shape
    assert isinstance(operator, Conv2d | Dense)
    coded = coded_tpack(site, operator.clamp, matrix(site), rows_scratch(site))
    tile: dict[str, Field] = {
        "rows": row_count(site), "in_features": inputs, "out_features": 0, "tile_rows": tile_rows(site),
        "out_step": channels, "weights": None, "constants": None, "shared_shift": coded.fields["shared_shift"],
        "low": -128, "high": 127,
    }  # fmt: skip
    run = Symbol(_PLAIN, f"dense/{_PLAIN}.c")
    return Params("tc_dense_s8_coded_tpack", {"tile": Params("tc_dense_s8_tpack", tile), "run": run, "coded": coded})


def _access(site: Site) -> Access:
    return rows(site, len(matrix(site)), tile_rows(site)) if is_one_tile(site) else after_all(site)


def _work(site: Site) -> Mapping[str, int]:
    """That of the plain kernel for every tile; decoding."""
    plain, channels, tiles = rows_work(site), len(matrix(site)), tile_count(site)
    return {
        **plain, "passes": tiles * plain["passes"], "quads": tiles * plain["quads"],
        "weights": matrix(site).size, "channels": channels,
    }  # fmt: skip


def _at_once(site: Site) -> int:
    """Inputs of four channels that are decoded together."""
    return min(4 * input_quads(site), _AT_ONCE)


def _params_of_one(site: Site) -> Params:
    operator, weights = site.op.operator, matrix(site)
    assert isinstance(operator, Conv2d | Dense)
    fields: dict[str, Field] = {
        "rows": row_count(site), "in_features": weights.shape[1], "out_features": len(weights),
        "at_once": _at_once(site), "weights": coded_quads(site, operator.clamp, weights, _at_once(site)),
    }  # fmt: skip
    return Params("tc_dense_s8_coded_parts", fields | bound_fields(site, operator.clamp))


def _work_of_one(site: Site) -> Mapping[str, int]:
    """Everything once for each row; `pieces` of four channels."""
    rows_, weights = row_count(site), matrix(site)
    quads = -(-len(weights) // 4)
    return {
        "weights": rows_ * 4 * quads * 4 * input_quads(site), "channels": rows_ * 4 * quads,
        "pieces": rows_ * quads * -(-weights.shape[1] // _at_once(site)), "inputs": rows_ * weights.shape[1],
    }  # fmt: skip


def _kernel_of_one(op: str) -> Kernel:
    name = "tc_dense_s8_coded_dsp"
    return Kernel(
        name=name, op=op, source=f"dense/{name}.c", reads={"x": "s8", "w": f"s8:{CODED}", "y": "s8"}, needs=Isa.DSP,
        fits=(*(CONV_FITS if op == "conv2d" else DENSE_FITS), *TPACK_FITS), params=_params_of_one,
        scratch=lambda site: 8 * input_quads(site) + 4 * _at_once(site) + table_bytes(site),
        overlap={"x": lambda site: rows(site, len(matrix(site)), 1)}, work=_work_of_one,
        cost={"weights": 18.0, "channels": 150.0, "pieces": 150.0, "inputs": 8.0},
    )  # fmt: skip


def _kernel(op: str) -> Kernel:
    name = "tc_dense_rows_s8_coded_dsp"
    return Kernel(
        name=name, op=op, source=f"dense/{name}.c", reads={"x": "s8", "w": f"s8:{CODED}", "y": "s8"}, needs=Isa.DSP,
        fits=(*(CONV_FITS if op == "conv2d" else DENSE_FITS), *TPACK_FITS), params=_params,
        scratch=lambda site: words(rows_scratch(site)) + tile_bytes(site), overlap={"x": _access}, work=_work,
        cost={"macs": 0.95, "outputs": 10.0, "passes": 40.0, "quads": 17.0, "weights": 19.0, "channels": 150.0},
    )  # fmt: skip


register(*(make(op) for op in ("dense", "conv2d") for make in (_kernel, _kernel_of_one)))
