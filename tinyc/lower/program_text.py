"""A program in text form: what each call reads and writes, and where everything lies."""

from __future__ import annotations

from collections.abc import Iterator

from tinyc.ir.writer import type_text
from tinyc.kernels.record import Field, Params, Reference, Symbol, Table
from tinyc.lower.program import ARENA, NOTHING, Argument, Buffer, Call, ConstantData, Memory, Program, Tensor


def to_text(program: Program) -> str:
    """Equal for equal programs; of constants it shows format, shape and size."""
    return "\n".join(_lines(program)) + "\n"


def _lines(program: Program) -> Iterator[str]:
    yield f"program {program.name}: arena {program.arena_bytes} bytes, lower bound {program.lower_bound_bytes}"
    yield ""
    yield from (f"input {_tensor(tensor)}" for tensor in program.inputs)
    yield from (f"output {_tensor(tensor)}" for tensor in program.outputs)
    yield from (f"state {_tensor(state.tensor)}, kept from {state.output}" for state in program.states)
    yield from map(_memory, program.memories)
    yield ""
    yield from (_buffer(program, buffer) for buffer in program.buffers)
    yield ""
    yield from map(_constant, program.constants)
    for number, call in enumerate(program.calls):
        yield ""
        yield from _call(number, call)


def _tensor(tensor: Tensor) -> str:
    return f"{tensor.name}: {type_text(tensor.type)} at {_place(tensor.memory, tensor.offset)}"


def _buffer(program: Program, buffer: Buffer) -> str:
    span = f"{_place(buffer.memory, buffer.offset)}..{buffer.offset + buffer.bytes}"
    over = ", ".join(program.over(buffer))
    text = f"buffer {buffer.name}: {buffer.role.value} at {span}, calls {buffer.first} to {buffer.last}"
    return f"{text}, written over {over} while that is read" if over else text


def _memory(memory: Memory) -> str:
    use = "" if memory.writable else ", only read"
    return f"memory {memory.name}: {memory.role.value} {memory.value}, {memory.bytes} bytes, align {memory.align}{use}"


def _place(memory: str, offset: int) -> str:
    return f"{offset}" if memory == ARENA else f"{memory}+{offset}"


def _constant(constant: ConstantData) -> str:
    array = constant.blob.array
    return f"constant {constant.name}: {array.dtype} {list(array.shape)}, {constant.bytes} bytes, {constant.encoding}"


def _call(number: int, call: Call) -> Iterator[str]:
    yield f"{number} {call.name}: {call.kernel}({', '.join(map(_argument, call.arguments))})"
    yield from (f"  {name} = {_field(value)}" for name, value in call.params.fields.items())
    yield from (f"  -> {_tensor(tensor)}" for tensor in call.outputs)
    for guard in call.guards:
        yield f"  if {guard.value} @ {guard.memory}+{guard.offset} is {str(guard.wanted).lower()}"


def _argument(argument: Argument | tuple[Argument, ...]) -> str:
    if isinstance(argument, tuple):
        return f"[{', '.join(map(_argument, argument))}]"
    if argument == NOTHING:
        return "nothing"
    place = argument.constant if argument.constant is not None else f"{argument.memory}+{argument.offset}"
    return f"{'out ' if argument.written else ''}{argument.value} @ {place}"


def _field(value: Field) -> str:
    if isinstance(value, Reference):
        return f"&{value.constant}"
    if isinstance(value, Symbol):
        return f"&{value.name}"
    if isinstance(value, Params):
        return "{" + ", ".join(f"{name} = {_field(item)}" for name, item in value.fields.items()) + "}"
    assert not isinstance(value, Table), "a program holds no unresolved tables"
    return "null" if value is None else str(value)
