"""Kernels of attention: one row of scores at a time, in scratch."""

from __future__ import annotations

from collections.abc import Mapping

from tinyc.ir.types import TensorType
from tinyc.kernels.predicates import linear
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, register
from tinyc.ops.attention import Attention, Stage

UNBOUNDED = 2**30
"""A window that leaves all keys visible; positions stay below it."""


def _operator(site: Site) -> Attention:
    assert isinstance(site.op.operator, Attention)
    return site.op.operator


def strides(kind: TensorType, heads: int) -> tuple[int, ...]:
    """Elements between batches, heads and positions."""
    if kind.rank == 4:
        _, count, positions, width = kind.shape
        return count * positions * width, positions * width, width
    _, positions, hidden = kind.shape
    return positions * hidden, hidden // heads, hidden


def _mask_fields(site: Site) -> dict[str, Field]:
    mask = site.inputs[site.slot("mask")]
    if mask is None:
        return {"mask_keys": 0, "mask_stride": (0, 0, 0)}
    shape = (*([1] * (4 - mask.rank)), *mask.shape)
    stride = (shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3])
    return {"mask_keys": shape[3], "mask_stride": tuple(s if n > 1 else 0 for s, n in zip(stride, shape, strict=False))}


def _params(site: Site) -> Params:
    operator = _operator(site)
    q, k, v, y = site.type("q"), site.type("k"), site.type("v"), site.type("y")
    batch, heads, queries, width = operator.split(q, operator.heads)
    fields: dict[str, Field] = {
        "batch": batch,
        "heads": heads,
        "heads_per_key": heads // operator.kv_heads,
        "queries": queries,
        "keys": _keys(site),
        "width": width,
        "value_width": operator.split(v, operator.kv_heads)[3],
        "q_stride": strides(q, heads),
        "k_stride": strides(k, operator.kv_heads),
        "v_stride": strides(v, operator.kv_heads),
        "y_stride": strides(y, heads),
        **_mask_fields(site),
        "past": operator.past,
        "behind": UNBOUNDED if operator.behind is None else min(operator.behind, UNBOUNDED),
        "ahead": UNBOUNDED if operator.ahead is None else min(operator.ahead, UNBOUNDED),
        "scale": operator.scale,
        "softcap": operator.softcap,
        "stage": 0 if operator.stage is None else tuple(Stage).index(operator.stage),
    }
    return Params("tc_attention_f32", fields)


def _keys(site: Site) -> int:
    operator = _operator(site)
    return operator.split(site.type("k"), operator.kv_heads)[2]


def _work(site: Site) -> Mapping[str, int]:
    operator, y = _operator(site), site.type("y")
    rows = y.elements // operator.split(y, operator.heads)[3]
    return {"macs": operator.macs(site.inputs, site.outputs), "scores": rows * _keys(site)}


def _linear(site: Site) -> bool:
    return all(linear(name).holds(site) for name in ("q", "k", "v", "y"))


def _kernel(name: str, mask: str) -> Kernel:
    return Kernel(
        name=name, op="attention", source=f"attention/{name}.c", passes=("q", "k", "v", "mask?", "valid?"),
        reads={"q": "f32", "k": "f32", "v": "f32", "mask": mask, "valid": "i64"},
        fits=(Predicate("all tensors must lie linear", _linear),),
        params=_params, scratch=lambda site: 4 * _keys(site), work=_work, cost={"macs": 6.0, "scores": 120.0},
    )  # fmt: skip


register(_kernel("tc_attention_f32_ref", "f32"), _kernel("tc_attention_mask_bool_f32_ref", "bool"))
