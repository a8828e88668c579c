"""What lies in which memory region of the board: of the report's document, and as rows for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tinyc.lower.constant_regions import region_bytes
from tinyc.lower.program import ARENA, Program, Role
from tinyc.targets import Board, Region

HEADS = ("region", "buffer or constants", "bytes", "bytes accessed", "per byte")


def region_documents(program: Program, board: Board) -> list[dict[str, Any]]:
    """The region `ram`, and every other one beside `flash` in which something lies."""
    memory_of = {memory.value: memory for memory in program.memories if memory.role is Role.REGION}
    constants = region_bytes(program)
    found = []
    for region in (*board.ram_regions, *board.flash_regions[1:]):
        memory = memory_of.get(region.name)
        name = ARENA if region == board.ram else "" if memory is None else memory.name
        used = program.arena_bytes if region == board.ram else 0 if memory is None else memory.bytes
        if region == board.ram or used or region.name in constants:
            found.append(_document(program, board, region, name, used))
    return found


def _document(program: Program, board: Board, region: Region, memory: str, used: int) -> dict[str, Any]:
    return {
        "name": region.name,
        "cost": region.cost,
        "share": board.share(region) or region.size_bytes,
        "memory": memory,
        "arena": used,
        "constants": region_bytes(program).get(region.name, 0),
        "accesses": sum(buffer.accesses for buffer in program.buffers if buffer.memory == memory),
    }


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region with its total, or one thing that lies in it."""

    region: str
    what: str
    bytes: int
    accesses: int | None

    @property
    def cells(self) -> list[str]:
        """In the order of HEADS."""
        if self.accesses is None:
            return [self.region, self.what, f"{self.bytes:,}", "", ""]
        density = self.accesses / max(self.bytes, 1)
        return [self.region, self.what, f"{self.bytes:,}", f"{self.accesses:,}", f"{density:.1f}"]


def region_rows(report: dict[str, Any]) -> list[RegionRow]:
    """Each region with what lies in it, most accessed for a byte first; nothing for a model in one region."""
    if len(report["regions"]) < 2 and not any(region["constants"] for region in report["regions"]):
        return []
    rows = []
    for region in report["regions"]:
        title = f"{region['name']} (cost {region['cost']:g}, {region['share']:,} bytes)"
        rows.append(RegionRow(title, region["memory"], region["arena"], region["accesses"]))
        inside = [buffer for buffer in report["buffers"] if buffer["memory"] == region["memory"]]
        inside.sort(key=lambda buffer: -buffer["accesses"] / buffer["bytes"])
        rows += [RegionRow("", buffer["name"], buffer["bytes"], buffer["accesses"]) for buffer in inside]
        if region["constants"]:
            rows.append(RegionRow("", "constants", region["constants"], None))
    return rows
