"""RV32IMC instructions: what they do to the stack pointer, and where they go ("The RISC-V Instruction Set Manual")."""

from __future__ import annotations

import re

from tinyc.stack.effect import NOTHING, Effect, Flow
from tinyc.stack.listing import Instruction, Listing

_CONSTANT = re.compile(r"sp,sp,(-?\d+)")
_STORES = ("sw", "sh", "sb", "fsw", "fsd")
_BRANCHES = ("beq", "bne", "blt", "bge", "bltu", "bgeu", "beqz", "bnez", "blez", "bgez", "bltz", "bgtz", "bgt", "ble",
             "bgtu", "bleu")  # fmt: skip


def effect(instruction: Instruction) -> Effect:
    """The effect of one instruction."""
    word, operands = instruction.mnemonic.removeprefix("c."), instruction.operands
    if operands.startswith("sp,") and word not in (*_STORES, *_BRANCHES):
        constant = _CONSTANT.fullmatch(operands)
        return Effect(grows=-int(constant[1]) if constant and word.startswith("add") else None)
    if word in _BRANCHES:
        return Effect(Flow.BRANCH, target=instruction.named)
    if word == "ret" or (word == "jr" and operands == "ra"):
        return Effect(Flow.RETURN)
    if word in ("j", "jr", "tail"):
        return Effect(Flow.JUMP_POINTER if instruction.named is None else Flow.JUMP, target=instruction.named)
    if word == "jal" and operands.startswith("t0,"):
        return Effect(Flow.CALL_SAVE, target=instruction.named)
    if word in ("jal", "jalr", "call"):
        return Effect(Flow.CALL_POINTER if instruction.named is None else Flow.CALL, target=instruction.named)
    return NOTHING


def saved_bytes(listing: Listing, start: int) -> int:
    """How much deeper the stack is after a routine of libgcc that saves registers for its caller (-msave-restore).

    Straight code that ends with `jr t0`; it takes a constant in t1 back from what it has reserved.
    """
    grown, constant, at = 0, 0, start
    while (instruction := listing.instructions[at]).mnemonic != "jr":
        operands = instruction.operands.split(",")
        if operands[0] == "t1":
            constant = int(operands[1])
        elif operands == ["sp", "sp", "t1"]:
            grown += constant
        else:
            grown += effect(instruction).grows or 0
        assert instruction.next is not None
        at = instruction.next if instruction.mnemonic != "j" or instruction.named is None else instruction.named
    return grown
