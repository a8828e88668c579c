"""Kernels of fully connected layers and 1x1 convolutions for cores with DSP."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tinyc.kernels.access import rows
from tinyc.kernels.matrix import CONV_FITS, DENSE_FITS, matrix, row_count
from tinyc.kernels.overlap import Access
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, register
from tinyc.kernels.tpack import TPACK_FITS, tpack_fields
from tinyc.targets.isa import Isa

_LEAST_WEIGHTS = 1024
"""Of the kernel for single rows. Smaller layers take the kernel for pairs, which models mostly have anyway."""
_TILE_BYTES = 1024
"""Of expanded rows; at least two rows, however long."""


def _largest_tile(site: Site) -> int:
    """Rows: even, as many as fit a tile's bytes."""
    fitting = _TILE_BYTES // (16 * _quads(site)) * 2
    return max(2, min(fitting, -(-row_count(site) // 2) * 2))


def tile_rows(site: Site) -> int:
    """Rows that tc_dense_rows_s8_dsp expands together: as many as fit; where memory counts, as few as may be for the
    cycles.
    """
    count, most = row_count(site), _largest_tile(site)
    usual = sum(times * COST_OF_ROWS[name] for name, times in _blocks(site, 2).items())
    tiles = -(-count // most) + site.spare * usual / COST_OF_ROWS["tiles"]
    return most if site.spare == 0 else next(rows for rows in range(2, most + 2, 2) if -(-count // rows) <= tiles)


def row_params(site: Site, packed: Mapping[str, Field], rows_at_once: int, *, backwards: bool = False) -> Params:
    """tc_dense_s8_tpack with weights, constants and bounds as packed."""
    channels, inputs = matrix(site).shape
    shape: dict[str, Field] = {
        "rows": row_count(site), "in_features": inputs, "out_features": channels,
        "tile_rows": tile_rows(site) if rows_at_once > 1 else 1, "backwards": int(backwards), "out_step": channels,
    }  # fmt: skip
    return Params("tc_dense_s8_tpack", {**shape, **packed})


def _params(rows_at_once: int) -> Callable[[Site], Params]:
    several = rows_at_once > 1
    return lambda site: row_params(
        site, tpack_fields(site, matrix(site), pairs=several), rows_at_once, backwards=several and _grows(site)
    )


def row_scratch(rows_at_once: int) -> Callable[[Site], int]:
    def scratch(site: Site) -> int:
        if rows_at_once == 1:
            return 8 * _quads(site)
        return 8 * (tile_rows(site) * _quads(site) + -(-len(matrix(site)) // 4))

    return scratch


def rows_scratch(site: Site) -> int:
    """Of tc_dense_rows_s8_dsp."""
    return row_scratch(2)(site)


def rows_work(site: Site) -> Mapping[str, int]:
    """Of tc_dense_rows_s8_dsp."""
    return _work(2)(site)


def _quads(site: Site) -> int:
    inputs: int = matrix(site).shape[1]
    return -(-inputs // 4)


def _blocks(site: Site, rows_at_once: int) -> dict[str, int]:
    """Whole blocks: four channels and four inputs, `rows_at_once` rows."""
    channels = -(-len(matrix(site)) // 4) * 4
    passes = -(-row_count(site) // rows_at_once)
    outputs, quads = passes * rows_at_once * channels, _quads(site)
    return {"macs": outputs * 4 * quads, "outputs": outputs, "passes": passes, "quads": passes * quads}


def _work(rows_at_once: int) -> Callable[[Site], Mapping[str, int]]:
    """Of several rows, `tiles` beyond those where memory does not count."""

    def work(site: Site) -> Mapping[str, int]:
        found, count = _blocks(site, rows_at_once), row_count(site)
        if rows_at_once > 1:
            found["tiles"] = -(-count // tile_rows(site)) - -(-count // _largest_tile(site))
        return found

    return work


def _grows(site: Site) -> bool:
    """Whether rows of outputs are longer than those of inputs: from the last to the first they may begin together."""
    channels, inputs = matrix(site).shape
    return bool(channels > inputs)


def _access(rows_at_once: int) -> Callable[[Site], Access]:
    """With several rows at once, of tc_dense_rows_s8_dsp."""
    if rows_at_once == 1:
        return row_access(1)
    return lambda site: rows(site, len(matrix(site)), tile_rows(site), backwards=_grows(site))


def row_access(rows_at_once: int) -> Callable[[Site], Access]:
    return lambda site: rows(site, len(matrix(site)), tile_rows(site) if rows_at_once > 1 else 1)


WORTH_ITS_CODE = Predicate(
    f"less than {_LEAST_WEIGHTS} weights: not worth another kernel's code",
    lambda site: matrix(site).size >= _LEAST_WEIGHTS,
)
COST_OF_ROWS = {"macs": 0.97, "outputs": 7.0, "passes": 88.0, "quads": 16.0, "calls": 430.0, "tiles": 200.0}
_COST_OF_ONE = {"macs": 1.22, "outputs": 15.0, "passes": 160.0, "quads": 11.0, "calls": 70.0}


def _kernel(op: str, rows_at_once: int) -> Kernel:
    several = rows_at_once > 1
    name = "tc_dense_rows_s8_dsp" if several else "tc_dense_s8_dsp"
    return Kernel(
        name=name, op=op, source=f"dense/{name}.c", reads={"x": "s8", "w": "s8:dense", "y": "s8"}, needs=Isa.DSP,
        fits=(*(CONV_FITS if op == "conv2d" else DENSE_FITS), *TPACK_FITS, *(() if several else (WORTH_ITS_CODE,))),
        params=_params(rows_at_once),
        scratch=row_scratch(rows_at_once), overlap={"x": _access(rows_at_once)}, work=_work(rows_at_once),
        cost=COST_OF_ROWS if several else _COST_OF_ONE,
    )  # fmt: skip


register(*(_kernel(op, rows) for op in ("dense", "conv2d") for rows in (1, 2)))
