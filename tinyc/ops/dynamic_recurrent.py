"""Recurrent layers whose inputs and states become int8 at run time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Types
from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.dynamic import quantize_rows, scaled_product
from tinyc.ops.fixed_math import sigmoid, tanh
from tinyc.ops.recurrent import Cell, Recurrent
from tinyc.ops.recurrent_activation import Activation
from tinyc.ops.recurrent_cells import Gru, Lstm
from tinyc.ops.weight_scales import matrix_scales


@dataclass(frozen=True, slots=True)
class Matrix:
    """Integers [rows, inputs] and their float32 scales [rows, groups]."""

    integers: Array
    scales: Array

    def rows(self, start: int, end: int) -> Matrix:
        return Matrix(self.integers[start:end], self.scales[start:end])

    def times(self, x: Array) -> Array:
        """float32 [B, rows]: products with float32 x [B, inputs], each row of which becomes int8."""
        q, scale = quantize_rows(x)
        with np.errstate(invalid="ignore"):
            return np.asarray(scaled_product(q, self.integers, self.scales) * scale)


@dataclass(frozen=True, slots=True)
class DynamicCell(Cell):
    """Of one direction: the weights as integers; biases [gates * H] that the gates start from, float32."""

    of_x: Matrix
    of_h: Matrix
    bias: Array
    reset_bias: Array


def matrix_of(kind: TensorType, number: int) -> TensorType:
    """The type of one direction's weights [rows, inputs]; its scales alone."""
    quant = kind.quant
    if quant is None or (not quant.blocks and quant.axis is not None) or (quant.blocks and quant.blocks[0] != 1):
        raise GraphError(f"{kind}: weights must be integers with scales of each direction")
    if not quant.blocks:
        return kind.with_shape(kind.shape[1:])
    count = len(quant.scale) // kind.shape[0]
    part = slice(number * count, (number + 1) * count)
    own = replace(quant, scale=quant.scale[part], zero_point=quant.zero_point[part], axis=1, blocks=quant.blocks[1:])
    return kind.with_shape(kind.shape[1:]).with_quant(kind.dtype, own)


def cell_of(
    operator: Recurrent, number: int, named: dict[str, Array | None], kinds: dict[str, TensorType | None]
) -> DynamicCell:
    """Weights and biases of one direction."""
    plain = Recurrent.cell(operator, number, named, kinds)
    matrices = []
    for slot, integers in (("w", plain.w), ("r", plain.r)):
        kind = kinds[slot]
        assert kind is not None
        matrices.append(Matrix(integers, matrix_scales(matrix_of(kind, number))))
    of_w, of_r, memory = plain.w_bias.astype(np.float32), plain.r_bias.astype(np.float32), 2 * operator.hidden
    reset = np.zeros(operator.hidden, np.float32)
    if isinstance(operator, Gru) and operator.linear_before_reset:
        reset, of_r = of_r[memory:].copy(), np.concatenate([of_r[:memory], reset])
    return DynamicCell(
        plain.w, plain.r, plain.w_bias, plain.r_bias, plain.peepholes, matrices[0], matrices[1], of_w + of_r, reset
    )


def require_matrices(operator: Recurrent, inputs: Types) -> None:
    """GraphError unless both matrices have scales that `matrix_scales` reads."""
    for slot in ("w", "r"):
        kind = inputs[operator.slots.index(slot)]
        assert kind is not None
        matrix_scales(matrix_of(kind, 0))


@dataclass(frozen=True, slots=True)
class DynamicGru(Gru):
    """As Gru, with weights int8 [D, 3 H, K] whose scales are those of blocks [1, 1, group]; x of each step, h and r * h
    become int8 as `dynamic.py` has it, each with a scale of its own. Gates are float32, by `fixed_math.py`.
    """

    kind: ClassVar[str] = "dynamic_gru"
    weight_dtype: ClassVar[DType] = DType.S8

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        found = Recurrent.infer(self, inputs)
        require_matrices(self, inputs)
        return found

    def cell(self, number: int, named: dict[str, Array | None], kinds: dict[str, TensorType | None]) -> Cell:
        return cell_of(self, number, named, kinds)

    def step(
        self, cell: Cell, functions: Sequence[Activation], x: Array, h: Array, c: Array
    ) -> tuple[Array, Array]:
        assert isinstance(cell, DynamicCell)
        size, before = self.hidden, h.astype(np.float32)
        recurrent = cell.of_h.rows(2 * size, 3 * size)
        sums = cell.bias + cell.of_x.times(x)
        opened = sigmoid(sums[:, : 2 * size] + cell.of_h.rows(0, 2 * size).times(before))
        z, r, sum_n = opened[:, :size], opened[:, size:], sums[:, 2 * size :]
        if self.linear_before_reset:
            sum_n = sum_n + r * (cell.reset_bias + recurrent.times(before))
        else:
            sum_n = sum_n + recurrent.times(r * before)
        return (np.float32(1.0) - z) * tanh(sum_n) + z * before, c


@dataclass(frozen=True, slots=True)
class DynamicLstm(Lstm):
    """As Lstm, with weights int8 [D, 4 H, K] whose scales are those of blocks [1, 1, group]; x of each step and h
    become int8 as `dynamic.py` has it, each with a scale of its own. Gates are float32, by `fixed_math.py`; there are
    no peepholes.
    """

    kind: ClassVar[str] = "dynamic_lstm"
    weight_dtype: ClassVar[DType] = DType.S8

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        found = Recurrent.infer(self, inputs)
        require_matrices(self, inputs)
        return found

    def cell(self, number: int, named: dict[str, Array | None], kinds: dict[str, TensorType | None]) -> Cell:
        return cell_of(self, number, named, kinds)

    def step(
        self, cell: Cell, functions: Sequence[Activation], x: Array, h: Array, c: Array
    ) -> tuple[Array, Array]:
        assert isinstance(cell, DynamicCell)
        sums = (cell.bias + cell.of_x.times(x)) + cell.of_h.times(h)
        i, o, k, n = np.split(sums, 4, axis=1)
        new_c = sigmoid(k) * c.astype(np.float32) + sigmoid(i) * tanh(n)
        return sigmoid(o) * tanh(new_c), new_c
