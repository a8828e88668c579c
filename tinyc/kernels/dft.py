"""Kernels of dft and stft: sums of products with a table of one turn."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

import numpy as np

from tinyc.kernels.predicates import linear
from tinyc.kernels.record import Field, Kernel, Params, Site, Table, register
from tinyc.ops.dft import Dft, Stft


def _turn(length: int) -> Table:
    angles = 2 * np.pi * np.arange(length) / length
    pairs = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    return Table("turn", pairs, f"cosine and sine of {length} parts of a turn", "tables")


def _dft(site: Site) -> Dft:
    assert isinstance(site.op.operator, Dft)
    return site.op.operator


def _stft(site: Site) -> Stft:
    assert isinstance(site.op.operator, Stft)
    return site.op.operator


def _terms(site: Site) -> int:
    """Elements of x behind each result."""
    operator, have = _dft(site), site.type("x").shape[_dft(site).axis]
    wanted = operator.length // 2 + 1 if operator.inverse and operator.onesided else operator.length
    return min(have, wanted)


def _params_dft(site: Site) -> Params:
    operator, x = _dft(site), site.type("x").shape
    fields: dict[str, Field] = {
        "outer": prod(x[: operator.axis]),
        "in_length": x[operator.axis],
        "inner": prod(x[operator.axis + 1 : -1]),
        "parts": x[-1],
        "terms": _terms(site),
        "bins": operator.bins,
        "length": operator.length,
        "sign": 1 if operator.inverse else -1,
        "real_signal": int(operator.inverse and operator.onesided),
        "factor": 1 / operator.length if operator.inverse else 1.0,
        "turn": _turn(operator.length),
    }
    return Params("tc_dft", fields)


def _params_stft(site: Site) -> Params:
    operator, x, y = _stft(site), site.type("x").shape, site.type("y").shape
    window = site.inputs[1] if len(site.inputs) > 1 else None
    fields: dict[str, Field] = {
        "batch": x[0],
        "samples": x[1],
        "parts": x[2],
        "frames": y[1],
        "step": operator.step,
        "terms": operator.length if window is None else window.elements,
        "bins": operator.bins,
        "length": operator.length,
        "turn": _turn(operator.length),
    }
    return Params("tc_stft", fields)


def _work_dft(site: Site) -> Mapping[str, int]:
    return {"terms": site.type("y").elements * _terms(site)}


def _work_stft(site: Site) -> Mapping[str, int]:
    return {"terms": site.type("y").elements * _stft(site).length}


register(
    Kernel(
        name="tc_dft_f32_ref", op="dft", source="dft/tc_dft_f32_ref.c", reads={"x": "f32", "y": "f32"},
        fits=(linear("x", "y"),), params=_params_dft, work=_work_dft, cost={"terms": 12.0},
    ),
    Kernel(
        name="tc_stft_f32_ref", op="stft", source="dft/tc_stft_f32_ref.c", passes=("x", "window?"),
        reads={"x": "f32", "window": "f32", "y": "f32"}, fits=(linear("x", "y"),), params=_params_stft,
        work=_work_stft, cost={"terms": 14.0},
    ),
)  # fmt: skip
