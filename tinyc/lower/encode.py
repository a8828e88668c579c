"""How constants lie in flash: for each weighted sum whose weights are dense the encoding that serves the goal best."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TypeAlias

from tinyc.coding.shared import shared_codes
from tinyc.errors import UnsupportedOp
from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import DENSE, Encoding
from tinyc.kernels.record import Site
from tinyc.lower.encodings import WEIGHTS, Choice, as_chosen, beside_dense, is_open, tables
from tinyc.lower.goal import Goal
from tinyc.lower.liveness import Liveness
from tinyc.lower.lower import arranged
from tinyc.lower.relief import bytes_needed
from tinyc.lower.select import site_of
from tinyc.targets import Board

_HUFFMAN = "huffman"
_FASTER = 0.98
"""Estimates are no better than this: what saves less is not faster."""
_MORE_CYCLES = 0.01
"""Part of the model's cycles that fewer bytes may cost where both matter."""
_LESS_CYCLES = 0.01
"""Part of the model's cycles that an encoding must save in all layers together, or else bytes."""
_LEAST_BYTES = 256
_LEAST_PART = 0.1
"""What must be saved of a tensor for that."""
_CODE_BYTES = 3072
"""What an encoding must save in all layers together to be worth its code."""
_LEAST_PART_OF_ALL = 0.3
"""What small code gives way for: a model that came pruned or clustered, or with few bits of information."""
_KERNEL_BYTES = 1536
"""What one kernel's code is taken to be."""
_MORE_RAM = 2048


@dataclass(frozen=True, slots=True)
class Encoded:
    """The graph with its encodings, and a sentence about them; "" if all stay as they were."""

    graph: Graph
    remark: str


def encoded(graph: Graph, board: Board, goal: Goal = Goal.BALANCED) -> Encoded:
    """Encodings for weights that are dense and may be otherwise; those that passes have chosen stay.

    TIME takes what is faster. FLASH takes the fewest bytes. BALANCED and RAM take what is faster and not larger, then
    what saves a tenth of a tensor while the cycles grow by at most one percent; the arena that the fastest kernels
    need does not grow.
    """
    if not any(is_open(graph, op) for op in graph.ops):
        return Encoded(graph, "")
    try:
        search = _Search.of(graph, board, goal)
    except UnsupportedOp:  # lowering says so
        return Encoded(graph, "")
    ways = {Goal.TIME: search.fastest, Goal.FLASH: search.smallest}
    chosen = ways.get(goal, search.balanced)()
    return _with(graph, search, [choice for choice in chosen if not choice.is_dense])


_Made: TypeAlias = Callable[[AbstractSet[str]], list[Choice]]
"""Choices from encodings."""


@dataclass(slots=True)
class _Search:
    """`dense`: the choices that leave all as it is; `others`: those beside them, of the same ops."""

    goal: Goal
    ram_bytes: int
    liveness: Liveness
    sites: Mapping[str, Site]
    dense: Sequence[Choice]
    others: Sequence[Choice]
    _bytes: dict[tuple[str, str, str], int]

    @staticmethod
    def of(graph: Graph, board: Board, goal: Goal) -> _Search:
        ordered, kernels = arranged(graph, board, goal)
        sites = {op.name: site_of(ordered, op) for op in ordered.ops}
        found = [op for op in ordered.ops if is_open(ordered, op)]
        dense = [as_chosen(op, sites[op.name], kernels[op.name], board) for op in found]
        others = [choice for op in found for choice in beside_dense(op, sites[op.name], board, goal)]
        ram_bytes = board.budget.ram_bytes - board.budget.stack_bytes
        return _Search(goal, ram_bytes, Liveness(ordered, kernels), sites, dense, others, {})

    def fastest(self) -> list[Choice]:
        return self._worth_their_code(lambda left: self._fast(left, self.ram_bytes), bytes_count=False)

    def smallest(self) -> list[Choice]:
        """Fewest bytes of constants and kernels, where that saves a good part of the constants."""
        within = self._peak() + _MORE_RAM
        options = [[c for c in self._of(dense) if self._fits(c, within)] for dense in self.dense]
        least = _LEAST_PART_OF_ALL * sum(map(self.bytes, self.dense))
        return self._worth_their_code(
            lambda left: self._with_few_kernels([[c for c in of if _is_one(c, left)] for of in options]),
            cycles_count=False,
            least_bytes=max(_CODE_BYTES, least),
        )

    def _with_few_kernels(self, options: Sequence[Sequence[Choice]]) -> list[Choice]:
        """One of each op's choices: fewest bytes where each kernel in use counts too. The kernel that is missed least
        goes first.
        """
        kernels = {choice.kernel.source for of in options for choice in of}
        best = self._with_kernels(options, kernels)
        while True:
            tried = [(source, self._with_kernels(options, kernels - {source})) for source in sorted(kernels)]
            able = [(self._total(chosen), source, chosen) for source, chosen in tried if len(chosen) == len(options)]
            if not able:
                return best
            total, source, chosen = min(able, key=lambda one: one[:2])
            if total >= self._total(best):
                return best
            best, kernels = chosen, kernels - {source}

    def _with_kernels(self, options: Sequence[Sequence[Choice]], kernels: AbstractSet[str]) -> list[Choice]:
        """The choice of fewest bytes of each op that has one of these kernels."""
        able = [[choice for choice in of if choice.kernel.source in kernels] for of in options]
        return [min(of, key=self.bytes) for of in able if of]

    def _total(self, chosen: Sequence[Choice]) -> int:
        return sum(map(self.bytes, chosen)) + _KERNEL_BYTES * len({choice.kernel.source for choice in chosen})

    def balanced(self) -> list[Choice]:
        """What is faster and takes no more bytes; then fewer bytes for few cycles, cheap ones first."""
        peak = self._peak()
        return self._worth_their_code(lambda left: self._traded(self._fast(left, peak, smaller=True), left, peak))

    def _fast(self, encodings: AbstractSet[str], most_ram: int, *, smaller: bool = False) -> list[Choice]:
        """The fastest of each op; with `smaller`, of those that take no more bytes than dense weights."""
        found = []
        for dense in self.dense:
            faster = [c for c in self._of(dense) if c is dense or c.cycles <= _FASTER * dense.cycles]
            faster = [c for c in faster if _is_one(c, encodings)]
            faster = [c for c in faster if not smaller or self.bytes(c) <= self.bytes(dense)]
            found.append(min((c for c in faster if self._fits(c, most_ram)), key=lambda c: c.cycles))
        return found

    def _traded(self, fast: Sequence[Choice], encodings: AbstractSet[str], peak: int) -> list[Choice]:
        """The same, with fewer bytes for a few cycles."""
        chosen = {choice.op.name: choice for choice in fast}
        left = _MORE_CYCLES * sum(choice.cycles for choice in fast)
        offers = [c for c in self.others if c.encoding in encodings and c.cycles - chosen[c.op.name].cycles <= left]
        for choice in sorted(offers, key=lambda c: (c.cycles - chosen[c.op.name].cycles) / c.site.type(WEIGHTS).bytes):
            now = chosen[choice.op.name]
            if choice.cycles - now.cycles <= left and self._is_worth(choice, now) and self._fits(choice, peak):
                left -= max(choice.cycles - now.cycles, 0.0)
                chosen[choice.op.name] = choice
        return list(chosen.values())

    def _worth_their_code(
        self, made: _Made, *, bytes_count: bool = True, cycles_count: bool = True, least_bytes: float = _CODE_BYTES
    ) -> list[Choice]:
        """Choices of encodings that save more bytes than their code, or a percent of the cycles; others are left out,
        the least one first.
        """
        left = {choice.encoding for choice in self.others}
        least_cycles = _LESS_CYCLES * sum(choice.cycles for choice in self.dense)
        while True:
            chosen = made(left)
            worth = {
                name: max(
                    self._saved(chosen, name, self.bytes) / least_bytes if bytes_count else 0.0,
                    self._saved(chosen, name, lambda c: c.cycles) / least_cycles if cycles_count else 0.0,
                )
                for name in {choice.encoding for choice in chosen if not choice.is_dense}
            }
            least = min(worth, key=lambda name: (worth[name], name), default=None)
            if least is None or worth[least] >= 1.0:
                return chosen
            left = left - {least}

    def bytes(self, choice: Choice) -> int:
        """Of all constants of the call."""
        key = (choice.op.name, choice.encoding, choice.kernel.name)
        if key not in self._bytes:
            self._bytes[key] = sum(table.array.nbytes for table in tables(choice.kernel.params(choice.site)))
        return self._bytes[key]

    def dense_of(self, op: Op) -> Choice:
        return next(choice for choice in self.dense if choice.op is op)

    def _of(self, dense: Choice) -> list[Choice]:
        """The dense choice of an op and its others."""
        return [dense, *(choice for choice in self.others if choice.op is dense.op)]

    def _is_worth(self, choice: Choice, now: Choice) -> bool:
        least = max(_LEAST_BYTES, _LEAST_PART * choice.site.type(WEIGHTS).bytes)
        return self.bytes(now) - self.bytes(choice) >= least

    def _saved(self, chosen: Sequence[Choice], encoding: str, amount: Callable[[Choice], float]) -> float:
        """What layers with this encoding take less than with dense weights."""
        mine = [choice for choice in chosen if choice.encoding == encoding]
        return sum(amount(self.dense_of(choice.op)) - amount(choice) for choice in mine)

    def _peak(self) -> int:
        """Bytes of RAM of the call that needs most, all weights dense."""
        return max((bytes_needed(self.liveness, self.sites, op) for op in self.liveness.calls), default=0)

    def _fits(self, choice: Choice, most: int) -> bool:
        """Whether the call needs no more RAM than that; for the goal RAM, nor more scratch than with dense weights."""
        if choice.is_dense:
            return True
        dense = self.dense_of(choice.op)
        if self.goal is Goal.RAM and choice.kernel.scratch(choice.site) > dense.kernel.scratch(dense.site):
            return False
        kernels = {**self.liveness.kernels, choice.op.name: choice.kernel}
        sites = {**self.sites, choice.op.name: choice.site}
        return bytes_needed(Liveness(self.liveness.graph, kernels), sites, choice.op) <= most


def _is_one(choice: Choice, encodings: AbstractSet[str]) -> bool:
    return choice.is_dense or choice.encoding in encodings


def _with(graph: Graph, search: _Search, chosen: Sequence[Choice]) -> Encoded:
    """The graph with these encodings, each with the bytes that it takes."""
    if not chosen:
        return Encoded(graph, "")
    draft, codes = graph.draft(), _shared_codes(chosen)
    for choice in chosen:
        name = choice.op.inputs[choice.site.slot(WEIGHTS)]
        assert name is not None
        stored = sum(t.array.nbytes for t in tables(choice.kernel.params(choice.site)) if t.encoding != DENSE.name)
        parameters = (*codes.get(choice.op.name, ()), ("bytes", stored))
        draft.types[name] = replace(graph.types[name], encoding=Encoding(choice.encoding, parameters))
    return Encoded(draft.freeze(), _remark(search, chosen))


def _shared_codes(chosen: Sequence[Choice]) -> dict[str, tuple[tuple[str, int], ...]]:
    """The Huffman codes of layers that are better off with one in common, whose table lies in flash once."""
    coded = [choice for choice in chosen if choice.encoding == _HUFFMAN]
    weights = [array for choice in coded if (array := choice.site.array(WEIGHTS)) is not None]
    codes = shared_codes(weights) if weights else []
    return {choice.op.name: (("code", code.number),) for choice, code in zip(coded, codes, strict=True)
            if codes.count(code) > 1}  # fmt: skip


def _remark(search: _Search, chosen: Sequence[Choice]) -> str:
    counts = {name: sum(c.encoding == name for c in chosen) for name in sorted({c.encoding for c in chosen})}
    before = sum(search.bytes(search.dense_of(choice.op)) for choice in chosen)
    layers = ", ".join(f"{count} {name}" for name, count in counts.items())
    now = sum(search.bytes(choice) for choice in chosen)
    slower = sum(choice.cycles - search.dense_of(choice.op).cycles for choice in chosen)
    return f"layers: {layers}; constants of these {before} to {now} bytes, estimated cycles {slower:+.0f}"
