"""Kernels of fully connected layers and 1x1 convolutions with weights of 4 and 2 bits for cores with DSP."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tinyc.kernels.access import rows
from tinyc.kernels.matrix import CONV_FITS, DENSE_FITS, matrix, row_count
from tinyc.kernels.overlap import Access
from tinyc.kernels.qpack import QPACK2, QPACK4, Qpack, pairs_fields, qpack_fields, qpack_fits
from tinyc.kernels.record import Field, Kernel, Params, Site, register
from tinyc.targets.isa import Isa

_TILE_BYTES = 2048
"""Of expanded rows; at least two rows, however long."""


def _params(pack: Qpack, several: bool) -> Callable[[Site], Params]:
    def params(site: Site) -> Params:
        channels, inputs = matrix(site).shape
        shape: dict[str, Field] = {"rows": row_count(site), "in_features": inputs, "out_features": channels}
        if not several:
            return Params("tc_dense_s8_qpack", shape | qpack_fields(pack, site, matrix(site)))
        tile: dict[str, Field] = {"tile_rows": _tile_rows(site)}
        return Params("tc_dense_rows_s8_qpack", shape | tile | pairs_fields(pack, site, matrix(site)))

    return params


def _tile_rows(site: Site) -> int:
    """Rows that are expanded together: even, as many as fit a tile's bytes."""
    fitting = _TILE_BYTES // (16 * _quads(site)) * 2
    return max(2, min(fitting, -(-row_count(site) // 2) * 2))


def _scratch(several: bool) -> Callable[[Site], int]:
    def scratch(site: Site) -> int:
        if not several:
            return 8 * _quads(site)
        return _tile_rows(site) * (4 + 8 * _quads(site)) + 8 * -(-len(matrix(site)) // 4)

    return scratch


def _access(several: bool) -> Callable[[Site], Access]:
    return lambda site: rows(site, len(matrix(site)), _tile_rows(site) if several else 1)


def _quads(site: Site) -> int:
    inputs: int = matrix(site).shape[1]
    return -(-inputs // 4)


def _work(rows_at_once: int) -> Callable[[Site], Mapping[str, int]]:
    """Of whole tiles: four channels and four inputs, `rows_at_once` rows."""

    def work(site: Site) -> Mapping[str, int]:
        spills, channels = len(matrix(site)) % 4 > 0, -(-len(matrix(site)) // 4) * 4
        passes = -(-row_count(site) // rows_at_once)
        outputs, quads = passes * rows_at_once * channels, _quads(site)
        return {
            "macs": outputs * 4 * quads, "outputs": outputs, "passes": passes, "quads": passes * quads,
            "spills": spills * (passes if rows_at_once == 1 else 1),
        }  # fmt: skip

    return work




_COST_OF_ROWS = {"macs": 0.95, "outputs": 11.0, "passes": 60.0, "quads": 18.0, "spills": 150.0}
_COST_OF_ONE = {"macs": 1.25, "outputs": 12.0, "passes": 130.0, "quads": 9.0, "spills": 100.0}


def _kernel(pack: Qpack, op: str, rows_at_once: int) -> Kernel:
    several = rows_at_once > 1
    name = f"tc_dense_rows_s8w{pack.bits}_dsp" if several else f"tc_dense_s8w{pack.bits}_dsp"
    return Kernel(
        name=name, op=op, source=f"dense/{name}.c", needs=Isa.DSP,
        reads={"x": "s8", "w": f"s8:{pack.encoding}", "y": "s8"},
        fits=(*(CONV_FITS if op == "conv2d" else DENSE_FITS), *qpack_fits(pack)), params=_params(pack, several),
        scratch=_scratch(several), overlap={"x": _access(several)} if several else {}, work=_work(rows_at_once),
        cost=_COST_OF_ROWS if several else _COST_OF_ONE,
    )  # fmt: skip


register(*(_kernel(pack, op, rows) for pack in (QPACK4, QPACK2) for op in ("dense", "conv2d") for rows in (1, 2)))
