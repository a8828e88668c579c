"""Kernels of convolution that leave out blocks of zeros, for cores with DSP."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tinyc.kernels.blocks import ENCODING, Blocks, blocks_fields
from tinyc.kernels.conv2d_dsp import STRIP_COST, STRIP_FITS, strip_access, strip_params, strip_rows, strips_of
from tinyc.kernels.lists import SHORT_ENOUGH
from tinyc.kernels.record import Kernel, Params, Predicate, Site, register
from tinyc.kernels.tpack import TPACK_FITS
from tinyc.targets.isa import Isa


def _params(blocks: Blocks) -> Callable[[Site], Params]:
    return lambda site: strip_params(site, blocks_fields(site, blocks, strip_rows(site, strips_of(site)), pairs=True))


def _work(blocks: Blocks) -> Callable[[Site], Mapping[str, int]]:
    """Of pairs of pixels: blocks, and quads of channels."""

    def work(site: Site) -> Mapping[str, int]:
        strips, batch = strips_of(site), site.type("x").shape[0]
        pairs = batch * strips.across.out_length * -(-strips.along.out_length // 2)
        filled = {name: batch * strips.work[name] for name in ("strips", "spans", "words")}
        count = blocks.count(strip_rows(site, strips))
        return {"blocks": pairs * count, "quads": pairs * -(-strips.out_channels // 4), **filled}

    return work


_BY_WORDS = Predicate("records of a strip must be whole words", lambda site: strips_of(site).by_words)


def _kernel(blocks: Blocks, block_cycles: float, word_cycles: float) -> Kernel:
    name = f"tc_conv2d_blocks{blocks.inputs}_s8_dsp"
    return Kernel(
        name=name, op="conv2d", source=f"conv/{name}.c", needs=Isa.DSP,
        reads={"x": "s8", "w": f"s8:{ENCODING}", "y": "s8"},
        fits=(*STRIP_FITS, *TPACK_FITS, _BY_WORDS, SHORT_ENOUGH), params=_params(blocks),
        scratch=lambda site: strips_of(site).scratch_bytes, overlap={"x": strip_access}, work=_work(blocks),
        cost={"blocks": block_cycles, "quads": 82.0, "strips": STRIP_COST["strips"], "spans": STRIP_COST["spans"],
              "words": word_cycles},
    )  # fmt: skip


register(_kernel(Blocks(2, 64, 16), 18.4, 4.0), _kernel(Blocks(4, 120, 8), 33.8, 3.5))
