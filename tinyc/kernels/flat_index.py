"""Kernels of flat_index: one for each format of indices."""

from __future__ import annotations

from tinyc.kernels.move import MAX_AXES, Walk
from tinyc.kernels.predicates import linear
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, int_table, register
from tinyc.ops.flat_index import FlatIndex


def _operator(site: Site) -> FlatIndex:
    assert isinstance(site.op.operator, FlatIndex)
    return site.op.operator


def _walk(site: Site) -> Walk:
    return Walk(0, tuple(zip(site.type("y").shape, _operator(site).base, strict=True))).merged()


def _params(site: Site) -> Params:
    operator, axes = _operator(site), _walk(site).axes
    unused = MAX_AXES - len(axes)
    fields: dict[str, Field] = {
        "count": site.type("y").elements,
        "axes": len(axes),
        "length": tuple(length for length, _ in axes) + (0,) * unused,
        "base": tuple(stride for _, stride in axes) + (0,) * unused,
        "components": len(operator.lengths),
        "lengths": int_table("lengths", operator.lengths, "int32", "lengths of the indexed axes"),
        "strides": int_table("strides", operator.strides, "int32", "elements or blocks between neighbours"),
    }
    return Params("tc_flat_index", fields)


_FEW_AXES = Predicate(
    f"at most {MAX_AXES} axes of indices may remain after those that lie together are merged",
    lambda site: len(_walk(site).axes) <= MAX_AXES,
)


def _kernel(number: str) -> Kernel:
    name = f"tc_flat_index_{number}_ref"
    return Kernel(
        name=name, op="flat_index", source=f"gather/{name}.c", passes=("indices",), reads={"indices": number},
        fits=(linear("indices", "y"), _FEW_AXES), params=_params, cost={"outputs": 40.0},
    )  # fmt: skip


register(_kernel("i32"), _kernel("i64"))
