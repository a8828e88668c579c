"""Ways to do some ops of a graph, and the cheapest of them for all."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from tinyc.ir.graph import Op
from tinyc.kernels.record import Kernel, Site

NO_NEEDS: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Way:
    """Ops number `first` to `last` done as one, with what that needs while it runs and the cycles that it takes."""

    first: int
    last: int
    op: Op
    kernel: Kernel
    site: Site
    needs: int
    cycles: float


def frontier(ways: Sequence[Way]) -> list[Way]:
    """Those that need less than all that take fewer cycles."""
    found = list[Way]()
    for way in sorted(ways, key=lambda way: (way.cycles, way.needs)):
        if not found or way.needs < found[-1].needs:
            found.append(way)
    return found


def cheapest(
    ways: Sequence[Way], count: int, most: float, raised: Mapping[int, int] = NO_NEEDS
) -> list[Way] | None:
    """Ways from the first of `count` ops to the last that need no more bytes and take least cycles; None if there are
    none. `raised`: what some ways, by id, have been found to need beside others.
    """
    best: list[tuple[float, Way | None]] = [(0.0, None), *((math.inf, None) for _ in range(count))]
    for way in sorted(ways, key=lambda way: way.last):
        cycles = best[way.first][0] + way.cycles
        if max(way.needs, raised.get(id(way), 0)) <= most and cycles < best[way.last + 1][0]:
            best[way.last + 1] = (cycles, way)
    if math.isinf(best[count][0]):
        return None
    path, place = list[Way](), count
    while place > 0:
        step = best[place][1]
        assert step is not None
        path.insert(0, step)
        place = step.first
    return path
