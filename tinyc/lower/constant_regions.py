"""In which memory region each constant lies: flash, another flash, or RAM, to which start-up copies it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tinyc.errors import DoesNotFit
from tinyc.lower.accesses import constant_accesses
from tinyc.lower.program import ConstantData, Program, Role
from tinyc.lower.regions import Places
from tinyc.targets import Board, Region

CODE_BYTES = 32 * 1024
"""What code, start-up and tables are taken to need where constants fill flash, or kernels trade flash for time."""


def with_placed_constants(program: Program, board: Board, places: Places) -> Program:
    """The program with the regions of its constants; the same where all lie in `flash`. OptionError for a place that
    does not exist, DoesNotFit if what is asked for by name has no room.
    """
    places.check(board, [buffer.name for buffer in program.buffers], [constant.name for constant in program.constants])
    room = _room(program, board, places)
    chosen = _asked(program, places, room)
    rest = [constant for constant in program.constants if constant.name not in chosen]
    density = {name: count / _bytes_of(program)[name] for name, count in constant_accesses(program).items()}
    hottest_first = sorted(rest, key=lambda constant: (-density[constant.name], constant.name))
    if places.weights is not None:
        weights = [constant for constant in hottest_first if constant.role == "weights"]
        chosen |= _filled(weights, [places.weights], room)
    else:
        flashes = sorted((r for r in board.flash_regions if board.share(r)), key=lambda region: region.cost)
        chosen |= _filled(hottest_first, [region.name for region in flashes], room)
    moved = {name: board.region(region) for name, region in chosen.items() if region != board.flash.name}
    if not moved:
        return program
    return replace(program, constants=tuple(_moved(c, moved.get(c.name)) for c in program.constants))


def _bytes_of(program: Program) -> dict[str, int]:
    return {constant.name: max(constant.bytes, 1) for constant in program.constants}


def _moved(constant: ConstantData, region: Region | None) -> ConstantData:
    if region is None:
        return constant
    section = ".data" if region.name == "ram" else f".{'copy' if region.writable else 'flash'}.{region.name}"
    return replace(constant, region=region.name, section=section)


def _room(program: Program, board: Board, places: Places) -> dict[str, int]:
    """Bytes of each region that are left for constants."""
    named = {region for _, region in places.asked}
    room = {r.name: board.share(r) or (r.size_bytes if r.name in named else 0) for r in board.regions}
    room[board.flash.name] -= CODE_BYTES
    room[board.ram.name] -= program.arena_bytes
    for memory in program.memories:
        if memory.role is Role.REGION:
            room[memory.value] -= memory.bytes
    return room


def _asked(program: Program, places: Places, room: dict[str, int]) -> dict[str, str]:
    """Constants whose names --place gives, with their regions."""
    chosen = {c.name: region for c in program.constants if (region := places.region_of(c.name)) is not None}
    for name, region in chosen.items():
        room[region] -= _bytes_of(program)[name]
    for region in set(chosen.values()):
        if room[region] < 0:
            inside = [f"  {c.bytes:>10} {c.name}" for c in program.constants if chosen.get(c.name) == region]
            raise DoesNotFit(
                f"--place: the constants asked to lie in {region} are {-room[region]} bytes too large for it\n"
                + "\n".join(inside),
                hint="place less there, or give the region a larger share in the board's [budget]",
            )
    return chosen


def _filled(constants: Iterable[ConstantData], regions: list[str], room: dict[str, int]) -> dict[str, str]:
    """Each constant in the first of the regions that has room for it; those for which none has are left out."""
    found: dict[str, str] = {}
    for constant in constants:
        for region in regions:
            if constant.bytes <= room[region]:
                room[region] -= constant.bytes
                found[constant.name] = region
                break
    return found


def region_bytes(program: Program) -> Mapping[str, int]:
    """Bytes of constants in each region that is not `flash`."""
    found: dict[str, int] = {}
    for constant in program.constants:
        if constant.region:
            found[constant.region] = found.get(constant.region, 0) + constant.bytes
    return found
