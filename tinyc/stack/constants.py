"""The number in a register that is added to the stack pointer: frames that are too large for an immediate operand."""

from __future__ import annotations

import re
from collections.abc import Callable

from tinyc.stack.listing import Instruction, Listing

_ADDS = re.compile(r"(add|sub)[a-z.]*")
_SIGN = 1 << 31


def added(listing: Listing, instruction: Instruction) -> int | None:
    """By how many bytes the stack grows where a register is added to its pointer; None if that cannot be told."""
    operands = [operand.strip() for operand in instruction.operands.split(",")]
    found = _ADDS.fullmatch(instruction.mnemonic)
    if found is None or operands[:-1] not in (["sp"], ["sp", "sp"]):
        return None
    value = _value(listing, instruction.address, operands[-1])
    if value is None:
        return None
    signed = (value & (_SIGN - 1)) - (value & _SIGN)
    return signed if found[1] == "sub" else -signed


def _value(listing: Listing, at: int, register: str) -> int | None:
    """What straight code, into which nothing jumps, has put into a register, modulo 2^32."""
    steps: list[Callable[[int], int]] = []
    place = None if at in listing.targets else listing.before.get(at)
    while place is not None and (instruction := listing.instructions.get(place)) is not None:
        if instruction.mnemonic.startswith(("b", "j", "ret", "cb")):
            return None
        first, *rest = (operand.strip() for operand in instruction.operands.split(","))
        if first == register:
            start = _start(listing, instruction, rest)
            if start is not None:
                for step in reversed(steps):
                    start = step(start)
                return start & 0xFFFF_FFFF
            further = _step(instruction, [first, *rest])
            if further is None:
                return None
            steps.append(further)
        place = None if place in listing.targets else listing.before.get(place)
    return None


def _start(listing: Listing, instruction: Instruction, rest: list[str]) -> int | None:
    """The number that an instruction puts into a register, whatever was there."""
    word = instruction.mnemonic
    if word.startswith("ldr") and instruction.named is not None:
        return listing.words.get(instruction.named)
    if len(rest) != 1:
        return None
    number = _number(rest[0])
    if number is None:
        return None
    if word in ("lui", "c.lui"):
        return number << 12
    return number if word.startswith(("mov", "li")) and word != "movt" else None


def _step(instruction: Instruction, operands: list[str]) -> Callable[[int], int] | None:
    """How an instruction changes the number in its register."""
    number = _number(operands[-1])
    if number is None or (len(operands) == 3 and operands[1] != operands[0]):
        return None
    if instruction.mnemonic.startswith(("lsl", "sll")):
        return lambda value: value << number
    if instruction.mnemonic.startswith("add"):
        return lambda value: value + number
    if instruction.mnemonic.startswith("sub"):
        return lambda value: value - number
    return None


def _number(text: str) -> int | None:
    plain = text.removeprefix("#")
    return int(plain, 0) if re.fullmatch(r"-?(0x[0-9a-f]+|\d+)", plain) else None
