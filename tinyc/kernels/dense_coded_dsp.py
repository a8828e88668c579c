"""Kernels of fully connected layers and 1x1 convolutions with coded weights, for cores with DSP: several rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from tinyc.kernels.access import rows
from tinyc.kernels.coded import CODED
from tinyc.kernels.coded_weights import DECODING_COST, decoding_of, table_bytes, words
from tinyc.kernels.dense_dsp import COST_OF_ROWS, tile_rows
from tinyc.kernels.matrix import CONV_FITS, DENSE_FITS, matrix, row_count
from tinyc.kernels.overlap import Access
from tinyc.kernels.record import Field, Kernel, Params, Site, Symbol, register
from tinyc.kernels.tpack import TPACK_FITS
from tinyc.kernels.tpack_coded import (
    LEAST_SPARE,
    after_all,
    coded_tpack,
    quad_bytes,
    tile_quads,
)
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.targets.isa import Isa

_PLAIN = "tc_dense_rows_s8_dsp"
_MOST_QUADS = 8
"""Of channels that a strip decodes together."""
_EXPANDED = 4
"""Rows that are multiplied together where memory counts."""
_COST = {**COST_OF_ROWS, "expansions": 150.0, **DECODING_COST}


@dataclass(frozen=True, slots=True)
class _Layer:
    """A layer as far as its strips depend on it; `tile_bytes` of one quad, `table_bytes` of the codec."""

    rows: int
    channels: int
    inputs: int
    tile_bytes: int
    table_bytes: int
    encoding: str

    @staticmethod
    def of(site: Site) -> _Layer:
        (channels, inputs), encoding = matrix(site).shape, site.type("w").encoding.name
        return _Layer(row_count(site), channels, inputs, quad_bytes(site), table_bytes(site), encoding)


@dataclass(frozen=True, slots=True)
class _Strips:
    """`rows` that one decoding serves; if that is not all, they are copied, so that y may lie over x. `quads` of
    channels are decoded together, `expanded` rows are multiplied together.
    """

    layer: _Layer
    rows: int
    quads: int
    expanded: int

    @property
    def is_all(self) -> bool:
        return self.rows == self.layer.rows

    @property
    def is_whole(self) -> bool:
        """Whether all channels are decoded together."""
        return 4 * self.quads >= self.layer.channels

    @property
    def before_tile(self) -> int:
        """Bytes: expanded rows, two rows of outputs, copied rows."""
        copied = 0 if self.is_all else words(self.rows * self.layer.inputs)
        return 8 * (self.expanded * -(-self.layer.inputs // 4) + -(-self.layer.channels // 4)) + copied

    @property
    def scratch(self) -> int:
        return self.before_tile + self.quads * self.layer.tile_bytes + self.layer.table_bytes

    @property
    def work(self) -> Mapping[str, int]:
        """That of the plain kernel for every tile; decoding, for every strip."""
        layer, whole = self.layer, -(-self.layer.channels // 4)
        passes, quads, tiles = -(-layer.rows // 2), -(-layer.inputs // 4), -(-whole // self.quads)
        strips, left = divmod(layer.rows, self.rows)
        expansions = tiles * (strips * -(-self.rows // self.expanded) + -(-left // self.expanded))
        strips += left > 0
        outputs = passes * 2 * whole * 4
        return {
            "macs": outputs * 4 * quads, "outputs": outputs, "passes": tiles * passes, "quads": tiles * passes * quads,
            "calls": tiles * strips, "expansions": expansions,
            **decoding_of(layer.encoding, strips * layer.channels, layer.inputs),
        }  # fmt: skip

    @property
    def cycles(self) -> float:
        return sum(times * _COST[name] for name, times in self.work.items())


def _strips(site: Site) -> _Strips:
    """All rows at once; where memory counts and y could not lie over x then, the least scratch for the cycles."""
    plain = _Strips(_Layer.of(site), row_count(site), tile_quads(site), tile_rows(site))
    return plain if site.spare < LEAST_SPARE else _shortest(plain, site.spare)


@lru_cache(maxsize=256)
def _shortest(plain: _Strips, spare: float) -> _Strips:
    count = plain.rows
    lengths = sorted({-(-count // times + 1) // 2 * 2 for times in range(2, count // 4 + 1)})
    tried = [replace(plain, rows=rows, quads=quads, expanded=min(_EXPANDED, rows))
             for rows in lengths for quads in range(1, min(plain.quads, _MOST_QUADS) + 1)]  # fmt: skip
    most, usual = (1 + spare) * plain.cycles, plain.scratch if plain.is_whole else math.inf
    found = [strips for strips in tried if strips.cycles <= most and strips.scratch < usual]
    return min(found, key=lambda strips: strips.scratch, default=plain)


def _params(site: Site) -> Params:
    operator, (channels, inputs), strips = site.op.operator, matrix(site).shape, _strips(site)
    assert isinstance(operator, Conv2d | Dense)
    coded = coded_tpack(site, operator.clamp, matrix(site), strips.quads, strips.before_tile)
    tile: dict[str, Field] = {
        "rows": row_count(site), "in_features": inputs, "out_features": 0, "tile_rows": strips.expanded,
        "backwards": 0, "out_step": channels, "weights": None, "constants": None,
        "shared_shift": coded.fields["shared_shift"], "low": -128, "high": 127,
    }  # fmt: skip
    fields: dict[str, Field] = {
        "tile": Params("tc_dense_s8_tpack", tile),
        "run": Symbol(_PLAIN, f"dense/{_PLAIN}.c"),
        "strip_rows": strips.rows,
        "coded": coded,
    }
    return Params("tc_dense_s8_coded_tpack", fields)


def _access(site: Site) -> Access:
    strips, channels = _strips(site), len(matrix(site))
    if strips.is_all:
        return rows(site, channels, strips.expanded) if strips.is_whole else after_all(site)
    return rows(site, channels, strips.rows)


def _kernel(op: str) -> Kernel:
    name = "tc_dense_rows_s8_coded_dsp"
    return Kernel(
        name=name, op=op, source=f"dense/{name}.c", reads={"x": "s8", "w": f"s8:{CODED}", "y": "s8"}, needs=Isa.DSP,
        fits=(*(CONV_FITS if op == "conv2d" else DENSE_FITS), *TPACK_FITS), params=_params,
        scratch=lambda site: _strips(site).scratch,
        overlap={"x": _access}, work=lambda site: _strips(site).work, cost=_COST,
        like=_PLAIN,
    )  # fmt: skip


register(*(_kernel(op) for op in ("dense", "conv2d")))
