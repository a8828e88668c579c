"""Room for constants that --place puts into a RAM by name: it is theirs before buffers fill the region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tinyc.ir.graph import Graph, Op
from tinyc.kernels.record import Kernel, Site
from tinyc.lower.calls import Constants, call_of
from tinyc.lower.calls import Places as Pointers
from tinyc.lower.program import NOTHING
from tinyc.lower.regions import Places
from tinyc.ops.stream import Stream


def asked_bytes(
    graph: Graph, calls: Sequence[Op], kernels: Mapping[str, Kernel], sites: Mapping[str, Site], places: Places
) -> dict[str, int]:
    """Bytes of constants whose names --place gives, by region; those of streams are not known here."""
    if not places.has_patterns:
        return {}
    constants, nowhere = Constants(graph), Pointers(lambda name, written: NOTHING, (), None, 0)
    for op in (op for op in calls if not isinstance(op.operator, Stream)):
        call_of(graph, op, sites[op.name], kernels[op.name], nowhere, constants)
    found: dict[str, int] = {}
    for constant in constants.found.values():
        if (region := places.region_of(constant.name)) is not None:
            found[region] = found.get(region, 0) + constant.bytes
    return found
