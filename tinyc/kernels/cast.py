"""Kernels of number-format changes: one for each pair of formats."""

from __future__ import annotations

from tinyc.kernels.elementwise import same_order
from tinyc.kernels.record import Kernel, Params, Site, register

FORMATS = ("f32", "i8", "u8", "i16", "i32", "i64")


def _params(site: Site) -> Params:
    return Params("tc_cast", {"count": site.type("y").elements})


def _kernel(source: str, target: str) -> Kernel:
    """A bool is stored as a u8 of 0 or 1, so reading one is reading a u8."""
    accepted = "u8|bool" if source == "u8" and target != "bool" else source
    name = f"tc_cast_{source}_{target}_ref"
    return Kernel(
        name=name, op="cast", source=f"cast/{name}.c", reads={"x": accepted, "y": target},
        fits=(same_order("x"),), params=_params, cost={"outputs": 8.0},
    )  # fmt: skip


def _view(op: str, source: str, target: str) -> Kernel:
    return Kernel(
        name=f"view_{op}_{source}_{target}", op=op, source="", reads={"x": source, "y": target},
        fits=(same_order("x"),), params=lambda _: Params(""), cost={"outputs": 0.0},
    )  # fmt: skip


for _source in FORMATS:
    register(*(_kernel(_source, _target) for _target in (*FORMATS, "bool") if _target != _source))
register(_view("cast", "bool", "u8"))
for _same_bits in (("i8", "u8", "bool"), ("f32", "i32")):
    register(*(_view("bit_cast", a, b) for a in _same_bits for b in _same_bits if a != b and b != "bool"))
