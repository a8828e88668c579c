"""What the generated C says of memory that the caller binds: fields of the handle, functions, checks, declarations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tinyc.codegen.literals import comment_block, comment_text
from tinyc.lower.program import ARENA, Memory, Program, Role

_ROLES = (Role.INPUT, Role.OUTPUT, Role.REGION)


@dataclass(frozen=True, slots=True)
class Pointer:
    """A pointer of the handle to a memory."""

    memory: Memory
    prefix: str

    @property
    def field(self) -> str:
        """Its name in the handle and in NAME_invoke."""
        return self.memory.name

    @property
    def c_type(self) -> str:
        return "uint8_t *" if self.memory.writable else "const uint8_t *"

    @property
    def macro(self) -> str:
        return f"{self.prefix}_{self.memory.name.upper()}"

    @property
    def align(self) -> int:
        return self.memory.align

    @property
    def what(self) -> str:
        """What NAME_bind_... binds it: the role."""
        return self.memory.role.value

    @property
    def value(self) -> str:
        return comment_text(self.memory.value)


@dataclass(frozen=True, slots=True)
class Binding:
    """One function NAME_bind_...: `what` it binds, and the pointers it sets by their number."""

    what: str
    prefix: str
    pointers: tuple[Pointer, ...]

    @property
    def parameter(self) -> str:
        """The memory that it takes, const if nothing of it may be written; of regions its size, too."""
        if self.what == Role.REGION.value:
            return "void *memory, size_t bytes"
        return "void *memory" if any(pointer.memory.writable for pointer in self.pointers) else "const void *memory"

    @property
    def comment(self) -> list[str]:
        """What the header says of the function."""
        if self.what == Role.REGION.value:
            return comment_block(
                f"Gives the handle working memory beside its arena: {self.prefix}_ARENA_<index>_BYTES bytes at a "
                f"multiple of {self.prefix}_ARENA_<index>_ALIGN, for index 1 and up, in the memory region that "
                "the macros name."
            )
        size = f"{self.prefix}_{self.what.upper()}_<index>"
        return comment_block(
            f"Gives the model the memory of an {self.what} that lies outside the arena: {size}_BYTES bytes at a "
            f"multiple of {size}_ALIGN, {self._use}"
        )

    @property
    def _use(self) -> str:
        if self.what == Role.OUTPUT.value:
            return "written during every invoke."
        written = [pointer.memory.writable for pointer in self.pointers]
        if any(written):
            which = "it" if all(written) else "those that are not kept"
            return f"to hold the input before every invoke; the run writes over {which}."
        return "to hold the input during every invoke; it is only read."

    @property
    def cases(self) -> list[str]:
        """The body of its switch."""
        lines = ["switch (index) {"]
        for pointer in self.pointers:
            lines += [f'case {pointer.memory.index}u: /* "{pointer.value}" */']
            if self.what == Role.REGION.value:
                lines += [f"    if (bytes < {pointer.macro}_BYTES) {{"]
                lines += ["        return TINYC_ARENA_TOO_SMALL;", "    }"]
            lines += [
                f"    if (((uintptr_t)memory % {pointer.macro}_ALIGN) != 0u) {{",
                "        return TINYC_MISALIGNED;",
                "    }",
                f"    self->{pointer.field} = ({pointer.c_type})memory;",
                "    return TINYC_OK;",
            ]
        return [*lines, "default:", "    return TINYC_BAD_INDEX;", "}"]


def memory_words(program: Program, statements: Sequence[str]) -> dict[str, Any]:
    """Words of the templates; empty lists for a model whose memory is the arena alone."""
    prefix = program.name.upper()
    pointers = [Pointer(memory, prefix) for memory in program.memories]
    of_role = {role: tuple(p for p in pointers if p.memory.role is role) for role in _ROLES}
    text = "\n".join(statements)
    return {
        "pointers": pointers,
        "arenas": of_role[Role.REGION],
        "bindings": [Binding(role.value, prefix, some) for role, some in of_role.items() if some],
        "unbound": " || ".join(f"(self->{pointer.field} == NULL)" for pointer in pointers),
        "declarations": [
            f"{c_type}const {name} = self->{name};"
            for name, c_type in [(ARENA, "uint8_t *"), *((p.field, p.c_type) for p in pointers)]
            if re.search(rf"\b{name}\b", text)
        ],
        "usage_lines": _usage(program),
        "input_comment": _input_comment(program),
        "output_place": "in memory of the caller or inside the arena" if of_role[Role.OUTPUT] else "inside the arena",
    }


def _usage(program: Program) -> list[str]:
    """How to run the model, in the header's first comment."""
    name = program.name
    regions = [memory for memory in program.memories if memory.role is Role.REGION]
    binds = [memory for memory in program.memories if memory.index == 0]
    lines = [
        f"{name}_bind_region(&model, {memory.index}, {memory.name}, sizeof {memory.name}); in {memory.value}"
        for memory in regions
    ]
    lines += [f"{name}_bind_{memory.role.value}(&model, 0, {memory.name});" for memory in binds]
    write = "" if any(m.role is Role.INPUT for m in binds) else f"write {name}_input(&model, 0), "
    read = ", read output_0" if any(m.role is Role.OUTPUT for m in binds) else f", read {name}_output(&model, 0)"
    return [*lines, f"{write}call {name}_invoke(&model){read}"]


def _input_comment(program: Program) -> list[str]:
    """What the header says of NAME_input."""
    bound = any(memory.role is Role.INPUT for memory in program.memories)
    where = "Where to write an input, inside the arena."
    if bound:
        where = "Where an input lies: in the arena, or where it was bound; NULL for one that is bound and only read."
    write = "Unless it is kept, write it" if bound or program.kept else "Write it"
    return comment_block(
        f"{where} {write} before every invoke: the memory is used again during the run. NULL for an index out of range "
        "or a handle that is not initialised."
    )
