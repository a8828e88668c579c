"""What RNN, GRU and LSTM share: directions, batches, lengths, initial and final states, order of axes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, DType, Shape, TensorType
from tinyc.ops.recurrent_activation import Activation


class Direction(Enum):
    """From the first step to the last, from the last to the first, or one after the other."""

    FORWARD = "forward"
    REVERSE = "reverse"
    BIDIRECTIONAL = "bidirectional"


@dataclass(frozen=True, slots=True)
class Cell:
    """Weights of one direction in float64: w [gates * H, I], r [gates * H, H], biases [gates * H], peepholes [3, H]."""

    w: Array
    r: Array
    w_bias: Array
    r_bias: Array
    peepholes: Array


@dataclass(frozen=True, slots=True)
class Recurrent(Operator):
    """A recurrent layer as ONNX defines it.

    x [T, B, I]; w [D, gates * H, I]; r [D, gates * H, H]; b [D, 2 * gates * H]; lengths int32 [B]; initial states
    [D, B, H]. Outputs, those of which `gives` is true: all states [T, D, B, H], the final state [D, B, H], and for the
    LSTM the final cell [D, B, H]. `batch_first`: x [B, T, I], states [B, T, D, H] and [B, D, H] (ONNX layout 1).

    A sequence shorter than T ends at its length (limited to [0, T]): states behind are 0, the final state is the last
    valid one, and the reverse direction starts at the sequence's own end. States are rounded to float32 after each
    step. `clip` bounds what goes into the activations; 0 means no bound. No activations mean the usual ones.
    """

    slots: ClassVar[tuple[str, ...]] = ("x", "w", "r", "b", "lengths", "initial_h")
    gates: ClassVar[int]
    usual: ClassVar[tuple[Activation, ...]]
    weight_dtype: ClassVar[DType] = DType.F32

    hidden: int
    gives: tuple[bool, ...]
    direction: Direction = Direction.FORWARD
    activations: tuple[Activation, ...] = ()
    clip: float = 0.0
    batch_first: bool = False

    @property
    def present_outputs(self) -> tuple[bool, ...]:
        return self.gives

    @property
    def directions(self) -> int:
        return 2 if self.direction is Direction.BIDIRECTIONAL else 1

    @property
    def all_activations(self) -> tuple[Activation, ...]:
        """Those of the first direction, then those of the second."""
        return self.activations or self.usual * self.directions

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        if not x.dtype.is_float or x.rank != 3:
            raise GraphError(f"{self.kind}: takes float32 [steps, batch, features], not {x}")
        steps, batch, features = self.sizes(x.shape)
        directions, rows = self.directions, self.gates * self.hidden
        wanted: dict[str, Shape] = {
            "w": (directions, rows, features),
            "r": (directions, rows, self.hidden),
            "b": (directions, 2 * rows),
            "lengths": (batch,),
            "initial_h": self._state_shape(batch),
            "initial_c": self._state_shape(batch),
            "p": (directions, 3 * self.hidden),
        }
        for slot, kind in zip(self.slots[1:], inputs[1:], strict=False):
            dtype = {"lengths": DType.S32, "w": self.weight_dtype, "r": self.weight_dtype}.get(slot, DType.F32)
            if kind is not None and (kind.shape != wanted[slot] or kind.dtype is not dtype):
                raise GraphError(f"{self.kind}: {slot} must be {TensorType(dtype, wanted[slot])}, is {kind}")
        if len(self.all_activations) != len(self.usual) * directions:
            raise GraphError(f"{self.kind}: {len(self.activations)} activations for {directions} directions")
        every = (batch, steps, directions, self.hidden) if self.batch_first else (steps, directions, batch, self.hidden)
        shapes = (every, self._state_shape(batch), self._state_shape(batch))
        return tuple(x.with_shape(shape) for shape, given in zip(shapes, self.gives, strict=False) if given)

    def sizes(self, shape: Shape) -> tuple[int, int, int]:
        """Steps, batch and features of x."""
        steps, batch, features = shape
        return (batch, steps, features) if self.batch_first else (steps, batch, features)

    def _state_shape(self, batch: int) -> Shape:
        directions = self.directions
        return (batch, directions, self.hidden) if self.batch_first else (directions, batch, self.hidden)

    def macs(self, inputs: Types, outputs: tuple[TensorType, ...]) -> int:
        x = inputs[0]
        assert x is not None
        steps, batch, features = self.sizes(x.shape)
        return steps * batch * self.directions * self.gates * self.hidden * (features + self.hidden)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        named = dict(zip(self.slots, inputs, strict=False))
        x = named["x"]
        assert x is not None
        x = np.swapaxes(x, 0, 1) if self.batch_first else x
        kinds = dict(zip(self.slots, in_types, strict=False))
        cells = [self.cell(number, named, kinds) for number in range(self.directions)]
        runs = [self._run(x.astype(np.float64), number, cell, named) for number, cell in enumerate(cells)]
        every, h, c = (np.stack([run[part] for run in runs], axis=axis) for part, axis in ((0, 1), (1, 0), (2, 0)))
        if self.batch_first:
            every, h, c = every.transpose(2, 0, 1, 3), h.swapaxes(0, 1), c.swapaxes(0, 1)
        results = [array for array, given in zip((every, h, c), self.gives, strict=False) if given]
        return tuple(np.ascontiguousarray(array, dtype=np.float32) for array in results)

    def _run(
        self, x: Array, number: int, cell: Cell, named: dict[str, Array | None]
    ) -> tuple[Array, Array, Array]:
        """All states [T, B, H], the final state and the final cell [B, H] of one direction."""
        steps, batch, _ = x.shape
        h, c = (self._initial(named.get(slot), number, batch) for slot in ("initial_h", "initial_c"))
        lengths = named.get("lengths")
        lasting = np.full(batch, steps) if lengths is None else lengths
        every = np.zeros((steps, batch, self.hidden))
        functions = self.all_activations[number * len(self.usual) : (number + 1) * len(self.usual)]
        backwards = self.direction is Direction.REVERSE or number == 1
        for time in range(steps)[:: -1 if backwards else 1]:
            new_h, new_c = self.step(cell, functions, x[time], h, c)
            alive = (time < lasting)[:, None]
            h, c = np.where(alive, rounded(new_h), h), np.where(alive, rounded(new_c), c)
            every[time] = np.where(alive, h, 0.0)
        return every, h, c

    @abstractmethod
    def step(
        self, cell: Cell, functions: Sequence[Activation], x: Array, h: Array, c: Array
    ) -> tuple[Array, Array]:
        """The next state and cell [B, H] from x [B, I]; operators without a cell return c as it is."""

    def bounded(self, x: Array) -> Array:
        """What goes into an activation."""
        return np.clip(x, -self.clip, self.clip) if self.clip > 0 else x

    def _initial(self, given: Array | None, number: int, batch: int) -> Array:
        if given is None:
            return np.zeros((batch, self.hidden))
        return given.astype(np.float64)[:, number] if self.batch_first else given.astype(np.float64)[number]

    def cell(self, number: int, named: dict[str, Array | None], kinds: dict[str, TensorType | None]) -> Cell:
        """The weights of one direction."""
        rows, w, r = self.gates * self.hidden, named["w"], named["r"]
        assert w is not None and r is not None
        given, peepholes = named.get("b"), named.get("p")
        bias = np.zeros(2 * rows) if given is None else given[number].astype(np.float64)
        diagonal = np.zeros(3 * self.hidden) if peepholes is None else peepholes[number].astype(np.float64)
        return Cell(
            w[number].astype(np.float64), r[number].astype(np.float64), bias[:rows], bias[rows:],
            diagonal.reshape(3, self.hidden),
        )  # fmt: skip


def rounded(x: Array) -> Array:
    """Float64 values as float32 holds them."""
    return x.astype(np.float32).astype(np.float64)
