"""Sums and products with one constant number as functions of one int8 tensor: tables."""

from __future__ import annotations

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.elementwise import per_tensor, same_order
from tinyc.kernels.predicates import constant
from tinyc.kernels.record import Kernel, Params, Predicate, Site, Table, register
from tinyc.targets.isa import Isa


def _table(site: Site) -> Array:
    """uint8 [256]: the operator's own results for 0 to 127, then -128 to -1, as bytes."""
    number = site.array("b")
    assert number is not None
    bytes_of_a = np.arange(256, dtype=np.uint8).view(np.int8)
    (found,) = site.op.operator.evaluate((bytes_of_a, number.reshape(-1)), site.inputs, site.outputs)
    return found.astype(np.int8).view(np.uint8)


def _params(site: Site) -> Params:
    comment = f"{site.op.kind} of 0 to 127, then of -128 to -1"
    table = Table("table", _table(site), comment, "tables")
    return Params("tc_lut_bytes", {"count": site.type("y").elements, "table": table})


_FITS = (
    constant("b"),
    Predicate("b must be one number", lambda site: site.type("b").elements == 1),
    Predicate("a must have the shape of y", lambda site: site.type("a").shape == site.type("y").shape),
    same_order("a"),
    per_tensor("a", "b", "y"),
)


def _kernel(kind: str, isa: str, outputs: float, needs: Isa = Isa.NONE) -> Kernel:
    return Kernel(
        name=f"tc_lut_s8_{isa}", op=kind, source=f"unary/tc_lut_s8_{isa}.c", needs=needs, passes=("a",),
        reads={"a": "s8", "b": "s8", "y": "s8"}, inplace=("a",), fits=_FITS, params=_params, cost={"outputs": outputs},
    )  # fmt: skip


for _kind in ("add", "sub", "mul"):
    register(_kernel(_kind, "scalar", 4.1), _kernel(_kind, "mve", 0.5, Isa.MVE))
