"""Bodies of the model's functions that have a line for each port or state."""

from __future__ import annotations

from tinyc.codegen.port import Port
from tinyc.lower.program import ARENA, Program, State


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


def conversion_lines(ports: list[Port], statements: list[str]) -> list[str]:
    """Body of NAME_quantize_input and NAME_dequantize_output: one case for each port."""
    if not ports:
        return ["(void)index;", "(void)from;", "(void)to;"]
    lines = ["switch (index) {"]
    for port, statement in zip(ports, statements, strict=True):
        lines += [f'case {port.index}u: /* "{port.name}" */', f"    {statement}", "    break;"]
    return [*lines, "default:", "    break;", "}"]
