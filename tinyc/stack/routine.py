"""One function's use of the stack: how deep it gets, and how deep it is where it calls others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tinyc.stack.constants import added
from tinyc.stack.effect import Effect, Flow
from tinyc.stack.listing import Instruction, Listing
from tinyc.stack.riscv import saved_bytes

_LIMIT = 1 << 24


@dataclass(frozen=True, slots=True)
class Routine:
    """`deepest` in bytes below the caller. `calls`, `pointer_call` and `pointer_jump`: how deep it is at each (the
    deepest); a jump that does not come back is a call at the depth that is left. A jump by pointer may also stay in the
    function. `fault`: why the depth cannot be told, or empty.
    """

    name: str
    deepest: int
    calls: Mapping[int, int]
    pointer_call: int | None
    pointer_jump: int | None
    fault: str = ""


def routine(listing: Listing, effect: Callable[[Instruction], Effect], start: int) -> Routine:
    """Follow all ways from the function's first instruction. Code behind a table of jumps is entered at the depth of
    the jump: a compiler keeps one depth for each instruction.
    """
    walk = _Walk(listing, effect, start)
    walk.follow(start, 0)
    while not walk.fault and walk.table_depth is not None and (hidden := walk.unreached()) is not None:
        walk.follow(hidden, walk.table_depth)
    return Routine(listing.name(start), walk.deepest, walk.calls, walk.pointer_call, walk.pointer_jump, walk.fault)


@dataclass(slots=True)
class _Walk:
    """Depths so far. Where two ways meet, the greater depth counts."""

    listing: Listing
    effect: Callable[[Instruction], Effect]
    start: int
    depths: dict[int, int] = field(default_factory=dict)
    calls: dict[int, int] = field(default_factory=dict)
    deepest: int = 0
    pointer_call: int | None = None
    pointer_jump: int | None = None
    table_depth: int | None = None
    fault: str = ""

    def follow(self, address: int, depth: int) -> None:
        waiting = [(address, depth)]
        while waiting and not self.fault:
            at, depth = waiting.pop()
            instruction = self.listing.instructions.get(at)
            if instruction is None or self.depths.get(at, -1) >= depth:
                continue
            if depth > _LIMIT:
                self.fault = f"the stack grows in a loop at {at:#x}"
            self.depths[at] = depth
            waiting += self._ways(instruction, depth)

    def unreached(self) -> int | None:
        """The first instruction of the function that no way has reached."""
        if self.start not in self.listing.functions:
            return None
        inside = range(self.start, self.listing.functions[self.start].end)
        return next((at for at in inside if at in self.listing.instructions and at not in self.depths), None)

    def _ways(self, instruction: Instruction, depth: int) -> list[tuple[int, int]]:
        found = self.effect(instruction)
        grows = found.grows if found.grows is not None else added(self.listing, instruction)
        if grows is None:
            self.fault = f"{instruction.mnemonic} {instruction.operands} at {instruction.address:#x} moves the stack"
            return []
        depth += grows
        self.deepest = max(self.deepest, depth)
        ways = [] if instruction.next is None else [(instruction.next, depth)]
        match found.flow:
            case Flow.NEXT:
                return self._past_the_end(ways, depth)
            case Flow.RETURN:
                return []
            case Flow.CALL_POINTER:
                self.pointer_call = max(self.pointer_call or 0, depth)
                return ways
            case Flow.JUMP_POINTER | Flow.JUMP_INSIDE:
                self.table_depth = max(self.table_depth or 0, depth)
                if found.flow is Flow.JUMP_POINTER and depth == 0:
                    self.pointer_jump = 0
                return []
            case Flow.CALL_SAVE:
                assert found.target is not None
                deeper = depth + saved_bytes(self.listing, found.target)
                self.deepest = max(self.deepest, deeper)
                return [(at, deeper) for at, _ in ways]
            case Flow.CALL:
                return ways + self._to(found.target, depth, is_call=True)
            case Flow.JUMP:
                return self._to(found.target, depth)
            case Flow.BRANCH:
                return ways + self._to(found.target, depth)

    def _past_the_end(self, ways: list[tuple[int, int]], depth: int) -> list[tuple[int, int]]:
        """Code of the C library runs on into the next function: as good as a jump."""
        return [way for at, _ in ways for way in self._to(at, depth)]

    def _to(self, target: int | None, depth: int, *, is_call: bool = False) -> list[tuple[int, int]]:
        """A call where the target is a function's start, else code of this one (bl is a far jump, too)."""
        if target is None:
            self.fault = f"{self.listing.name(self.start)} jumps to nowhere"
            return []
        if target == self.start and not is_call:
            return [(target, depth)]
        if target not in self.listing.functions:
            return [(target, depth)]
        self.calls[target] = max(self.calls.get(target, 0), depth)
        return []
