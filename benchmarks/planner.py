"""The planner of the arena on random networks with branches: how near the lower bound, what is proven, how long.

    python -m benchmarks.planner                          200 networks of 8 to 100 operators
    python -m benchmarks.planner --planner exact          the same, searched longer
    python -m benchmarks.planner --planner cp-sat         the same with OR-Tools: pip install 'tinyc[solver]'
    python -m benchmarks.planner --graphs 20 --seed 1000  others
    python -m benchmarks.planner --listed                 and a line for each network

Networks are those of benchmarks/random_nets.py with the kernels of a Cortex-M4, so outputs lie over inputs where the
kernels allow it. The bound is what no order of the calls and no offsets can need less of: `met` counts the arenas that
are no larger, which are proven to be the least, `near` those at most 3 % larger, `worst` is the largest beside it.
`offsets` counts plans whose offsets are proven to be the best for their order. `own order` is the arena that the
network's own order takes, with the same effort for offsets, beside that of the plan, on average. Seconds are those of
the processor for order and offsets together, kernels being chosen.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import mean
from time import process_time

from benchmarks.line import markdown
from benchmarks.random_nets import random_net
from tinyc.ir.graph import Graph
from tinyc.kernels.record import Kernel, Site
from tinyc.lower.liveness import Liveness
from tinyc.lower.lower import chosen
from tinyc.lower.offsets.arena import lower_bound
from tinyc.lower.offsets.planner import Offsets, Planner
from tinyc.lower.offsets.planners import PLANNERS, planner_called
from tinyc.lower.order.schedule import rescheduled
from tinyc.lower.overlaps import by_index, shared_buffers, wanted_buffers
from tinyc.targets import load_board

SIZES = (8, 12, 16, 20, 25, 30, 40, 50, 75, 100)
GRAPHS = 200
NEAR = 1.03
HEADS = ("operators", "networks", "met", "near", "worst", "offsets", "own order", "seconds", "most seconds")


@dataclass(frozen=True, slots=True)
class Planned:
    """One network's plan. `bound_bytes` is that of any order, `own_order_bytes` the arena in the network's own."""

    seed: int
    least_ops: int
    ops: int
    arena_bytes: int
    bound_bytes: int
    offsets_are_least: bool
    own_order_bytes: int
    seconds: float

    @property
    def excess(self) -> float:
        return self.arena_bytes / self.bound_bytes


def planned(seed: int, least_ops: int, planner: Planner) -> Planned:
    """A random network through the planner."""
    graph = random_net(seed, least_ops)
    arranged, kernels, sites = chosen(graph, load_board("cortex-m4"))
    start = process_time()
    schedule = rescheduled(arranged, kernels, sites, planner)
    found, bound = placed(schedule.graph, kernels, sites, planner)
    seconds = process_time() - start
    own, _ = placed(in_order_of(graph, arranged), kernels, sites, planner)
    return Planned(
        seed, least_ops, len(arranged.ops), found.bytes,
        bound if schedule.bound_bytes is None else schedule.bound_bytes, found.is_least, own.bytes, seconds,
    )  # fmt: skip


def placed(
    graph: Graph, kernels: dict[str, Kernel], sites: dict[str, Site], planner: Planner
) -> tuple[Offsets, int]:
    """Offsets for the order that the graph has, and the bound of that order."""
    liveness = Liveness(graph, kernels)
    buffers = wanted_buffers(liveness, sites)
    overlaps = by_index(shared_buffers(liveness, sites), buffers)
    return planner.place(buffers, overlaps), lower_bound(buffers, overlaps)


def in_order_of(model: Graph, graph: Graph) -> Graph:
    """The graph with its ops as their results follow each other in the model."""
    place = {name: index for index, op in enumerate(model.ops) for name in op.outputs}
    return replace(graph, ops=tuple(sorted(graph.ops, key=lambda op: place[op.outputs[0]])))


def all_planned(count: int, seed: int, planner: Planner, sizes: Sequence[int] = SIZES) -> Iterator[Planned]:
    """So many networks, as many of each size."""
    for number in range(count):
        yield planned(seed + number, sizes[number * len(sizes) // count], planner)


def table(found: Sequence[Planned]) -> list[list[str]]:
    """A row for each size, and one for all."""
    rows = [row(str(size), list(group)) for size, group in groupby(found, lambda one: one.least_ops)]
    return [*rows, row("all", found)]


def row(name: str, found: Sequence[Planned]) -> list[str]:
    count = len(found)
    return [
        name,
        str(count),
        share(sum(one.arena_bytes == one.bound_bytes for one in found), count),
        share(sum(one.excess <= NEAR for one in found), count),
        f"+{max(one.excess for one in found) - 1:.1%}",
        share(sum(one.offsets_are_least for one in found), count),
        f"+{mean(one.own_order_bytes / one.arena_bytes for one in found) - 1:.1%}",
        f"{mean(one.seconds for one in found):.2f}",
        f"{max(one.seconds for one in found):.2f}",
    ]


def share(part: int, count: int) -> str:
    return f"{part / count:.1%}"


def main() -> None:
    about, *more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        description=about, epilog="".join(more), formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--planner", choices=sorted(PLANNERS), default="fast")
    parser.add_argument("--graphs", type=int, default=GRAPHS, metavar="N")
    parser.add_argument("--seed", type=int, default=0, help="of the first network")
    parser.add_argument("--listed", action="store_true", help="a line for each network")
    arguments = parser.parse_args()
    found = []
    for one in all_planned(arguments.graphs, arguments.seed, planner_called(arguments.planner)):
        found.append(one)
        if arguments.listed:
            print(one, flush=True)
    print(markdown([HEADS, ["---", *["---:"] * (len(HEADS) - 1)], *table(found)]), end="")


if __name__ == "__main__":
    main()
