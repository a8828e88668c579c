"""Kernels of recurrent layers whose inputs and states become int8 at run time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.dynamic import INTEGER_FORMATS
from tinyc.kernels.pack import PACKED_BITS, packed
from tinyc.kernels.predicates import constant, linear
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, register
from tinyc.kernels.recurrent import USUAL, operator_of, recurrent_shape, summed_biases, work_of
from tinyc.ops.dynamic import LARGEST
from tinyc.ops.dynamic_recurrent import matrix_of
from tinyc.ops.weight_scales import matrix_scales


def _matrix(site: Site, slot: str) -> Params:
    kind, weights = site.type(slot), site.array(slot)
    assert weights is not None
    encoding = kind.encoding.name
    bits = PACKED_BITS.get(encoding)
    content = weights.astype(np.int8).view(np.uint8) if bits is None else packed(weights, bits)
    scales = scales_of(site, slot)
    comment = f"{slot} {list(kind.shape)}: direction, gate, input; {encoding}"
    fields: dict[str, Field] = {
        "columns": kind.shape[2],
        "group": kind.shape[2] // scales.shape[2],
        "weights": Table(slot, np.ascontiguousarray(content.reshape(-1)), comment, encoding=encoding),
        "scale": Table(f"{slot}_scale", scales, f"scales of the rows of {slot}", "tables"),
    }
    return Params("tc_dynamic_matrix", fields)


def scales_of(site: Site, slot: str) -> Array:
    """float32 [directions, rows, groups]."""
    kind = site.type(slot)
    return np.stack([matrix_scales(matrix_of(kind, number)) for number in range(kind.shape[0])])


def _params(site: Site) -> Params:
    return with_matrices(site, "tc_dynamic_recurrent", _matrix)


def with_matrices(site: Site, c_type: str, matrix: Callable[[Site, str], Params]) -> Params:
    """The struct of a layer with its matrices in a form of their own."""
    bias, reset_bias = summed_biases(site)
    reset = None if reset_bias is None else Table("reset_bias", reset_bias, "bias of the recurrent part of gate n")
    fields: dict[str, Field] = {
        "shape": recurrent_shape(site),
        "w": matrix(site, "w"),
        "r": matrix(site, "r"),
        "bias": Table("bias", bias, "biases of w and r together"),
        "reset_bias": reset,
    }
    return Params(c_type, fields)


def _sums_fit(site: Site) -> bool:
    return max(site.type("w").shape[2], site.type("r").shape[2]) < 2**31 // LARGEST**2


FITS = (
    constant("w", "r", "b"),
    linear("x", "y"),
    *USUAL,
    Predicate("sums of products must stay below 2^31", _sums_fit),
)


def _kernel(kind: str, number: str, cell: tuple[str, ...]) -> Kernel:
    name = f"tc_dynamic_{kind}_f32w{INTEGER_FORMATS[number]}_ref"
    vectors = 5 + len(cell)
    return Kernel(
        name=name, op=f"dynamic_{kind}", source=f"dynamic/{name}.c", reads={"x": "f32", "w": number, "r": number},
        fits=FITS, passes=("x", "lengths?", "initial_h?", *cell), params=_params, work=work_of,
        scratch=lambda site: 4 * vectors * operator_of(site).hidden + max(site.type(s).shape[2] for s in ("w", "r")),
        updates={"initial_h": 1} | ({"initial_c": 2} if cell else {}),
        cost={"macs": 9.0 if number == "s8:dense" else 16.0, "activations": 100.0},
    )  # fmt: skip


for _format in INTEGER_FORMATS:
    register(_kernel("gru", _format, ()), _kernel("lstm", _format, ("initial_c?",)))
