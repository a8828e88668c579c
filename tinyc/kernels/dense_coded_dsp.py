"""Kernels of fully connected layers and 1x1 convolutions with coded weights, for cores with DSP."""

from __future__ import annotations

from collections.abc import Mapping

from tinyc.kernels.access import rows
from tinyc.kernels.coded import CODED
from tinyc.kernels.coded_weights import words
from tinyc.kernels.dense_dsp import CONV_FITS, DENSE_FITS, matrix, row_count, rows_scratch, rows_work, tile_rows
from tinyc.kernels.overlap import Access
from tinyc.kernels.record import Field, Kernel, Params, Site, Symbol, register
from tinyc.kernels.tpack import TPACK_FITS
from tinyc.kernels.tpack_coded import after_all, coded_tpack, is_one_tile, tile_bytes, tile_count
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.targets.isa import Isa

_PLAIN = "tc_dense_rows_s8_dsp"


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


def _kernel(op: str) -> Kernel:
    name = "tc_dense_rows_s8_coded_dsp"
    return Kernel(
        name=name, op=op, source=f"dense/{name}.c", reads={"x": "s8", "w": f"s8:{CODED}", "y": "s8"}, needs=Isa.DSP,
        fits=(*(CONV_FITS if op == "conv2d" else DENSE_FITS), *TPACK_FITS), params=_params,
        scratch=lambda site: words(rows_scratch(site)) + tile_bytes(site), overlap={"x": _access}, work=_work,
        cost={"macs": 0.95, "outputs": 10.0, "passes": 40.0, "quads": 17.0, "weights": 19.0, "channels": 150.0},
    )  # fmt: skip


register(*(_kernel(op) for op in ("dense", "conv2d")))
