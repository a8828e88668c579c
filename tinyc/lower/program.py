"""The program: a flat list of kernel calls on placed buffers and final constants. Nothing is inferred after it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

from tinyc.ir.blobs import Blob
from tinyc.ir.types import TensorType
from tinyc.kernels.overlap import Overlap
from tinyc.kernels.record import Params
from tinyc.lower.program_stream import Stage, Stream

ARENA = "arena"
"""The memory that every model has, and its name in C."""
PUSHED = "pushed"
"""No memory: rows of an input that are pushed are never all there."""


class Role(Enum):
    """What a buffer holds, or a memory is for."""

    INPUT = "input"
    OUTPUT = "output"
    ACTIVATION = "activation"
    SCRATCH = "scratch"
    STATE = "state"
    REGION = "region"
    """Of a memory: an arena in another region of the board."""


@dataclass(frozen=True, slots=True)
class Buffer:
    """A range of a memory. Live from call `first` to call `last`, both included; -1 is "before the first call",
    the number of calls is "after the last". `accesses`: bytes that one inference reads and writes of it, an estimate.
    """

    name: str
    role: Role
    bytes: int
    align: int
    first: int
    last: int
    offset: int = 0
    memory: str = ARENA
    accesses: int = 0

    def at(self, offset: int) -> Buffer:
        return replace(self, offset=offset)

    def meets(self, other: Buffer) -> bool:
        """True if both are live at some moment."""
        return self.first <= other.last and other.first <= self.last

    def apart(self, other: Buffer) -> bool:
        """True if they have no byte in common."""
        behind = self.offset + self.bytes <= other.offset or other.offset + other.bytes <= self.offset
        return behind or self.memory != other.memory


@dataclass(frozen=True, slots=True)
class Memory:
    """Memory of the caller beside the arena. `name` is that of its pointer in C, `index` its number among those of its
    role: INPUT and OUTPUT hold what the caller binds for them, REGION is an arena in the region called `value`. What is
    not `writable` is only read.
    """

    name: str
    role: Role
    index: int
    value: str
    bytes: int
    align: int
    writable: bool


@dataclass(frozen=True, slots=True)
class Shared:
    """Two buffers that live at the same time and may have bytes in common: a call writes `output` while it reads
    `input` for the last time.
    """

    input: str
    output: str
    call: int
    overlap: Overlap


@dataclass(frozen=True, slots=True)
class ConstantData:
    """One C array in flash: symbol without the model's prefix, data in its final form. `region` and `section` where it
    lies in other memory than `flash`: the board's name for it, and the beginning of its linker section's.
    """

    name: str
    blob: Blob
    comment: str
    role: str
    encoding: str
    region: str = ""
    section: str = ""

    @property
    def bytes(self) -> int:
        return self.blob.array.nbytes


@dataclass(frozen=True, slots=True)
class Argument:
    """A pointer that a call passes: into `memory` at `offset`, to the constant called `constant`, or NULL; for a stage
    of a stream, to the rows of line number `line` that it reads or makes.
    """

    value: str
    c_type: str
    written: bool
    offset: int | None = None
    constant: str | None = None
    memory: str = ARENA
    line: int | None = None


NOTHING = Argument("NULL", "void", False)
"""What a call passes for an input or output that is left out."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """A value at a place in a memory."""

    name: str
    type: TensorType
    offset: int
    memory: str = ARENA


@dataclass(frozen=True, slots=True)
class State:
    """A value that stays from one execution to the next, in its own memory, and the output that it was.

    `tensor` has the name of the input which it becomes.
    """

    tensor: Tensor
    output: str


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition of a call: the bool at this offset of a memory, called `value` in the graph, is `wanted`."""

    value: str
    offset: int
    wanted: bool
    memory: str = ARENA


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
    stage: Stage | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """Files below runtime_c/kernels/ that it needs: the kernel's, and those of what its parameters refer to."""
        return (self.kernel_source, *(symbol.source for symbol in self.params.symbols))


@dataclass(frozen=True, slots=True)
class Program:
    """Everything the generated C says, decided. `lower_bound_bytes`: no plan for this order of calls can be smaller;
    `order_bound_bytes`: nor for any other, None if that is not known; `is_least`: offsets are proven to be the best.
    """

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
    shared: tuple[Shared, ...] = ()
    memories: tuple[Memory, ...] = ()
    kept: frozenset[str] = frozenset()
    """Inputs that hold after a run what they held before."""
    order_bound_bytes: int | None = None
    is_least: bool = False
    streams: tuple[Stream, ...] = ()
    cycles: float = 0.0
    """Of one inference, estimated by what the kernels cost on the board."""

    def constant_bytes(self, role: str) -> int:
        """Flash bytes of constants of a role: "weights" or "tables"."""
        return sum(constant.bytes for constant in self.constants if constant.role == role)

    def memory_of(self, tensor: Tensor) -> Memory | None:
        """The memory of the caller that a tensor lies in; None for the arena."""
        return next((memory for memory in self.memories if memory.name == tensor.memory), None)

    def align_of(self, tensor: Tensor) -> int:
        """The bytes of which a tensor's address is a multiple, if its memory is aligned as it must be."""
        memory = self.memory_of(tensor)
        whole = self.arena_align if memory is None else memory.align
        return math.gcd(whole, tensor.offset)

    def over(self, output: Buffer) -> tuple[str, ...]:
        """Buffers some of whose bytes are written over with this one while they are read."""
        by_name = {buffer.name: buffer for buffer in self.buffers}
        inputs = [pair.input for pair in self.shared if pair.output == output.name]
        return tuple(name for name in inputs if not by_name[name].apart(output))

    def verify(self) -> None:
        """Assert that no two buffers overlap while both are live, but for those of which a kernel allows it, at a
        distance that it allows; and that all lie inside their memory.
        """
        room = {ARENA: self.arena_bytes} | {memory.name: memory.bytes for memory in self.memories}
        allowed = {(pair.input, pair.output): pair.overlap for pair in self.shared}
        for index, mine in enumerate(self.buffers):
            assert mine.offset % mine.align == 0 and mine.offset + mine.bytes <= room[mine.memory], mine
            for other in self.buffers[index + 1 :]:
                if mine.meets(other) and not mine.apart(other):
                    first, second = (mine, other) if (mine.name, other.name) in allowed else (other, mine)
                    overlap = allowed.get((first.name, second.name))
                    assert overlap is not None, f"{mine} and {other} overlap"
                    assert overlap.allows(second.offset - first.offset), f"{second} begins too late in {first}"
        kept = {buffer.offset for buffer in self.buffers if buffer.role is Role.STATE}
        assert kept >= {state.tensor.offset for state in self.states}, "a state has no memory of its own"
