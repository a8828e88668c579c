"""The board's memory regions as the planner sees them, and what a user has asked to lie where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from tinyc.errors import OptionError, did_you_mean
from tinyc.lower.program import Buffer, Role
from tinyc.targets import Board, Region

WEIGHTS = "weights"
"""Stands for all weights in --place: of these the ones that are read most, as far as there is room."""


@dataclass(frozen=True, slots=True)
class Places:
    """What --place says: patterns of buffers and constants, each with the name of a region; the last that matches
    counts.
    """

    asked: tuple[tuple[str, str], ...] = ()

    @property
    def weights(self) -> str | None:
        """The region for weights that no pattern matches; None if it was not asked for."""
        return dict(self.asked).get(WEIGHTS)

    @property
    def has_patterns(self) -> bool:
        """Whether buffers or constants are asked for by name."""
        return any(pattern != WEIGHTS for pattern, _ in self.asked)

    def region_of(self, name: str) -> str | None:
        """The region for one buffer or constant; None if no pattern matches its name."""
        found = [region for pattern, region in self.asked if pattern != WEIGHTS and fnmatchcase(name, pattern)]
        return found[-1] if found else None

    def check(self, board: Board, buffers: Iterable[str], constants: Iterable[str]) -> None:
        """OptionError for a region that the board does not have, and for a pattern that nothing matches there."""
        known, regions = {"": [*buffers, *constants], "flash": list(constants)}, {r.name: r for r in board.regions}
        for pattern, name in self.asked:
            place = f'--place "{pattern}={name}"'
            if name not in regions:
                raise OptionError(f"{place}: {board.name} has no such region", hint=did_you_mean(name, regions))
            names = known["" if regions[name].writable else "flash"]
            if pattern != WEIGHTS and not any(fnmatchcase(one, pattern) for one in names):
                what = "buffer or constant" if regions[name].writable else "constant, and only those lie in flash,"
                raise OptionError(f"{place}: no {what} is called so", hint=did_you_mean(pattern, names))


NO_PLACES = Places()


@dataclass(frozen=True, slots=True)
class Share:
    """A region, and the bytes of it that may be used."""

    region: Region
    bytes: int


@dataclass(frozen=True, slots=True)
class Regions:
    """`arena`: the region `ram` without the stack. `further`: regions for buffers beside it, the fastest first.
    `asked`: regions by the names of buffers.
    """

    arena: Share
    further: tuple[Share, ...]
    asked: Mapping[str, str] = field(default_factory=dict)

    def gain(self, share: Share) -> float:
        """What is saved, in units of cost, by each access to a region that is not one to the arena's."""
        return self.arena.region.cost - share.region.cost


def shares_of(board: Board, places: Places) -> tuple[Share, ...]:
    """Regions for buffers beside the arena's: those of which the budget gives a share, and whole ones that --place
    names; the fastest first.
    """
    named = {region for _, region in places.asked}
    found = [
        Share(region, board.share(region) or region.size_bytes)
        for region in board.ram_regions[1:] if board.share(region) or region.name in named
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda share: share.region.cost))


def regions_of(board: Board, places: Places, buffers: Sequence[Buffer], taken: Mapping[str, int]) -> Regions:
    """The board's regions for these buffers, without the bytes `taken` of each; states stay in the arena. OptionError
    if one of them is asked to lie elsewhere.
    """
    asked = {buffer.name: region for buffer in buffers if (region := places.region_of(buffer.name)) is not None}
    for buffer in buffers:
        if buffer.role is Role.STATE and asked.get(buffer.name, board.ram.name) != board.ram.name:
            reason = f'--place: "{buffer.name}" is a state, which NAME_reset finds in the arena'
            raise OptionError(reason, hint="a pattern that leaves it out")
    arena = Share(board.ram, board.share(board.ram))
    further = shares_of(board, places)
    left = [replace(share, bytes=max(share.bytes - taken.get(share.region.name, 0), 0)) for share in further]
    return Regions(arena, tuple(left), asked)
