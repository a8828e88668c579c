"""How much of a fast RAM is left to weights, where --place asks for them there and buffers want it, too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tinyc.lower.accesses import weight_accesses
from tinyc.lower.liveness import Liveness
from tinyc.lower.memories import Placement
from tinyc.lower.program import Role
from tinyc.lower.regions import Places, Regions, Share
from tinyc.targets import Board

_ALIGN = 16
_PARTS = (0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0)
"""Parts of the region that are tried for weights."""


def shared_with_weights(
    place: Callable[[Regions], Placement], regions: Regions, liveness: Liveness, board: Board, places: Places
) -> Placement:
    """The placement that saves most accesses by cost, of buffers and weights together; the only one where weights are
    not asked to lie in a RAM beside the arena's.
    """
    share = next((share for share in regions.further if share.region.name == places.weights), None)
    if share is None:
        return place(regions)
    weights = sorted(weight_accesses(liveness), key=lambda one: (-one[1] / one[0], one))
    gain = board.flash.cost - share.region.cost

    def saved(found: Placement) -> float:
        used = {memory.value: memory.bytes for memory in found.memories if memory.role is Role.REGION}
        left = share.bytes - used.get(share.region.name, 0)
        total = sum(regions.gain(one) * found.accesses(one.region.name) for one in regions.further)
        for size, accesses in weights:
            if size <= left:
                left, total = left - size, total + gain * accesses
        return total

    whole = place(regions)
    asked = [name for name, region in regions.asked.items() if region == share.region.name]
    least = min(sum(whole.buffers[name].bytes + _ALIGN for name in asked), share.bytes)
    sizes = dict.fromkeys(max(least, int(share.bytes * (1 - part)) // _ALIGN * _ALIGN) for part in _PARTS[1:])
    return max((whole, *(place(_with_share(regions, share, size)) for size in sizes)), key=saved)


def _with_share(regions: Regions, share: Share, size: int) -> Regions:
    smaller = replace(share, bytes=size)
    return replace(regions, further=tuple(smaller if one is share else one for one in regions.further))
