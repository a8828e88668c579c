"""ONNX's reductions. Mean and maximum over all spatial axes of an image become pooling, which is faster."""

from __future__ import annotations

from tinyc.errors import GraphError
from tinyc.ir.graph import Operator
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.pool import whole_image
from tinyc.ops.reduce import Reduce, Reduction
from tinyc.ops.reshape import Reshape

_BY_ONNX_NAME = {
    "ReduceMean": Reduction.MEAN,
    "ReduceSum": Reduction.SUM,
    "ReduceMax": Reduction.MAX,
    "ReduceMin": Reduction.MIN,
    "ReduceProd": Reduction.PROD,
    "ReduceL1": Reduction.L1,
    "ReduceL2": Reduction.L2,
    "ReduceSumSquare": Reduction.SUM_SQUARE,
    "ReduceLogSum": Reduction.LOG_SUM,
    "ReduceLogSumExp": Reduction.LOG_SUM_EXP,
}


@from_onnx(*_BY_ONNX_NAME)
def reduce(node: Node, b: Builder) -> None:
    x = b.type_of(b.value(0))
    how, axes, keepdims = _BY_ONNX_NAME[node.op_type], _axes(node, b, x.rank), bool(node.int("keepdims", 1))
    operator = Reduce(how, axes, keepdims)
    pooled = _pooling(how, x.shape[2:]) if axes == tuple(range(2, x.rank)) and x.dtype.is_float else None
    if pooled is None:
        b.result(operator, b.value(0))
    elif keepdims:
        b.result(pooled, b.value(0))
    else:
        b.result(Reshape(operator.out_shape(x.shape)), b.emit(pooled, b.value(0)))


def _axes(node: Node, b: Builder, rank: int) -> tuple[int, ...]:
    """From the second input or the attribute; ascending, not negative. None given: all, or none if the node says so."""
    given = b.optional_constant(1, "axes")
    axes = tuple(int(axis) for axis in given) if given is not None else node.ints("axes") or ()
    if not axes:
        axes = () if node.int("noop_with_empty_axes") else tuple(range(rank))
    if any(not -rank <= axis < rank for axis in axes):
        raise GraphError(f"axes {list(axes)} do not go with rank {rank}")
    return tuple(sorted({axis % rank for axis in axes}))


def _pooling(how: Reduction, spatial: tuple[int, ...]) -> Operator | None:
    """The pooling that equals a reduction over two or three spatial axes; one axis may as well be time or tokens."""
    return whole_image(how, spatial) if len(spatial) in (2, 3) else None
