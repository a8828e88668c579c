"""ONNX Resize and Upsample: sizes, scales, axes and regions become numbers per axis."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Operator
from tinyc.ir.types import Shape
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.resize import MAX_AXES, Resize, ResizeNearest
from tinyc.ops.sampling import Blend, Rounding, Sampling, Transform

Word = TypeVar("Word", bound=Enum)


@dataclass(frozen=True, slots=True)
class Target:
    """What one axis becomes."""

    axis: int
    length: int
    scale: float
    roi: tuple[float, float]


@from_onnx("Resize", "Upsample")
def resize(node: Node, b: Builder) -> None:
    shape = b.type_of(b.value(0)).shape
    old = node.op_type == "Upsample" or node.opset < 11
    transform = _word(Transform, node, "coordinate_transformation_mode", "asymmetric" if old else "half_pixel")
    targets = _from_scales_alone(node, b, shape) if old else _targets(node, b, shape)
    crops = transform is Transform.TF_CROP_AND_RESIZE
    moving = [t for t in targets if t.scale != 1.0 or t.length != shape[t.axis] or (crops and t.roi != (0.0, 1.0))]
    x = b.value(0)
    for group in _groups(moving):
        columns = (tuple(t.axis for t in group), tuple(t.length for t in group), tuple(t.scale for t in group))
        sampling = Sampling(*columns, transform, tuple(t.roi for t in group) if crops else ())
        x = b.emit(_operator(node, sampling, old), x, stem=node.outputs[0] if group[-1] is moving[-1] else "")
    b.alias(x)


def _operator(node: Node, sampling: Sampling, old: bool) -> Operator:
    mode, value = node.string("mode", "nearest"), node.float("extrapolation_value")
    if mode == "nearest":
        if node.int("antialias"):
            raise UnsupportedOp("antialias with nearest has no meaning")
        rounding = _word(Rounding, node, "nearest_mode", "floor" if old else "round_prefer_floor")
        return ResizeNearest(sampling, rounding, value)
    if mode not in ("linear", "bilinear", "cubic"):
        raise UnsupportedOp(f'mode "{mode}" is not one of nearest, linear, cubic')
    cubic_a = node.float("cubic_coeff_a", -0.75) if mode == "cubic" else None
    blend = Blend(cubic_a, bool(node.int("antialias")), bool(node.int("exclude_outside")))
    return Resize(sampling, blend, value)


def _groups(targets: list[Target]) -> list[list[Target]]:
    """Neighbouring axes together, at most MAX_AXES; axes apart are resized one after another."""
    groups: list[list[Target]] = []
    for target in sorted(targets, key=lambda t: t.axis):
        if groups and len(groups[-1]) < MAX_AXES and groups[-1][-1].axis == target.axis - 1:
            groups[-1].append(target)
        else:
            groups.append([target])
    return groups


def _from_scales_alone(node: Node, b: Builder, shape: Shape) -> list[Target]:
    """Upsample, and Resize before opset 11: scales for all axes, in an attribute or the second input."""
    given = node.attributes.get("scales")
    scales = b.constant(1, "scales") if given is None else np.array(given, np.float32)
    return _scaled(scales.reshape(-1).tolist(), list(range(len(shape))), [], shape)


def _targets(node: Node, b: Builder, shape: Shape) -> list[Target]:
    rank = len(shape)
    axes = [axis % rank for axis in node.ints("axes", range(rank)) or ()]
    parts = (b.optional_constant(index, what) for index, what in enumerate(("roi", "scales", "sizes"), start=1))
    roi, scales, sizes = ([] if array is None else array.reshape(-1).tolist() for array in parts)
    if bool(scales) == bool(sizes) or len(scales or sizes) != len(axes) or len(roi) not in (0, 2 * len(axes)):
        raise GraphError(f"scales {scales}, sizes {sizes}, roi {roi} do not go with {len(axes)} axes")
    if scales:
        return _scaled(scales, axes, roi, shape)
    return _sized(node.string("keep_aspect_ratio_policy", "stretch"), sizes, axes, roi, shape)


def _scaled(scales: list[float], axes: list[int], roi: list[float], shape: Shape) -> list[Target]:
    if len(scales) != len(axes) or min(scales, default=1.0) <= 0:
        raise GraphError(f"scales {scales} do not go with {len(axes)} axes")
    lengths = [int(shape[axis] * scale) for axis, scale in zip(axes, scales, strict=True)]
    return [Target(axes[i], lengths[i], scales[i], _region(roi, i)) for i in range(len(axes))]


def _sized(policy: str, sizes: list[int], axes: list[int], roi: list[float], shape: Shape) -> list[Target]:
    scales = [size / shape[axis] for axis, size in zip(axes, sizes, strict=True)]
    if policy not in ("stretch", "not_larger", "not_smaller"):
        raise UnsupportedOp(f'keep_aspect_ratio_policy "{policy}" is not one of stretch, not_larger, not_smaller')
    if policy != "stretch":
        scales = [min(scales) if policy == "not_larger" else max(scales)] * len(axes)
        sizes = [int(scale * shape[axis] + 0.5) for axis, scale in zip(axes, scales, strict=True)]
    return [Target(axes[i], int(sizes[i]), scales[i], _region(roi, i)) for i in range(len(axes))]


def _region(roi: list[float], index: int) -> tuple[float, float]:
    return (roi[index], roi[index + len(roi) // 2]) if roi else (0.0, 1.0)


def _word(words: type[Word], node: Node, attribute: str, default: str) -> Word:
    """The attribute as a member of an enumeration; UnsupportedOp listing the words otherwise."""
    given = node.string(attribute, default)
    known = {word.value: word for word in words}
    if given not in known:
        raise UnsupportedOp(f'{attribute} "{given}" is not one of {", ".join(known)}')
    return known[given]
