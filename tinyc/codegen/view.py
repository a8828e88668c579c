"""What the templates see: finished names, numbers and lines. All decisions are taken here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyc.codegen.literals import array_text, comment_text, float_literal, int_literal, wrapped
from tinyc.ir.types import Array, DType, Layout, Quant, TensorType
from tinyc.kernels.record import Field, Params, Reference, Symbol
from tinyc.lower.program import ARENA, NOTHING, PUSHED, Argument, Call, ConstantData, Memory, Program, State, Tensor

_LINE = 110


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


def lookup_lines(name: str, ports: list[Port]) -> list[str]:
    """Body of NAME_input and NAME_output: the address of a port, or NULL."""
    if all(port.place == "NULL" for port in ports):
        return ["(void)self;", "(void)index;", "return NULL;"]
    if any(port.memory != ARENA for port in ports):
        return _chosen_lines(ports)
    offsets = ", ".join(f"{port.offset}u" for port in ports)
    count = f"{name.upper()}_{ports[0].direction.upper()}_COUNT"
    return [
        f"static const size_t offsets[] = {{{offsets}}};",
        f"if ((self == NULL) || (self->arena == NULL) || (index >= {count})) {{",
        "    return NULL;",
        "}",
        "return &self->arena[offsets[index]];",
    ]


def _chosen_lines(ports: list[Port]) -> list[str]:
    lines = ["if ((self == NULL) || (self->arena == NULL)) {", "    return NULL;", "}", "switch (index) {"]
    for port in ports:
        lines += [f"case {port.index}u:", f"    return {port.place};"]
    return [*lines, "default:", "    return NULL;", "}"]


def reset_lines(program: Program) -> list[str]:
    """Body of NAME_reset: real 0 in every state."""
    return [line for state in program.states for line in _clearing(state)]


def _clearing(state: State) -> list[str]:
    kind, offset = state.tensor.type, state.tensor.offset
    zero = 0 if kind.quant is None else kind.quant.zero_point[0]
    if zero == 0 or kind.dtype.bytes == 1:
        return [f"(void)memset(&self->arena[{offset}u], {zero & 0xFF}, {max(kind.bytes, 1)}u);"]
    return [
        f"for (size_t i = 0u; i < {kind.elements}u; i++) {{",
        f"    (({kind.dtype.c_type} *)(void *)&self->arena[{offset}u])[i] = {zero};",
        "}",
    ]


def _signed(number: int) -> str:
    """As a term behind another: "- 83", "+ 128"."""
    return f"{'-' if number < 0 else '+'} {abs(number)}"


def conversion_lines(ports: list[Port], statements: list[str]) -> list[str]:
    """Body of NAME_quantize_input and NAME_dequantize_output: one case for each port."""
    if not ports:
        return ["(void)index;", "(void)from;", "(void)to;"]
    lines = ["switch (index) {"]
    for port, statement in zip(ports, statements, strict=True):
        lines += [f'case {port.index}u: /* "{port.name}" */', f"    {statement}", "    break;"]
    return [*lines, "default:", "    break;", "}"]


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


def emitted(constant: ConstantData) -> Array:
    """What lies in flash: C has no arrays without elements."""
    array = constant.blob.array
    return array if array.size else np.zeros(1, array.dtype)


def constant_view(program: Program, constant: ConstantData) -> dict[str, Any]:
    array = emitted(constant)
    return {
        "symbol": f"{program.name}_{constant.name}",
        "section": _section(program, constant),
        "c_type": f"{array.dtype}_t" if array.dtype.name in ("uint16", "uint32") else DType.of(array.dtype).c_type,
        "elements": array.size,
        "comment": comment_text(constant.comment),
        "text": array_text(array),
    }


def _section(program: Program, constant: ConstantData) -> str:
    return f'TINYC_SECTION("{constant.section}.{program.name}_{constant.name}")\n' if constant.section else ""


def call_parameters(program: Program, call: Call) -> list[dict[str, Any]]:
    """The parameters of a call, and those for rows at the edges where it is a stage of a stream."""
    edges = () if call.stage is None else call.stage.edges
    named = [(call.name, call.params), *((f"{call.name}_edge_{i}", edge.params) for i, edge in enumerate(edges))]
    title = _title(call)
    return [{"name": name, "title": title, **_params_view(program, params)} for name, params in named if params.fields]


def call_step(program: Program, call: Call, number: int) -> dict[str, Any]:
    """What NAME_invoke says of a call."""
    return {
        "summary": f"{number}: {_summary(call)}",
        "lines": [f"TINYC_LAYER_BEGIN({number}u);", _statement(program, call), f"TINYC_LAYER_END({number}u);"],
    }


def _title(call: Call) -> str:
    source = f' "{call.source}"' if call.source else ""
    return comment_text(f"{call.name}: {call.kind}{source}")


def _summary(call: Call) -> str:
    reads = ", ".join(f'"{n}" {t}' for n, t in zip(call.in_names[:1], call.in_types[:1], strict=False))
    writes = ", ".join(f'"{tensor.name}" {tensor.type}' for tensor in call.outputs)
    macs = f"; {call.macs} MACs" if call.macs else ""
    return comment_text(f"{call.name}: {reads} -> {writes}{macs}")


def _params_view(program: Program, params: Params) -> dict[str, Any]:
    members = list(params.fields.items())
    lines: list[str] = []
    for number, (name, value) in enumerate(members):
        end = "," if number + 1 < len(members) else ""
        lines += _member(program, name, value, end)
    return {"c_type": params.c_type, "lines": lines}


def _member(program: Program, name: str, value: Field, end: str) -> list[str]:
    """One designated initialiser; a nested struct or a long array is broken into lines."""
    text = f".{name} = {_field(program, value)}{end}"
    if len(text) <= _LINE or not isinstance(value, Params | tuple):
        return [text]
    if isinstance(value, Params):
        words = [f".{inner} = {_field(program, item)}" for inner, item in value.fields.items()]
    else:
        words = [_field(program, item) for item in value]
    body = wrapped(words, ", ", _LINE - 4)
    return [f".{name} = {{", *(f"    {line}" for line in body), f"}}{end}"]


def _field(program: Program, value: Field) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, Reference):
        return f"{program.name}_{value.constant}"
    if isinstance(value, Symbol):
        return f"&{value.name}"
    if isinstance(value, Params):
        return "{" + ", ".join(f".{name} = {_field(program, item)}" for name, item in value.fields.items()) + "}"
    if isinstance(value, tuple):
        return "{" + ", ".join(_field(program, item) for item in value) + "}"
    assert isinstance(value, int | float), f"{value!r} is not resolved"
    return float_literal(value) if isinstance(value, float) else int_literal(int(value))


def _statement(program: Program, call: Call) -> str:
    arguments = [f"&{call.name}"] if call.params.fields else []
    arguments += [argument_text(program, argument) for argument in call.arguments]
    statement = f"{call.kernel}({', '.join(arguments)});"
    if not call.guards:
        return statement
    conditions = [f"({guard.memory}[{guard.offset}] {'!=' if guard.wanted else '=='} 0u)" for guard in call.guards]
    return f"if (TINYC_TAKEN({' && '.join(conditions)})) {{\n        {statement}\n    }}"


def argument_text(program: Program, argument: Argument | tuple[Argument, ...]) -> str:
    if isinstance(argument, tuple):
        return "(const void *const[]){" + ", ".join(argument_text(program, item) for item in argument) + "}"
    if argument.constant is not None:
        return f"{program.name}_{argument.constant}"
    if argument == NOTHING:
        return "NULL"
    return cast(argument, f"&{argument.memory}[{argument.offset}]")


def cast(argument: Argument, pointer: str) -> str:
    """A pointer to bytes as what the kernel takes."""
    if argument.c_type == "void":
        return pointer
    const = "" if argument.written else "const "
    through = "" if argument.c_type in ("int8_t", "uint8_t") else f"({const}void *)"
    return f"({const}{argument.c_type} *){through}{pointer}"
