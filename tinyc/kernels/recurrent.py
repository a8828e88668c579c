"""Kernels of the recurrent layers: one that takes any weights and activations, one for constant weights, packed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.predicates import constant, linear
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, register
from tinyc.ops.recurrent import Direction, Recurrent
from tinyc.ops.recurrent_cells import Gru, Lstm

_MOST_ACTIVATIONS = 6


def operator_of(site: Site) -> Recurrent:
    assert isinstance(site.op.operator, Recurrent)
    return site.op.operator


def recurrent_shape(site: Site) -> Params:
    operator = operator_of(site)
    steps, batch, inputs = operator.sizes(site.type("x").shape)
    hidden, directions = operator.hidden, operator.directions
    first = operator.batch_first
    state = directions * hidden
    fields: dict[str, Field] = {
        "steps": steps,
        "batch": batch,
        "directions": directions,
        "backwards": int(operator.direction is Direction.REVERSE),
        "inputs": inputs,
        "hidden": hidden,
        "x_step": inputs if first else batch * inputs,
        "x_batch": steps * inputs if first else inputs,
        "y_step": state if first else batch * state,
        "y_batch": steps * state if first else hidden,
        "y_direction": hidden if first else batch * hidden,
        "state_batch": state if first else hidden,
        "state_direction": hidden if first else batch * hidden,
    }
    return Params("tc_recurrent", fields)


def _activations(operator: Recurrent) -> Params:
    found = operator.all_activations
    unused = _MOST_ACTIVATIONS - len(found)
    fields: dict[str, Field] = {
        "clip": operator.clip if operator.clip > 0 else math.inf,
        "functions": tuple(item.function.code for item in found) + (0,) * unused,
        "alphas": tuple(item.alpha for item in found) + (0.0,) * unused,
        "betas": tuple(item.beta for item in found) + (0.0,) * unused,
    }
    return Params("tc_recurrent_activations", fields)


def _variant(operator: Recurrent) -> bool:
    return (isinstance(operator, Gru) and operator.linear_before_reset) or (
        isinstance(operator, Lstm) and operator.coupled
    )


def _params(site: Site) -> Params:
    operator = operator_of(site)
    fields: dict[str, Field] = {
        "shape": recurrent_shape(site), "activations": _activations(operator), "variant": int(_variant(operator)),
    }  # fmt: skip
    return Params("tc_recurrent_f32", fields)


def _packed_params(site: Site) -> Params:
    operator = operator_of(site)
    w, r = site.array("w"), site.array("r")
    assert w is not None and r is not None
    bias, reset_bias = summed_biases(site)
    blocks = (2, 1) if isinstance(operator, Gru) else (operator.gates,)
    reset = None if reset_bias is None else Table("reset_bias", reset_bias, "bias of the recurrent part of gate n")
    fields: dict[str, Field] = {
        "shape": recurrent_shape(site),
        "w": Table("w", _packed(w, (w.shape[1],)), f"w {list(w.shape)}: direction, gate, input; four rows together"),
        "r": Table(
            "r", _packed(r, tuple(gates * operator.hidden for gates in blocks)),
            f"r {list(r.shape)}: direction, gate, state; four rows together",
        ),
        "bias": Table("bias", bias, "biases of w and r together"),
        "reset_bias": reset,
    }  # fmt: skip
    return Params("tc_recurrent_packed_f32", fields)


def summed_biases(site: Site) -> tuple[Array, Array | None]:
    """[directions, gates * H], the biases of w and r added up; apart, that of r where a reset gate multiplies it."""
    operator = operator_of(site)
    rows = operator.gates * operator.hidden
    given = site.array("b")
    both = np.zeros((operator.directions, 2 * rows), np.float32) if given is None else given
    of_w, of_r = both[:, :rows].copy(), both[:, rows:].copy()
    if not (isinstance(operator, Gru) and operator.linear_before_reset):
        return of_w + of_r, None
    reset = of_r[:, 2 * operator.hidden :].copy()
    of_r[:, 2 * operator.hidden :] = 0
    return of_w + of_r, reset


def _packed(weights: Array, blocks: tuple[int, ...]) -> Array:
    """Rows as tc_matvec_packed reads them, for each direction and each block of rows."""
    parts: list[Array] = []
    for matrix in weights:
        start = 0
        for rows in blocks:
            parts += _four_by_four(matrix[start : start + rows])
            start += rows
    return np.concatenate([part.reshape(-1) for part in parts])


def _four_by_four(rows: Array) -> list[Array]:
    whole = len(rows) - len(rows) % 4
    return [rows[:whole].reshape(-1, 4, rows.shape[1]).transpose(0, 2, 1), rows[whole:]]


def _scratch(vectors: int) -> Callable[[Site], int]:
    return lambda site: 4 * vectors * operator_of(site).hidden


def _is_usual(site: Site) -> bool:
    operator = operator_of(site)
    coupled = isinstance(operator, Lstm) and operator.coupled
    return not operator.activations and operator.clip == 0 and not coupled


def _without_peepholes(site: Site) -> bool:
    index = site.op.operator.slots.index("p") if "p" in site.op.operator.slots else len(site.inputs)
    return index >= len(site.inputs) or site.inputs[index] is None


USUAL = (
    constant("w", "r", "b"),
    Predicate("activations must be the usual ones, without clip and coupled gates", _is_usual),
    Predicate("there must be no peepholes", _without_peepholes),
)


def work_of(site: Site) -> Mapping[str, int]:
    operator = operator_of(site)
    steps, batch, _ = operator.sizes(site.type("x").shape)
    states = steps * batch * operator.directions * operator.hidden
    return {"macs": operator.macs(site.inputs, site.outputs), "activations": states * operator.gates}


def _kernels(kind: str, vectors: int, cell: tuple[str, ...], peepholes: tuple[str, ...]) -> tuple[Kernel, Kernel]:
    """The general kernel and the packed one; `vectors` is their scratch in states."""
    states = ("lengths?", "initial_h?", *cell)
    fits = (linear("x", "y"),)
    updates = {"initial_h": 1} | ({"initial_c": 2} if cell else {})
    general = Kernel(
        name=f"tc_{kind}_f32_ref", op=kind, source=f"recurrent/tc_{kind}_f32_ref.c", reads={"x": "f32"}, fits=fits,
        passes=("x", "w", "r", "b?", *states, *peepholes), params=_params, scratch=_scratch(vectors), work=work_of,
        updates=updates, cost={"macs": 6.5, "activations": 130.0},
    )  # fmt: skip
    packed = Kernel(
        name=f"tc_{kind}_f32_packed_ref", op=kind, source=f"recurrent/tc_{kind}_f32_packed_ref.c", reads={"x": "f32"},
        fits=(*fits, *USUAL), passes=("x", *states), params=_packed_params, scratch=_scratch(vectors), work=work_of,
        updates=updates, cost={"macs": 4.4, "activations": 100.0},
    )  # fmt: skip
    return general, packed


register(*_kernels("rnn", 2, (), ()), *_kernels("gru", 5, (), ()), *_kernels("lstm", 6, ("initial_c?",), ("p?",)))
