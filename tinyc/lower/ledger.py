"""The board's budget against what a program needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tinyc.errors import DoesNotFit
from tinyc.lower.constant_regions import region_bytes
from tinyc.lower.program import Program, Role
from tinyc.targets import Board


@dataclass(frozen=True, slots=True)
class Entry:
    """One consumer of memory."""

    what: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Smallest:
    """The least arena that the model reaches, the layer that forces it, and the options that reach it, or none."""

    arena_bytes: int
    layer: str
    options: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """Who takes which memory, largest first, beside the budget. Code and stack count as far as they were measured.
    `further`: regions beside `flash` and `ram`, by name, with what may be used of them.
    """

    flash: tuple[Entry, ...]
    ram: tuple[Entry, ...]
    flash_budget: int
    ram_budget: int
    further: tuple[tuple[str, tuple[Entry, ...], int], ...] = ()

    @property
    def flash_bytes(self) -> int:
        return sum(entry.bytes for entry in self.flash)

    @property
    def ram_bytes(self) -> int:
        return sum(entry.bytes for entry in self.ram)

    @property
    def fits(self) -> bool:
        others = all(sum(entry.bytes for entry in entries) <= most for _, entries, most in self.further)
        return others and self.flash_bytes <= self.flash_budget and self.ram_bytes <= self.ram_budget


def ledger(program: Program, board: Board, code_bytes: int | None = None, stack_bytes: int = 0) -> Ledger:
    """The ledger of a program; `code_bytes` from the linked image if it was built, `stack_bytes` if it is known."""
    elsewhere = {region.name for region in board.flash_regions[1:]}
    flash = [Entry(constant.name, constant.bytes) for constant in program.constants if constant.region not in elsewhere]
    flash += [Entry("code", code_bytes)] if code_bytes is not None else []
    stack = Entry("stack (budget)", board.budget.stack_bytes)
    stack = Entry("stack (bound)", stack_bytes) if stack_bytes > stack.bytes else stack
    copied = region_bytes(program).get(board.ram.name, 0)
    ram = [Entry("arena", program.arena_bytes), stack]
    ram += [Entry("constants, copied from flash", copied)] if copied else []
    return Ledger(
        tuple(sorted(flash, key=lambda entry: -entry.bytes)),
        tuple(ram),
        board.budget.flash_bytes,
        board.budget.ram_bytes,
        tuple(_further(program, board)),
    )


def _further(program: Program, board: Board) -> Iterator[tuple[str, tuple[Entry, ...], int]]:
    """Regions beside `flash` and `ram` in which something lies."""
    for region in (*board.ram_regions[1:], *board.flash_regions[1:]):
        entries = [Entry(m.name, m.bytes) for m in program.memories if m.role is Role.REGION and m.value == region.name]
        if constants := region_bytes(program).get(region.name, 0):
            entries.append(Entry("constants", constants))
        if entries:
            yield region.name, tuple(entries), board.share(region) or region.size_bytes


def check_arena(program: Program, most: int | None) -> None:
    """DoesNotFit, with the smallest arena and the layer that decides it, if the program's is that and larger than
    `most`; None allows any.
    """
    if most is None or program.arena_bytes <= most:
        return
    peak = max(program.calls, key=lambda call: call.live_bytes, default=None)
    layer = f": {peak.name} needs that much at once" if peak is not None else ""
    raise DoesNotFit(
        f'"{program.name}" needs an arena of {program.arena_bytes} bytes at least, --ram allows {most}{layer}',
        hint="a smaller input, --bind-input for inputs in memory of their own, or a board with more RAM: tinyc boards",
    )


def check_budget(
    book: Ledger, board: Board, program: Program, smallest: Callable[[], Smallest] | None = None
) -> None:
    """DoesNotFit, with what takes the space, if the program needs more than the board's budget.

    `smallest` says, where RAM is missing, what the model could reach.
    """
    if book.fits:
        return
    lines, hint = [], "quantise or compress the model, or choose a larger board: tinyc boards"
    if book.flash_bytes > book.flash_budget:
        lines.append(f"flash: {book.flash_bytes} bytes of {book.flash_budget}")
        lines += [f"  {entry.bytes:>10} {entry.what}" for entry in book.flash[:8]]
    if book.ram_bytes > book.ram_budget:
        lines += _ram_lines(book, program)
    if book.ram_bytes > book.ram_budget and smallest is not None:
        reached = smallest()
        way = f" ({reached.options})" if reached.options else ""
        lines.append(f"  {reached.arena_bytes:>10} the smallest arena within reach{way}: {reached.layer} forces it")
        if book.ram_bytes - program.arena_bytes + reached.arena_bytes <= book.ram_budget:
            hint = f"{reached.options} fits into the RAM; or {hint}"
    for name, entries, most in book.further:
        if (used := sum(entry.bytes for entry in entries)) > most:
            lines.append(f"{name}: {used} bytes of {most}")
            lines += [f"  {entry.bytes:>10} {entry.what}" for entry in entries]
    raise DoesNotFit(f'"{program.name}" does not fit the budget of {board.name}\n' + "\n".join(lines), hint=hint)


def _ram_lines(book: Ledger, program: Program) -> list[str]:
    lines = [f"RAM: {book.ram_bytes} bytes of {book.ram_budget}"]
    lines += [f"  {entry.bytes:>10} {entry.what}" for entry in book.ram]
    peak = max(program.calls, key=lambda call: call.live_bytes, default=None)
    return [*lines, *([f"  {peak.live_bytes:>10} live during {peak.name}, the peak"] if peak else [])]
