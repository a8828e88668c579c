"""The kernel of fully connected layers and 1x1 convolutions for cores with DSP that takes no scratch memory."""

from __future__ import annotations

from collections.abc import Mapping

from tinyc.kernels.access import rows
from tinyc.kernels.dense_dsp import WORTH_ITS_CODE, row_params
from tinyc.kernels.matrix import CONV_FITS, DENSE_FITS, matrix, row_count
from tinyc.kernels.overlap import Access
from tinyc.kernels.record import Kernel, Params, Predicate, Site, register
from tinyc.kernels.tpack import TPACK_FITS, tpack_fields
from tinyc.targets.isa import Isa


def _params(site: Site) -> Params:
    return row_params(site, tpack_fields(site, matrix(site), pairs=False), 1)


def _access(site: Site) -> Access:
    return rows(site, len(matrix(site)), 1, in_turn=True)


def _work(site: Site) -> Mapping[str, int]:
    """Of whole tiles: four channels and four inputs; `tails` are tiles at the end of rows that end within a word."""
    channels, inputs = matrix(site).shape
    count, quads = row_count(site), -(-channels // 4)
    outputs = count * quads * 4
    return {
        "macs": outputs * (inputs // 4 * 4), "outputs": outputs, "passes": count,
        "tails": count * quads if inputs % 4 else 0,
    }  # fmt: skip


def _kernel(op: str) -> Kernel:
    return Kernel(
        name="tc_dense_s8_bytes_dsp", op=op, source="dense/tc_dense_s8_bytes_dsp.c", needs=Isa.DSP,
        reads={"x": "s8", "w": "s8:dense", "y": "s8"},
        fits=(
            *(CONV_FITS if op == "conv2d" else DENSE_FITS), *TPACK_FITS, WORTH_ITS_CODE,
            Predicate("four inputs or more", lambda site: matrix(site).shape[1] >= 4),
        ),
        params=_params, overlap={"x": _access}, work=_work,
        cost={"macs": 1.25, "outputs": 14.0, "passes": 120.0, "tails": 20.0, "calls": 40.0},
    )  # fmt: skip


register(_kernel("dense"), _kernel("conv2d"))
