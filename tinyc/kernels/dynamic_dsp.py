"""Kernel of the fully connected layer whose input becomes int8 at run time, for cores with DSP."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.dynamic import SUMS, dense_shape
from tinyc.kernels.predicates import constant, linear
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, register
from tinyc.kernels.tpack import pack_weights
from tinyc.kernels.weight_only import inputs_of_a_scale
from tinyc.kernels.weighted import float_fields
from tinyc.ops.dynamic import LARGEST
from tinyc.ops.dynamic_dense import DynamicDense
from tinyc.ops.weight_scales import matrix_scales
from tinyc.targets.isa import Isa

_SUM_LIMIT = 1 << 23


def _groups(site: Site) -> list[Array]:
    """int8 weights [out_features, group] of each group of inputs."""
    weights, group = site.array("w"), inputs_of_a_scale(site)
    assert weights is not None
    return [weights[:, start : start + group] for start in range(0, weights.shape[1], group)]


def _tail(site: Site) -> dict[str, Field]:
    """group, scale, bias and bounds."""
    operator = site.op.operator
    assert isinstance(operator, DynamicDense)
    scales = np.ascontiguousarray(matrix_scales(site.type("w")).T)
    fields: dict[str, Field] = {
        "group": inputs_of_a_scale(site), "scale": Table("scale", scales, "scales [group, out]", "tables"),
    }  # fmt: skip
    return dense_shape(site) | fields | float_fields(site, operator.clamp, site.type("y").shape[-1])


def _tpack_params(site: Site) -> Params:
    content = np.concatenate([pack_weights(part) for part in _groups(site)])
    comment = f"weights {list(site.type('w').shape)}: out, in; T-pack of each group of inputs"
    return Params("tc_dynamic_dense_tpack", _tail(site) | {"weights": Table("weights", content, comment)})


def _bits_params(bits: int) -> Callable[[Site], Params]:
    def params(site: Site) -> Params:
        content = np.concatenate([offset_words(part, bits).reshape(-1) for part in _groups(site)])
        comment = f"weights {list(site.type('w').shape)}: out, in; {bits} bits, {1 << (bits - 1)} added, by groups"
        table = Table("weights", content, comment, encoding=site.type("w").encoding.name)
        return Params("tc_dynamic_dense_bits", _tail(site) | {"weights": table})

    return params


def offset_words(rows: Array, bits: int) -> Array:
    """uint32 [pairs of rows, words, 2] of integers [rows, inputs], 2^(bits-1) added; the first in the lowest bits."""
    lanes = 32 // bits
    filling = ((0, len(rows) % 2), (0, -rows.shape[1] % lanes))
    positive = np.pad(rows.astype(np.int64), filling) + (1 << (bits - 1))
    words = (positive.reshape(len(positive), -1, lanes) << (bits * np.arange(lanes))).sum(axis=2)
    return np.asarray(words.reshape(len(positive) // 2, 2, -1).transpose(0, 2, 1).astype(np.uint32))


def _sums_fit(site: Site) -> bool:
    odd = [np.abs(part[1::2].astype(np.int64)).sum(axis=1) for part in _groups(site)]
    return all(int(sums.max(initial=0)) * LARGEST < _SUM_LIMIT for sums in odd)


def _halves_fit(site: Site) -> bool:
    return all(int(part.min(initial=0)) > -128 for part in _groups(site))


def _quads_fit(site: Site) -> bool:
    return inputs_of_a_scale(site) % 4 == 0 or len(_groups(site)) == 1


def _quads(extent: int) -> int:
    return -(-extent // 4)


def _scratch(site: Site) -> int:
    return 8 * _quads(site.type("x").shape[-1]) + 16 * _quads(site.type("y").shape[-1])


def _bits_work(lanes: int) -> Callable[[Site], Mapping[str, int]]:
    """MACs of whole words and pairs of channels."""

    def work(site: Site) -> Mapping[str, int]:
        x, y = site.type("x"), site.type("y")
        passes, channels = x.elements // x.shape[-1] * len(_groups(site)), y.shape[-1] + y.shape[-1] % 2
        macs = passes * channels * lanes * -(-inputs_of_a_scale(site) // lanes)
        return {"macs": macs, "sums": passes * channels, "outputs": y.elements, "inputs": x.elements}

    return work


def _bits_kernel(bits: int, macs: float) -> Kernel:
    name, lanes = f"tc_dynamic_dense_f32w{bits}_dsp", 32 // bits
    return Kernel(
        name=name, op="dynamic_dense", source=f"dynamic/{name}.c", needs=Isa.DSP, params=_bits_params(bits),
        reads={"x": "f32", "w": f"s8:packed{bits}", "y": "f32"},
        fits=(constant("w", "b"), linear("x", "y"), _OFFSET_SUMS),
        scratch=lambda site: 2 * lanes * -(-inputs_of_a_scale(site) // lanes), work=_bits_work(lanes),
        cost={"macs": macs, "sums": 25.0, "outputs": 15.0, "inputs": 30.0},
    )  # fmt: skip


_OFFSET_SUMS = Predicate(
    "sums of products must stay below 2^31", lambda site: site.type("x").shape[-1] * 15 * LARGEST < 2**31
)


def _work(site: Site) -> Mapping[str, int]:
    """MACs and outputs of whole quads."""
    x, y = site.type("x"), site.type("y")
    rows, channels = x.elements // x.shape[-1], 4 * _quads(y.shape[-1])
    passes = rows * len(_groups(site))
    return {
        "macs": passes * channels * 4 * _quads(inputs_of_a_scale(site)), "sums": passes * channels,
        "outputs": y.elements, "inputs": x.elements, "passes": passes,
    }  # fmt: skip


register(
    _bits_kernel(4, 1.75),
    _bits_kernel(2, 1.56),
    Kernel(
        name="tc_dynamic_dense_f32w8_dsp", op="dynamic_dense", source="dynamic/tc_dynamic_dense_f32w8_dsp.c",
        reads={"x": "f32", "w": "s8:dense", "y": "f32"}, needs=Isa.DSP, params=_tpack_params, scratch=_scratch,
        fits=(
            constant("w", "b"), linear("x", "y"), SUMS,
            Predicate("weights must lie between -127 and 127", _halves_fit),
            Predicate("groups of inputs must be multiples of 4, or all inputs", _quads_fit),
            Predicate("sums of odd channels must stay below 2^23 in each group of inputs", _sums_fit),
        ),
        work=_work, cost={"macs": 1.2, "sums": 20.0, "outputs": 15.0, "inputs": 30.0, "passes": 60.0},
    ),
)  # fmt: skip
