"""Thumb instructions: what they do to the stack pointer, where they go ("Armv8-M Architecture Reference Manual")."""

from __future__ import annotations

import re

from tinyc.stack.effect import NOTHING, Effect, Flow
from tinyc.stack.listing import Instruction

_CONDITION = "eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le"
_BRANCH = re.compile(rf"b({_CONDITION})?(\.[nw])?|cbn?z|le|letp|wls|wlstp\.\d+")
_CONDITIONAL = re.compile(rf"(?:pop|bx|blx|bl|ldmia|ldr|add|sub)({_CONDITION})(?:\.[nw])?")
_JUMP = ("b", "b.n", "b.w")
_LIST = re.compile(r"\{(.*)\}")
_REGISTER_BYTES = {"d": 8, "s": 4, "q": 16}
_BEFORE = re.compile(r"\[sp, #(-?\d+)\]!")
_AFTER = re.compile(r"\[sp\], #(-?\d+)")
_CONSTANT = re.compile(r"sp, (?:sp, )?#(\d+)")
_WRITES = ("mov", "add", "sub", "bic", "and", "orr", "ldr", "rsb")


def effect(instruction: Instruction) -> Effect:
    """The effect of one instruction, of the longer way where it has a condition."""
    word, operands = instruction.mnemonic, instruction.operands
    if (moved := _moved(instruction)) is not None:
        return moved
    if _BRANCH.fullmatch(word) and instruction.named is not None:
        return Effect(Flow.JUMP if word in _JUMP else Flow.BRANCH, target=instruction.named)
    base = _plain(word)
    if base in ("bl", "blx"):
        if instruction.named is None:
            return Effect(Flow.CALL_POINTER)
        return Effect(Flow.CALL, target=instruction.named)
    if base == "bx":
        if operands == "lr":
            return NOTHING if _is_conditional(word) else Effect(Flow.RETURN)
        return Effect(Flow.JUMP_POINTER)
    if base in ("tbb", "tbh") or operands.startswith("pc,"):
        return Effect(Flow.JUMP_INSIDE)
    return NOTHING


def _moved(instruction: Instruction) -> Effect | None:
    """The effect of an instruction that writes the stack pointer; None of others."""
    word, operands = instruction.mnemonic, instruction.operands
    grows = _listed(word, operands)
    if grows is None:
        grows = _indexed(operands)
    if grows is not None:
        returns = grows < 0 and re.search(r"\bpc\b", operands) is not None
        if _is_conditional(word):
            return NOTHING if grows < 0 else Effect(grows=grows)
        return Effect(Flow.RETURN if returns else Flow.NEXT, grows)
    if operands.startswith("sp,") and _plain(word).startswith(_WRITES):
        constant = _CONSTANT.fullmatch(operands)
        if constant is None or not word.startswith(("add", "sub")):
            return Effect(grows=None)
        return Effect(grows=int(constant[1]) * (1 if word.startswith("sub") else -1))
    return None


def _listed(word: str, operands: str) -> int | None:
    """push, pop and their long forms."""
    base = _plain(word)
    if base not in ("push", "pop", "vpush", "vpop") and not operands.startswith("sp!,"):
        return None
    size = _list_bytes(operands)
    return size if base in ("push", "vpush", "stmdb", "vstmdb") else -size


def _list_bytes(operands: str) -> int:
    found = _LIST.search(operands)
    assert found is not None, f"no registers in {operands!r}"
    total = 0
    for item in found[1].split(","):
        first, _, last = (part.strip() for part in item.partition("-"))
        size = _REGISTER_BYTES.get(first[0], 4) if first[1:].isdigit() and first[0] != "r" else 4
        total += size * (int(last[1:]) - int(first[1:]) + 1 if last else 1)
    return total


def _indexed(operands: str) -> int | None:
    """Loads and stores that move the stack pointer before or after."""
    found = _BEFORE.search(operands) or _AFTER.search(operands)
    return None if found is None else -int(found[1])


def _plain(word: str) -> str:
    """The instruction without width and condition."""
    conditional = _CONDITIONAL.fullmatch(word)
    return word[: conditional.start(1)] if conditional else word.removesuffix(".w").removesuffix(".n")


def _is_conditional(word: str) -> bool:
    return _CONDITIONAL.fullmatch(word) is not None
