"""The encodings that weights may have in flash, each with the best kernel for it and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import DENSE, DType, Encoding
from tinyc.kernels.coded import can_code
from tinyc.kernels.record import Kernel, Params, Site, Table, encodings_read, kernels_for
from tinyc.lower.costs import load_costs
from tinyc.lower.goal import Goal
from tinyc.lower.select import candidates, estimated_cycles
from tinyc.targets import Board

WEIGHTS = "w"
"""The slot of an operator that reads them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One op with its weights in one encoding: the kernel, and the estimated cycles of it."""

    op: Op
    site: Site
    kernel: Kernel
    cycles: float
    encoding: str

    @property
    def is_dense(self) -> bool:
        return self.encoding == DENSE.name


def is_open(graph: Graph, op: Op) -> bool:
    """Whether the op reads constant int8 weights that nobody else reads, whose encoding nobody has chosen."""
    if WEIGHTS not in op.operator.slots or not _read(op):
        return False
    index = op.operator.slots.index(WEIGHTS)
    name = op.inputs[index] if index < len(op.inputs) else None
    if name is None or name not in graph.constants or len(graph.consumers()[name]) != 1:
        return False
    kind = graph.types[name]
    return kind.dtype is DType.S8 and kind.quant is not None and kind.encoding == DENSE and kind.elements > 0


def _read(op: Op) -> list[str]:
    """Those that kernels of the operator read, in the order of the alphabet; none that changes what fits a value."""
    found = {name for kernel in kernels_for(op.kind) for name in encodings_read(kernel, WEIGHTS)}
    return sorted(name for name in found if name != DENSE.name and not name.startswith("packed"))


def beside_dense(op: Op, site: Site, board: Board, goal: Goal) -> Iterator[Choice]:
    """What weights may be beside dense."""
    weights = site.array(WEIGHTS)
    assert weights is not None
    for name in _read(op):
        if can_code(name, weights):
            yield from _judged(op, _stored(site, name), board, goal)


def as_chosen(op: Op, site: Site, kernel: Kernel, board: Board) -> Choice:
    """Weights that stay dense, with the kernel that is chosen for them."""
    return Choice(op, site, kernel, estimated_cycles(kernel, site, load_costs(board)), DENSE.name)


def _judged(op: Op, site: Site, board: Board, goal: Goal) -> Iterator[Choice]:
    """The best kernel for the goal; where small code is the goal, all that are small."""
    able = [one for one in candidates(site, board, load_costs(board), goal) if one.cycles is not None]
    small = [one for one in able if goal is Goal.FLASH and one.kernel.is_reference]
    for one in small or able[:1]:
        assert one.cycles is not None
        yield Choice(op, site, one.kernel, one.cycles, site.type(WEIGHTS).encoding.name)


def _stored(site: Site, name: str) -> Site:
    """The site with its weights in this encoding."""
    index = site.slot(WEIGHTS)
    inputs = list(site.inputs)
    inputs[index] = replace(site.type(WEIGHTS), encoding=Encoding(name))
    return replace(site, inputs=tuple(inputs))


def tables(params: Params) -> Iterator[Table]:
    """All constants of a call, those of inner structs too."""
    for value in params.fields.values():
        if isinstance(value, Table):
            yield value
        elif isinstance(value, Params):
            yield from tables(value)
