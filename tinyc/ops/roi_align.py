"""Regions of an image, sampled to one size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.importing import Builder, Node, from_onnx


@dataclass(frozen=True, slots=True)
class RoiAlign(Operator):
    """y[r, c] = mean (or greatest weighted corner) of bilinear samples of x[images[r], c] in each part of region r.

    x [N, C, H, W], rois [R, 4] as x1, y1, x2, y2, images int64 [R]; y [R, C, height, width]; float32.
    An image number outside reads the nearest image. With `samples` 0 each part is sampled as often as it spans
    elements, at most as often as the image has rows or columns.
    """

    kind: ClassVar[str] = "roi_align"
    slots: ClassVar[tuple[str, ...]] = ("x", "rois", "images")

    height: int
    width: int
    samples: int
    scale: float
    half_pixel: bool
    maximum: bool

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x, rois, images = inputs
        assert x is not None and rois is not None and images is not None
        alike = x.dtype.is_float and rois.dtype.is_float and images.dtype is DType.S64
        if x.rank != 4 or rois.shape != (images.elements, 4) or images.rank != 1 or not alike:
            raise GraphError(f"roi_align: {x}, regions {rois} and image numbers {images} do not go together")
        return (TensorType(x.dtype, (images.elements, x.shape[1], self.height, self.width)),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, rois, images = inputs
        assert x is not None and rois is not None and images is not None
        y = np.empty(out_types[0].shape, np.float32)
        for region, (roi, number) in enumerate(zip(rois, images.tolist(), strict=True)):
            image = x[min(max(number, 0), len(x) - 1)]
            rows = self._samples(roi[1], roi[3], self.height, image.shape[1])
            columns = self._samples(roi[0], roi[2], self.width, image.shape[2])
            y[region] = self._pooled(image, rows, columns)
        return (y,)

    def _samples(self, start: Array, end: Array, parts: int, length: int) -> tuple[Array, Array]:
        """(places, weights) [parts, samples, 2]: both neighbours of every sample along one axis; weight 0 outside."""
        offset, scale = np.float32(0.5 if self.half_pixel else 0.0), np.float32(self.scale)
        first, last = np.float32(start) * scale - offset, np.float32(end) * scale - offset
        span = last - first if self.half_pixel else np.maximum(last - first, np.float32(1))
        part = np.float32(span / np.float32(parts))
        count = self.samples or int(np.clip(np.nan_to_num(np.ceil(part)), 0, length))
        steps = (np.arange(count, dtype=np.float32) + np.float32(0.5)) * part / np.float32(max(count, 1))
        at = (first + np.arange(parts, dtype=np.float32)[:, None] * part + steps).astype(np.float32)
        inside = (at >= -1) & (at <= length)
        at = np.clip(np.where(inside, at, 0), 0, length - 1)
        low = np.minimum(at.astype(np.int64), length - 1)
        rest = (at - low).astype(np.float32)
        weights = np.stack([np.float32(1) - rest, rest], axis=-1) * inside[..., None]
        return np.stack([low, np.minimum(low + 1, length - 1)], axis=-1), weights

    def _pooled(self, image: Array, rows: tuple[Array, Array], columns: tuple[Array, Array]) -> Array:
        (row_at, row_weight), (column_at, column_weight) = rows, columns
        picked = image[:, row_at][:, :, :, :, column_at]  # [C, parts, samples, 2, parts, samples, 2]
        weighted = picked * row_weight[None, ..., None, None, None] * column_weight
        if weighted.size == 0:
            return np.zeros((len(image), self.height, self.width), np.float32)
        if self.maximum:
            result: Array = weighted.max(axis=(2, 3, 5, 6))
        else:
            result = weighted.sum(axis=(2, 3, 5, 6), dtype=np.float64) / (row_at.shape[1] * column_at.shape[1])
        return result.astype(np.float32)


@from_onnx("RoiAlign")
def roi_align(node: Node, b: Builder) -> None:
    mode, default = node.string("mode", "avg").lower(), "half_pixel" if node.opset >= 16 else "output_half_pixel"
    transform = node.string("coordinate_transformation_mode", default)
    if mode not in ("avg", "max") or transform not in ("half_pixel", "output_half_pixel"):
        raise UnsupportedOp(f'mode "{mode}" with coordinate_transformation_mode "{transform}" is not supported')
    operator = RoiAlign(
        node.int("output_height", 1), node.int("output_width", 1), node.int("sampling_ratio"),
        node.float("spatial_scale", 1.0), transform == "half_pixel", mode == "max",
    )  # fmt: skip
    b.result(operator, b.value(0), b.value(1), b.value(2))
