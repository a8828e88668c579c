"""Weights and biases of quantised layers as integers that kernels read: around zero, and on the scale of the sums."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tinyc.ir.graph import Draft
from tinyc.ir.types import Array, DType, Quant, TensorType


def centred_weights(draft: Draft, name: str) -> str:
    """Weights with zero point 0: as they are, or widened to int16 after subtracting the zero points."""
    kind = draft.types[name]
    assert kind.quant is not None
    if not any(kind.quant.zero_point):
        return name
    centred = draft.constants[name].array.astype(np.int64) - kind.quant.zero_points(kind.rank)
    dtype = DType.S8 if np.abs(centred).max(initial=0) <= 127 else DType.S16
    quant = replace(kind.quant, zero_point=(0,) * len(kind.quant.zero_point))
    return draft.add_constant(f"{name}.centred", centred.astype(dtype.numpy), kind.with_quant(dtype, quant))


def integer_bias(draft: Draft, name: str, source: str, x: str, w: str) -> str | None:
    """The bias as int32 at scale_x * scale_w; taken over bit for bit where it has that scale already. `source` is the
    constant itself or the one that it is dequantised from. None if it is not constant or does not fit.
    """
    x_quant, w_quant = draft.types[x].quant, draft.types[w].quant
    assert x_quant is not None and w_quant is not None
    blob, kind = draft.constants.get(source), draft.types[source]
    if blob is None:
        return None
    scales = np.float64(x_quant.scale[0]) * np.array(w_quant.scale, dtype=np.float64)
    scales = np.broadcast_to(scales, kind.shape)
    if kind.quant is not None and _close(kind.quant, scales) and kind.dtype is DType.S32:
        integers = blob.array
    else:
        steps = np.rint(kind.real(blob.array) / scales)
        if np.abs(steps).max(initial=0.0) >= 2**31:
            return None
        integers = steps.astype(np.int32)
    quant = Quant(tuple(scales.tolist()), (0,) * kind.shape[0], 0)
    return draft.add_constant(f"{name}.int32", integers, TensorType(DType.S32, kind.shape, quant=quant))


def _close(quant: Quant, scales: Array) -> bool:
    return bool(np.allclose(np.array(quant.scale), scales, rtol=1e-5, atol=0.0)) and not any(quant.zero_point)
