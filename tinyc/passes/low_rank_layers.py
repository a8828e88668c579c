"""A chain of factors as layers of a graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from tinyc.calibration.chain import Chain
from tinyc.ir.graph import Draft, Op
from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.ops.windows import Window


@dataclass(frozen=True, slots=True)
class Part:
    """One layer: its operator, its weights, and the shape of its result."""

    operator: Conv2d | Dense
    weights: Array
    shape: tuple[int, ...]

    @property
    def macs(self) -> int:
        return prod(self.shape) * prod(self.weights.shape[1:])


def parts_of(op: Op, x: tuple[int, ...], chain: Chain) -> list[Part]:
    """Layers that compute, of data of shape `x`, what the op computes with the product of the chain.

    Strides, dilations and padding of an axis go to the layer that spans it: zeros stay zeros in layers without bias.
    The clamp goes to the last layer.
    """
    operator, found = op.operator, []
    assert isinstance(operator, Conv2d | Dense)
    for place, link in enumerate(chain.links):
        clamp = operator.clamp if place == len(chain.links) - 1 else None
        weights = link.weights.astype(np.float32)
        if isinstance(operator, Dense):
            x = (*x[:-1], len(weights))
            found.append(Part(Dense(clamp), weights, x))
            continue
        window = _along(operator.window, _axes(operator.window, chain, place))
        x = (x[0], len(weights), *window.out_shape(x[2:]))
        found.append(Part(Conv2d(window, link.groups, clamp), weights, x))
    return found


def append(
    draft: Draft, op: Op, parts: Sequence[Part], bias: Array | None = None, centre: Array | None = None
) -> None:
    """Put the layers into the draft; the last has the op's name and result, and the bias, by default the op's.

    `centre`: a bias of the last layer but one.
    """
    value, w = op.inputs[0], op.inputs[1]
    for number, part in enumerate(parts[:-1], start=1):
        result = draft.fresh(f"{op.outputs[0]}.part{number}")
        draft.types[result] = TensorType(DType.F32, part.shape)
        name = draft.fresh_op(f"{op.name}_part{number}")
        weights = _constant(draft, f"{w}.part{number}", part.weights)
        b = None
        if centre is not None and number == len(parts) - 1:
            b = _constant(draft, f"{name}.bias", centre.astype(np.float32))
        draft.ops.append(Op(name, part.operator, (value, weights, b), (result,), op.source))
        value = result
    last = _constant(draft, f"{w}.part{len(parts)}", parts[-1].weights)
    b = op.inputs[2] if len(op.inputs) > 2 else None
    if bias is not None:
        b = _constant(draft, f"{b or op.name}.moved", bias.astype(np.float32))
    draft.ops.append(replace(op, operator=parts[-1].operator, inputs=(value, last, b)))


def _constant(draft: Draft, stem: str, array: Array) -> str:
    return draft.add_constant(stem, array, TensorType(DType.F32, array.shape))


def _axes(window: Window, chain: Chain, place: int) -> set[int]:
    """Spatial axes whose stride and padding this layer has: those that it spans. Those that no layer spans go to the
    first layer that spans any, or the first of all.
    """
    spanned = [set(link.axes) for link in chain.links]
    home = next((i for i, axes in enumerate(spanned) if axes), 0)
    free = set(range(len(window.kernel))) - set().union(*spanned)
    return spanned[place] | (free if place == home else set())


def _along(window: Window, axes: set[int]) -> Window:
    """The window along some axes, one point along the others."""

    def kept(values: tuple[int, ...], neutral: int) -> tuple[int, ...]:
        return tuple(value if axis in axes else neutral for axis, value in enumerate(values))

    return Window(
        kept(window.kernel, 1), kept(window.strides, 1), kept(window.dilations, 1), kept(window.begin, 0),
        kept(window.end, 0),
    )  # fmt: skip
