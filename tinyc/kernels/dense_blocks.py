"""Kernels of fully connected layers and 1x1 convolutions that leave out blocks of zeros, for cores with DSP."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tinyc.kernels.blocks import ENCODING, Blocks, blocks_fields
from tinyc.kernels.dense_dsp import WORTH_ITS_CODE, row_access, row_params, row_scratch
from tinyc.kernels.lists import SHORT_ENOUGH
from tinyc.kernels.matrix import CONV_FITS, DENSE_FITS, matrix, row_count
from tinyc.kernels.record import Kernel, Params, Site, register
from tinyc.kernels.tpack import TPACK_FITS
from tinyc.targets.isa import Isa


def _params(blocks: Blocks, rows_at_once: int) -> Callable[[Site], Params]:
    several = rows_at_once > 1
    return lambda site: row_params(site, blocks_fields(site, blocks, matrix(site), pairs=several), rows_at_once)


def _work(blocks: Blocks, rows_at_once: int) -> Callable[[Site], Mapping[str, int]]:
    """Of one pass over `rows_at_once` rows: blocks, quads of channels, words of four inputs."""

    def work(site: Site) -> Mapping[str, int]:
        weights, passes = matrix(site), -(-row_count(site) // rows_at_once)
        channels, inputs = weights.shape
        return {
            "blocks": passes * blocks.count(weights), "quads": passes * -(-channels // 4), "passes": passes,
            "words": passes * -(-inputs // 4),
        }  # fmt: skip

    return work


def _kernel(op: str, blocks: Blocks, rows_at_once: int, cost: Mapping[str, float]) -> Kernel:
    several = rows_at_once > 1
    name = f"tc_dense_{'rows_' if several else ''}blocks{blocks.inputs}_s8_dsp"
    fits = (*(CONV_FITS if op == "conv2d" else DENSE_FITS), *TPACK_FITS, SHORT_ENOUGH)
    return Kernel(
        name=name, op=op, source=f"dense/{name}.c", reads={"x": "s8", "w": f"s8:{ENCODING}", "y": "s8"}, needs=Isa.DSP,
        fits=fits if several else (*fits, WORTH_ITS_CODE), params=_params(blocks, rows_at_once),
        scratch=row_scratch(rows_at_once), overlap={"x": row_access(rows_at_once)}, work=_work(blocks, rows_at_once),
        cost=cost,
    )  # fmt: skip


_KINDS: tuple[tuple[Blocks, int, Mapping[str, float]], ...] = (
    (Blocks(2, 64, 16), 2, {"blocks": 18.4, "quads": 82.0, "passes": 40.0, "words": 22.0, "calls": 430.0}),
    (Blocks(4, 120, 8), 2, {"blocks": 33.8, "quads": 82.0, "passes": 40.0, "words": 18.0, "calls": 430.0}),
    (Blocks(2, 44, 16), 1, {"blocks": 13.3, "quads": 70.0, "passes": 120.0, "words": 10.0, "calls": 70.0}),
    (Blocks(4, 80, 8), 1, {"blocks": 22.5, "quads": 70.0, "passes": 120.0, "words": 8.0, "calls": 70.0}),
)

register(*(_kernel(op, *kind) for op in ("dense", "conv2d") for kind in _KINDS))
