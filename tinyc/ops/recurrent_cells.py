"""One step of each recurrent layer: simple RNN, gated recurrent unit, long short-term memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.ir.types import Array
from tinyc.ops.recurrent import Cell, Recurrent
from tinyc.ops.recurrent_activation import SIGMOID, TANH, Activation


@dataclass(frozen=True, slots=True)
class Rnn(Recurrent):
    """h' = f(W x + R h + biases)."""

    kind: ClassVar[str] = "rnn"
    gates: ClassVar[int] = 1
    usual: ClassVar[tuple[Activation, ...]] = (TANH,)

    def step(
        self, cell: Cell, functions: Sequence[Activation], x: Array, h: Array, c: Array
    ) -> tuple[Array, Array]:
        total = x @ cell.w.T + h @ cell.r.T + cell.w_bias + cell.r_bias
        return functions[0].real(self.bounded(total)), c


@dataclass(frozen=True, slots=True)
class Gru(Recurrent):
    """z = f(Wz x + Rz h), r = f(Wr x + Rr h), n = g(Wn x + Rn (r * h)), h' = (1 - z) n + z h, biases not shown.

    `linear_before_reset`: n = g(Wn x + r * (Rn h + its bias)). Weights hold the gates in the order z, r, n.
    """

    kind: ClassVar[str] = "gru"
    gates: ClassVar[int] = 3
    usual: ClassVar[tuple[Activation, ...]] = (SIGMOID, TANH)

    linear_before_reset: bool = False

    def step(
        self, cell: Cell, functions: Sequence[Activation], x: Array, h: Array, c: Array
    ) -> tuple[Array, Array]:
        size = self.hidden
        gates = x @ cell.w.T + cell.w_bias
        both = gates[:, : 2 * size] + h @ cell.r[: 2 * size].T + cell.r_bias[: 2 * size]
        opened = functions[0].real(self.bounded(both))
        z, r = opened[:, :size], opened[:, size:]
        recurrent, bias = cell.r[2 * size :], cell.r_bias[2 * size :]
        memory = r * (h @ recurrent.T + bias) if self.linear_before_reset else (r * h) @ recurrent.T + bias
        n = functions[1].real(self.bounded(gates[:, 2 * size :] + memory))
        return (1.0 - z) * n + z * h, c


@dataclass(frozen=True, slots=True)
class Lstm(Recurrent):
    """i = f(Wi x + Ri h + Pi * c), k = f(Wf x + Rf h + Pf * c), n = g(Wc x + Rc h), c' = k * c + i * n,
    o = f(Wo x + Ro h + Po * c'), h' = o * m(c'), biases not shown.

    `coupled`: k = 1 - i (ONNX input_forget). Weights hold the gates in the order i, o, f, c; p the peepholes i, o, f.
    """

    kind: ClassVar[str] = "lstm"
    slots: ClassVar[tuple[str, ...]] = ("x", "w", "r", "b", "lengths", "initial_h", "initial_c", "p")
    gates: ClassVar[int] = 4
    usual: ClassVar[tuple[Activation, ...]] = (SIGMOID, TANH, TANH)

    coupled: bool = False

    def step(
        self, cell: Cell, functions: Sequence[Activation], x: Array, h: Array, c: Array
    ) -> tuple[Array, Array]:
        f, g, m = functions
        total = x @ cell.w.T + h @ cell.r.T + cell.w_bias + cell.r_bias
        i, o, k, n = np.split(total, 4, axis=1)
        peep_i, peep_o, peep_f = cell.peepholes
        opened = f.real(self.bounded(i + peep_i * c))
        kept = 1.0 - opened if self.coupled else f.real(self.bounded(k + peep_f * c))
        new_c = kept * c + opened * g.real(self.bounded(n))
        return f.real(self.bounded(o + peep_o * new_c)) * m.real(new_c), new_c
