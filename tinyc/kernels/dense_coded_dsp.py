"""Kernels of fully connected layers and 1x1 convolutions with coded weights, for cores with DSP: several rows."""

from __future__ import annotations

from collections.abc import Mapping

from tinyc.kernels.access import rows
from tinyc.kernels.coded import CODED
from tinyc.kernels.coded_weights import DECODING_COST, decoding, words
from tinyc.kernels.dense_dsp import CONV_FITS, DENSE_FITS, matrix, row_count, rows_scratch, rows_work, tile_rows
from tinyc.kernels.overlap import Access
from tinyc.kernels.record import Field, Kernel, Params, Site, Symbol, register
from tinyc.kernels.tpack import TPACK_FITS
from tinyc.kernels.tpack_coded import (
    after_all,
    coded_tpack,
    is_one_tile,
    tile_bytes,
    tile_count,
)
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.targets.isa import Isa

_PLAIN = "tc_dense_rows_s8_dsp"
_COST = {"macs": 0.95, "outputs": 10.0, "passes": 40.0, "quads": 17.0, "calls": 150.0, **DECODING_COST}


def _strip_rows(site: Site) -> int:
    """Rows that one decoding serves: all; where memory counts and y could not lie over x otherwise, an even number, as
    few as the cycles that may be spared allow.
    """
    count = row_count(site)
    if is_one_tile(site) or site.spare == 0:
        return count
    once = sum(times * _COST[name] for name, times in decoding(site).items())
    plain = sum(times * _COST[name] for name, times in rows_work(site).items())
    decodings = 1 + int(site.spare * (plain + once) / once)
    return min(-(-count // decodings + 1) // 2 * 2, count)


def _copied_bytes(site: Site) -> int:
    strip = _strip_rows(site)
    return words(strip * matrix(site).shape[1]) if strip < row_count(site) else 0


def _params(site: Site) -> Params:
    operator, (channels, inputs) = site.op.operator, matrix(site).shape
    assert isinstance(operator, Conv2d | Dense)
    coded = coded_tpack(site, operator.clamp, matrix(site), words(rows_scratch(site)) + _copied_bytes(site))
    tile: dict[str, Field] = {
        "rows": row_count(site), "in_features": inputs, "out_features": 0, "tile_rows": tile_rows(site),
        "out_step": channels, "weights": None, "constants": None, "shared_shift": coded.fields["shared_shift"],
        "low": -128, "high": 127,
    }  # fmt: skip
    fields: dict[str, Field] = {
        "tile": Params("tc_dense_s8_tpack", tile),
        "run": Symbol(_PLAIN, f"dense/{_PLAIN}.c"),
        "strip_rows": _strip_rows(site),
        "coded": coded,
    }
    return Params("tc_dense_s8_coded_tpack", fields)


def _scratch(site: Site) -> int:
    return words(rows_scratch(site)) + _copied_bytes(site) + tile_bytes(site)


def _access(site: Site) -> Access:
    if is_one_tile(site):
        return rows(site, len(matrix(site)), tile_rows(site))
    strip = _strip_rows(site)
    return rows(site, len(matrix(site)), strip) if strip < row_count(site) else after_all(site)


def _work(site: Site) -> Mapping[str, int]:
    """That of the plain kernel for every tile; for every strip."""
    plain, tiles, strips = rows_work(site), tile_count(site), -(-row_count(site) // _strip_rows(site))
    again = {name: strips * times for name, times in decoding(site).items()}
    several = {"passes": tiles * plain["passes"], "quads": tiles * plain["quads"], "calls": strips * tiles}
    return {**plain, **several, **again}


def _kernel(op: str) -> Kernel:
    name = "tc_dense_rows_s8_coded_dsp"
    return Kernel(
        name=name, op=op, source=f"dense/{name}.c", reads={"x": "s8", "w": f"s8:{CODED}", "y": "s8"}, needs=Isa.DSP,
        fits=(*(CONV_FITS if op == "conv2d" else DENSE_FITS), *TPACK_FITS), params=_params, scratch=_scratch,
        overlap={"x": _access}, work=_work, cost=_COST,
    )  # fmt: skip


register(*(_kernel(op) for op in ("dense", "conv2d")))
