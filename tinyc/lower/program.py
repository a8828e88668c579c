"""The program: a flat list of kernel calls on placed buffers and final constants. Nothing is inferred after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from tinyc.ir.blobs import Blob
from tinyc.ir.types import TensorType
from tinyc.kernels.record import Params


class Role(Enum):
    """What a buffer holds."""

    INPUT = "input"
    OUTPUT = "output"
    ACTIVATION = "activation"
    SCRATCH = "scratch"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Buffer:
    """A range of the arena. Live from call `first` to call `last`, both included; -1 is "before the first call",
    the number of calls is "after the last".
    """

    name: str
    role: Role
    bytes: int
    align: int
    first: int
    last: int
    offset: int = 0

    def at(self, offset: int) -> Buffer:
        return replace(self, offset=offset)

    def meets(self, other: Buffer) -> bool:
        """True if both are live at some moment."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class ConstantData:
    """One C array in flash: symbol without the model's prefix, data in its final form."""

    name: str
    blob: Blob
    comment: str
    role: str
    encoding: str

    @property
    def bytes(self) -> int:
        return self.blob.array.nbytes


@dataclass(frozen=True, slots=True)
class Argument:
    """A pointer that a call passes: into the arena at `offset`, to the constant called `constant`, or NULL."""

    value: str
    c_type: str
    written: bool
    offset: int | None = None
    constant: str | None = None


NOTHING = Argument("NULL", "void", False)
"""What a call passes for an input or output that is left out."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """A value at a place in the arena."""

    name: str
    type: TensorType
    offset: int


@dataclass(frozen=True, slots=True)
class State:
    """A value that stays from one execution to the next, in its own memory, and the output that it was.

    `tensor` has the name of the input which it becomes.
    """

    tensor: Tensor
    output: str


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition of a call: the bool at this offset of the arena, called `value` in the graph, is `wanted`."""

    value: str
    offset: int
    wanted: bool


@dataclass(frozen=True, slots=True)
class Call:
    """One kernel call. Inner lists of `arguments` are passed as one array of pointers. Nobody reads the results unless
    all `guards` hold.
    """

    name: str
    source: str
    kind: str
    kernel: str
    kernel_source: str
    params: Params
    arguments: tuple[Argument | tuple[Argument, ...], ...]
    outputs: tuple[Tensor, ...]
    in_types: tuple[TensorType, ...]
    in_names: tuple[str, ...]
    macs: int
    weight_bytes: int
    encoding: str
    live_bytes: int
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True, slots=True)
class Program:
    """Everything the generated C says, decided."""

    name: str
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    buffers: tuple[Buffer, ...]
    constants: tuple[ConstantData, ...]
    calls: tuple[Call, ...]
    arena_bytes: int
    arena_align: int
    lower_bound_bytes: int
    scratch_peak_bytes: int
    parameters: int
    states: tuple[State, ...] = ()

    def constant_bytes(self, role: str) -> int:
        """Flash bytes of constants of a role: "weights" or "tables"."""
        return sum(constant.bytes for constant in self.constants if constant.role == role)

    def verify(self) -> None:
        """Assert that no two buffers overlap while both are live, and that all lie inside the arena."""
        for index, mine in enumerate(self.buffers):
            assert mine.offset % mine.align == 0 and mine.offset + mine.bytes <= self.arena_bytes, mine
            for other in self.buffers[index + 1 :]:
                apart = mine.offset + mine.bytes <= other.offset or other.offset + other.bytes <= mine.offset
                assert apart or not mine.meets(other), f"{mine} and {other} overlap"
        kept = {buffer.offset for buffer in self.buffers if buffer.role is Role.STATE}
        assert kept >= {state.tensor.offset for state in self.states}, "a state has no memory of its own"
