"""Inputs, outputs and states of a model, as the header and the manifest describe them."""

from __future__ import annotations

from dataclasses import dataclass

from tinyc.codegen.literals import comment_text, float_literal
from tinyc.ir.types import DType, Layout, Quant, TensorType
from tinyc.lower.program import ARENA, PUSHED, Memory, Program, Tensor


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output of the model, as the header and the manifest describe it."""

    direction: str
    index: int
    name: str
    macro: str
    type: TensorType
    offset: int
    place: str = ""
    """Its address as the handle knows it; NULL for memory of the caller that is only read."""
    memory: str = ARENA
    note: str = ""
    is_bound: bool = False
    is_kept: bool = False
    align: int = 1
    is_pushed: bool = False

    @property
    def quant(self) -> Quant | None:
        """Scale and zero point for the whole tensor; None for plain numbers and for scales along an axis."""
        quant = self.type.quant
        return quant if quant is not None and quant.is_per_tensor else None

    @property
    def elements(self) -> int:
        return self.type.elements

    @property
    def bytes(self) -> int:
        return self.type.bytes

    @property
    def argument(self) -> str:
        """Its name as an argument of the example in README.md."""
        return f"{self.direction.removesuffix('put')}_{self.index}"

    @property
    def dims(self) -> tuple[int, ...]:
        """As the tensor lies in memory."""
        return self.type.physical_shape

    @property
    def dims_c(self) -> str:
        return "{" + ", ".join(map(str, self.dims or (1,))) + "}"

    @property
    def c_type(self) -> str:
        return self.type.dtype.c_type

    @property
    def scale(self) -> float:
        return 1.0 if self.quant is None else self.quant.scale[0]

    @property
    def zero_point(self) -> int:
        return 0 if self.quant is None else self.quant.zero_point[0]

    @property
    def scale_c(self) -> str:
        return float_literal(self.scale)

    @property
    def zero_point_c(self) -> str:
        return f"({self.zero_point})"

    @property
    def meaning(self) -> str:
        """One line for people: format, shape, order of axes, what the integers stand for."""
        order = " channels last" if self.type.layout is not Layout.LINEAR else ""
        real = "" if self.quant is None else f", real = {self.scale:.6g} * (q {_signed(-self.zero_point)})"
        return comment_text(f"{self.c_type} {list(self.dims)}{order}{real}")

    @property
    def quantize(self) -> str:
        """Statement that fills the port from floats."""
        kind, count = self.type.dtype, f"{self.macro}_ELEMENTS"
        if kind is DType.F32:
            return f"tc_copy_f32(from, (float *)to, {count});"
        if self.quant is None:
            return f"tc_f32_to_plain_{_plain(kind)}(from, ({kind.c_type} *)to, {count});"
        return f"tc_quantize_{kind.value}(from, ({kind.c_type} *)to, {count}, {self._quant_c});"

    @property
    def dequantize(self) -> str:
        """Statement that reads the port into floats."""
        kind, count = self.type.dtype, f"{self.macro}_ELEMENTS"
        if kind is DType.F32:
            return f"tc_copy_f32((const float *)from, to, {count});"
        if self.quant is None:
            return f"tc_plain_{_plain(kind)}_to_f32((const {kind.c_type} *)from, to, {count});"
        return f"tc_dequantize_{kind.value}((const {kind.c_type} *)from, to, {count}, {self._quant_c});"

    @property
    def _quant_c(self) -> str:
        return f"{self.macro}_SCALE, {self.macro}_ZERO_POINT"


def _plain(kind: DType) -> str:
    return "u8" if kind is DType.BOOL else kind.value


def _signed(number: int) -> str:
    """As a term behind another: "- 83", "+ 128"."""
    return f"{'-' if number < 0 else '+'} {abs(number)}"


def ports(program: Program) -> tuple[list[Port], list[Port]]:
    """Inputs and outputs of a program."""
    return (
        [_port(program, "input", index, tensor) for index, tensor in enumerate(program.inputs)],
        [_port(program, "output", index, tensor) for index, tensor in enumerate(program.outputs)],
    )


def _port(program: Program, direction: str, index: int, tensor: Tensor) -> Port:
    macro = f"{program.name.upper()}_{direction.upper()}_{index}"
    pushed = tensor.memory == PUSHED
    memory = None if pushed else program.memory_of(tensor)
    is_kept = direction == "input" and tensor.name in program.kept
    note = _memory_note(program, memory, direction, is_kept)
    return Port(
        direction=direction,
        index=index,
        name=comment_text(tensor.name),
        macro=macro,
        type=tensor.type,
        offset=tensor.offset,
        place=_place(memory, tensor, direction),
        memory=tensor.memory,
        note=f"; pushed row by row, {program.name}_push_rows" if pushed else note,
        is_bound=memory is not None and memory.role.value == direction,
        is_kept=is_kept,
        align=1 if pushed else program.align_of(tensor),
        is_pushed=pushed,
    )


def _place(memory: Memory | None, tensor: Tensor, direction: str) -> str:
    if tensor.memory == PUSHED:
        return "NULL"
    if memory is None:
        return f"&self->{tensor.memory}[{tensor.offset}u]"
    if direction == "input" and not memory.writable:
        return "NULL"
    pointer = f"self->{memory.name}"
    return pointer if tensor.offset == 0 else f"({pointer} == NULL) ? NULL : &{pointer}[{tensor.offset}u]"


def _memory_note(program: Program, memory: Memory | None, direction: str, is_kept: bool) -> str:
    if memory is None:
        return "; kept during the run" if is_kept else ""
    if memory.role.value != direction:
        return f"; lies in the memory of {memory.role.value} {memory.index}"
    use = f"; in memory of the caller, {program.name}_bind_{direction}"
    return use if is_kept or direction == "output" else f"{use}; written over during the run"


def state_ports(program: Program) -> list[Port]:
    """The states of a program, as ports that nobody writes or reads."""
    tensors = [state.tensor for state in program.states]
    return [Port("state", i, comment_text(t.name), "", t.type, t.offset) for i, t in enumerate(tensors)]
