"""Kernels of linear attention: the second output is the state itself, updated in place."""

from __future__ import annotations

from collections.abc import Mapping

from tinyc.kernels.predicates import linear
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, register
from tinyc.ops.linear_attention import LinearAttention


def _operator(site: Site) -> LinearAttention:
    assert isinstance(site.op.operator, LinearAttention)
    return site.op.operator


def _per_head(site: Site, slot: str) -> int:
    """Numbers that one head has of decay or beta at a position; 0 where one number serves all heads."""
    kind = site.inputs[site.slot(slot)]
    return 0 if kind is None else kind.shape[2] // _operator(site).kv_heads


def _params(site: Site) -> Params:
    operator = _operator(site)
    batch, positions, width, value_width = operator.widths(site.inputs)
    fields: dict[str, Field] = {
        "batch": batch,
        "positions": positions,
        "heads": operator.heads,
        "kv_heads": operator.kv_heads,
        "width": width,
        "value_width": value_width,
        "decay_width": _per_head(site, "decay"),
        "beta_width": _per_head(site, "beta"),
        "scale": operator.scale,
    }
    return Params("tc_linear_attention_f32", fields)


def _work(site: Site) -> Mapping[str, int]:
    operator = _operator(site)
    batch, positions, width, value_width = operator.widths(site.inputs)
    return {"steps": batch * positions * operator.heads * width * value_width}


_ALL = ("q", "k", "v", "state", "decay", "beta")


def _linear(site: Site) -> bool:
    return all(site.inputs[site.slot(slot)] is None or linear(slot).holds(site) for slot in _ALL)


register(
    Kernel(
        name="tc_linear_attention_f32_ref", op="linear_attention", source="attention/tc_linear_attention_f32_ref.c",
        passes=("q", "k", "v", "state?", "decay?", "beta?"), reads=dict.fromkeys((*_ALL, "y"), "f32"),
        fits=(Predicate("all tensors must lie linear", _linear),), params=_params,
        scratch=lambda site: 4 * _operator(site).widths(site.inputs)[3], work=_work, cost={"steps": 25.0},
    )
)  # fmt: skip
