"""Kernels of the product of two run-time matrices."""

from __future__ import annotations

import math
from collections.abc import Mapping

from tinyc.errors import ModelError
from tinyc.kernels.move import memory_strides
from tinyc.kernels.predicates import linear
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, register
from tinyc.ops.clamp import clamp_integers
from tinyc.ops.fixedpoint import multiplier
from tinyc.ops.matmul import MatMul, requant_factor

MAX_BATCH_AXES = 4


def _operator(site: Site) -> MatMul:
    assert isinstance(site.op.operator, MatMul)
    return site.op.operator


def matmul_shape(site: Site) -> Params:
    """Member `shape`: matrices and batch strides."""
    a, y = site.type("a"), site.type("y")
    batch = y.shape[:-2]
    unused = MAX_BATCH_AXES - len(batch)
    fields: dict[str, Field] = {
        "rows": y.shape[-2],
        "inner": a.shape[-1],
        "columns": y.shape[-1],
        "batch": math.prod(batch),
        "length": (1,) * unused + batch,
        "a_stride": _batch_strides(site, "a"),
        "b_stride": _batch_strides(site, "b"),
    }
    return Params("tc_matmul", fields)


def _batch_strides(site: Site, slot: str) -> tuple[int, ...]:
    """Strides of the batch axes, 0 where the operand is repeated."""
    kind = site.type(slot)
    strides = zip(kind.shape[:-2], memory_strides(kind), strict=False)
    present = tuple(0 if length == 1 else stride for length, stride in strides)
    return (0,) * (MAX_BATCH_AXES - len(present)) + present


def _params_f32(site: Site) -> Params:
    low, high = _operator(site).clamp or (-math.inf, math.inf)
    return Params("tc_matmul_f32", {"shape": matmul_shape(site), "low": low, "high": high})


def _params_quantised(site: Site) -> Params:
    a, b, y = site.type("a"), site.type("b"), site.type("y")
    assert a.quant is not None and b.quant is not None and y.quant is not None
    prove_no_overflow(site, a.quant.zero_point[0], b.quant.zero_point[0])
    factor = multiplier(requant_factor(site.inputs, y))
    low, high = clamp_integers(y, _operator(site).clamp)
    return Params(
        "tc_matmul_s8",
        {
            "shape": matmul_shape(site),
            "multiplier": factor.value,
            "shift": factor.shift,
            "a_zero_point": a.quant.zero_point[0],
            "b_zero_point": b.quant.zero_point[0],
            "out_zero_point": y.quant.zero_point[0],
            "low": low,
            "high": high,
        },
    )


def prove_no_overflow(site: Site, a_zero_point: int, b_zero_point: int) -> None:
    """ModelError if sum |a - zero_point_a| * |b - zero_point_b| could leave int32, or 48 bits for int16."""
    inner, reach = site.type("a").shape[-1], -site.type("a").dtype.bounds[0]
    bits = 32 if reach == 128 else 48
    worst = inner * (reach + abs(a_zero_point)) * (reach + abs(b_zero_point))
    if worst >= 1 << (bits - 1):
        raise ModelError(
            f'op "{site.op.name}": the {bits}-bit accumulator over {inner} products can reach {worst}',
            hint="leave this node out of the quantisation; in float32 nothing overflows",
        )


def _work(site: Site) -> Mapping[str, int]:
    return {"macs": site.op.operator.macs(site.inputs, site.outputs), "outputs": site.type("y").elements}


_COST = {"macs": 7.0, "outputs": 40.0}
_FITS = (
    linear("a", "b", "y"),
    Predicate(f"at most {MAX_BATCH_AXES} batch axes", lambda site: site.type("y").rank <= MAX_BATCH_AXES + 2),
)
_PER_TENSOR = Predicate(
    "a and b must have one scale and zero point for the whole tensor",
    lambda site: all(kind is not None and kind.quant is not None and kind.quant.is_per_tensor for kind in site.inputs),
)
QUANTISED_FITS = (*_FITS, _PER_TENSOR)

register(
    Kernel(
        name="tc_matmul_f32_ref", op="matmul", source="matmul/tc_matmul_f32_ref.c",
        reads={"a": "f32", "b": "f32", "y": "f32"}, passes=("a", "b"), fits=_FITS,
        params=_params_f32, work=_work, cost=_COST,
    ),
    *(
        Kernel(
            name=f"tc_matmul_{number}_ref", op="matmul", source=f"matmul/tc_matmul_{number}_ref.c",
            reads={"a": number, "b": number, "y": number}, passes=("a", "b"), fits=QUANTISED_FITS,
            params=_params_quantised, work=_work, cost=_COST,
        )
        for number in ("s8", "s16")
    ),
)  # fmt: skip
