"""The text of `objdump -d --no-show-raw-insn` as instructions by address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_LINE = re.compile(r"^\s*([0-9a-f]+):\t(\S+)(?:\s+(.*))?$")
_TARGET = re.compile(r"\b([0-9a-f]+) <[^>]+>$")
_COMMENT = re.compile(r"\s*[@#;]\s.*$")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One line. `operands` without the disassembler's comment, `named` the address that the line names as a target."""

    address: int
    next: int | None
    mnemonic: str
    operands: str
    named: int | None


@dataclass(frozen=True, slots=True)
class Function:
    """A function's name, and the first address behind it."""

    name: str
    end: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Instructions, data words and functions of an image, each by its (first) address.

    `before`: the address of the instruction in front of each one. `targets`: what instructions name as places to go to.
    """

    instructions: Mapping[int, Instruction]
    words: Mapping[int, int]
    functions: Mapping[int, Function]
    before: Mapping[int, int]
    targets: frozenset[int]

    def name(self, address: int) -> str:
        """The function that begins here."""
        return self.functions[address].name if address in self.functions else f"code at {address:#x}"


def read_listing(text: str, functions: Mapping[int, Function]) -> Listing:
    """Instructions of all sections. Data in between (`.word` and its like) is no instruction."""
    found = (_LINE.match(line) for line in text.splitlines())
    lines = [(int(line[1], 16), line[2], (line[3] or "").strip()) for line in found if line is not None]
    words = {at: int(operands.split()[0], 16) for at, word, operands in lines if word == ".word"}
    following = [at for at, _, _ in lines[1:]]
    instructions = {
        at: _instruction(at, behind, word, operands)
        for (at, word, operands), behind in zip(lines, [*following, None], strict=True)
        if not word.startswith(".")
    }
    before = {line.next: at for at, line in instructions.items() if line.next is not None}
    targets = frozenset(line.named for line in instructions.values() if line.named is not None)
    return Listing(instructions, words, functions, before, targets)


def _instruction(address: int, behind: int | None, mnemonic: str, text: str) -> Instruction:
    operands = _COMMENT.sub("", text)
    comment = text[len(operands) :]
    target = _TARGET.search(operands) or _TARGET.search(comment.rstrip(")"))
    return Instruction(address, behind, mnemonic, operands, None if target is None else int(target[1], 16))
