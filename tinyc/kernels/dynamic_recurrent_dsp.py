"""Kernels of recurrent layers whose inputs and states become int8 at run time, for cores with DSP."""

from __future__ import annotations

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.dynamic_recurrent import FITS, scales_of, with_matrices
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, register
from tinyc.kernels.recurrent import operator_of, work_of
from tinyc.kernels.tpack import pack_weights
from tinyc.ops.dynamic import LARGEST
from tinyc.targets.isa import Isa

_SUM_LIMIT = 1 << 23
_MATRICES = ("w", "r")


def _rows(site: Site, slot: str) -> Array:
    """int8 [directions * gates * hidden, inputs]."""
    weights = site.array(slot)
    assert weights is not None
    return weights.reshape(-1, weights.shape[2])


def _matrix(site: Site, slot: str) -> Params:
    rows, comment = _rows(site, slot), f"{slot} {list(site.type(slot).shape)}: direction, gate, input; T-pack"
    fields: dict[str, Field] = {
        "columns": rows.shape[1],
        "weights": Table(slot, pack_weights(rows), comment),
        "scale": Table(f"{slot}_scale", scales_of(site, slot).reshape(-1), f"scales of the rows of {slot}", "tables"),
    }
    return Params("tc_dynamic_tpack", fields)


def _params(site: Site) -> Params:
    return with_matrices(site, "tc_dynamic_recurrent_tpack", _matrix)


def _one_group(site: Site) -> bool:
    return all(scales_of(site, slot).shape[2] == 1 for slot in _MATRICES)


def _halves_fit(site: Site) -> bool:
    return all(int(_rows(site, slot).min(initial=0)) > -128 for slot in _MATRICES)


def _sums_fit(site: Site) -> bool:
    sums = [np.abs(_rows(site, slot)[1::2].astype(np.int64)).sum(axis=1) for slot in _MATRICES]
    return all(int(found.max(initial=0)) * LARGEST < _SUM_LIMIT for found in sums)


_FITS = (
    *FITS,
    Predicate("the number of states must be a multiple of 4", lambda site: operator_of(site).hidden % 4 == 0),
    Predicate("each row of weights must have one scale", _one_group),
    Predicate("weights must lie between -127 and 127", _halves_fit),
    Predicate("sums of odd rows must stay below 2^23", _sums_fit),
)


def _scratch(site: Site, vectors: int) -> int:
    operator = operator_of(site)
    inputs = max(site.type(slot).shape[2] for slot in _MATRICES)
    return 4 * (vectors + operator.gates) * operator.hidden + 8 * -(-inputs // 4)


def _kernel(kind: str, cell: tuple[str, ...]) -> Kernel:
    name = f"tc_dynamic_{kind}_f32w8_dsp"
    return Kernel(
        name=name, op=f"dynamic_{kind}", source=f"dynamic/{name}.c", needs=Isa.DSP, fits=_FITS, params=_params,
        reads={"x": "f32", "w": "s8:dense", "r": "s8:dense"}, passes=("x", "lengths?", "initial_h?", *cell),
        scratch=lambda site: _scratch(site, 5 + len(cell)), work=work_of,
        updates={"initial_h": 1} | ({"initial_c": 2} if cell else {}), cost={"macs": 2.2, "activations": 100.0},
    )  # fmt: skip


register(_kernel("gru", ()), _kernel("lstm", ("initial_c?",)))
