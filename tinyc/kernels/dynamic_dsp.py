"""Kernel of the fully connected layer whose input becomes int8 at run time, for cores with DSP."""

from __future__ import annotations

from collections.abc import Mapping

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


def _params(site: Site) -> Params:
    operator, channels = site.op.operator, site.type("y").shape[-1]
    assert isinstance(operator, DynamicDense)
    content = np.concatenate([pack_weights(part) for part in _groups(site)])
    shape = list(site.type("w").shape)
    fields: dict[str, Field] = {
        "group": inputs_of_a_scale(site),
        "weights": Table("weights", content, f"weights {shape}: out, in; T-pack of each group of inputs"),
        "scale": Table(
            "scale", np.ascontiguousarray(matrix_scales(site.type("w")).T), "scales [group, out]", "tables"
        ),
    }
    tail = float_fields(site, operator.clamp, channels)
    return Params("tc_dynamic_dense_tpack", dense_shape(site) | fields | tail)


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
    Kernel(
        name="tc_dynamic_dense_f32w8_dsp", op="dynamic_dense", source="dynamic/tc_dynamic_dense_f32w8_dsp.c",
        reads={"x": "f32", "w": "s8:dense", "y": "f32"}, needs=Isa.DSP, params=_params, scratch=_scratch,
        fits=(
            constant("w", "b"), linear("x", "y"), SUMS,
            Predicate("weights must lie between -127 and 127", _halves_fit),
            Predicate("groups of inputs must be multiples of 4, or all inputs", _quads_fit),
            Predicate("sums of odd channels must stay below 2^23 in each group of inputs", _sums_fit),
        ),
        work=_work, cost={"macs": 1.2, "sums": 20.0, "outputs": 15.0, "inputs": 30.0, "passes": 60.0},
    ),
)  # fmt: skip
