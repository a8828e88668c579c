"""Kernels of fully connected layers and 1x1 convolutions on int16 activations for cores with DSP."""

from __future__ import annotations

from tinyc.kernels.matrix import CONV_FITS, DENSE_FITS, matrix, row_count
from tinyc.kernels.record import Kernel, Params, Site, register
from tinyc.kernels.s16pack import S16_FITS, in_fours, pack_pairs, s16_fields
from tinyc.targets.isa import Isa


def _params(site: Site) -> Params:
    channels, inputs = matrix(site).shape
    shape = {"rows": row_count(site), "in_features": inputs, "out_features": channels}
    return Params("tc_dense_s16_pack", shape | s16_fields(site, pack_pairs(matrix(site)), in_fours(channels)))


def _pairs(site: Site) -> int:
    return -(-int(matrix(site).shape[1]) // 2)


def _work(site: Site, rows_at_once: int) -> dict[str, int]:
    """Of whole tiles: four channels and two inputs, `rows_at_once` rows."""
    channels, passes = -(-len(matrix(site)) // 4) * 4, -(-row_count(site) // rows_at_once)
    outputs, pairs = passes * rows_at_once * channels, _pairs(site)
    return {"macs": outputs * 2 * pairs, "outputs": outputs, "passes": passes, "pairs": passes * pairs}


def _kernel(op: str, rows_at_once: int) -> Kernel:
    several = rows_at_once > 1
    name = "tc_dense_rows_s16_dsp" if several else "tc_dense_s16_dsp"
    return Kernel(
        name=name, op=op, source=f"dense/{name}.c", reads={"x": "s16", "w": "s8:dense", "y": "s16"}, needs=Isa.DSP,
        fits=(*(CONV_FITS if op == "conv2d" else DENSE_FITS), *S16_FITS), params=_params,
        scratch=lambda site: 4 * rows_at_once * _pairs(site), work=lambda site: _work(site, rows_at_once),
        cost={"macs": 1.13, "outputs": 9.0, "passes": 120.0, "pairs": 12.0}
        if several
        else {"macs": 1.9, "outputs": 16.0, "passes": 60.0, "pairs": 4.0},
    )  # fmt: skip


register(*(_kernel(op, rows) for op in ("dense", "conv2d") for rows in (1, 2)))
