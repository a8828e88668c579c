"""The rows that report.html and the command line show of a report: sizes against the budget, and layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tinyc.lower.program import ARENA
from tinyc.report.record import Document

NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class SizeRow:
    """Bytes of one kind (None: not measured) and, for totals, what the board allows."""

    what: str
    bytes: int | None
    budget: int | None = None

    @property
    def text(self) -> str:
        return NOT_MEASURED if self.bytes is None else f"{self.bytes:,}"

    @property
    def budget_text(self) -> str:
        return "" if self.budget is None else f"{self.budget:,}"

    @property
    def over(self) -> bool:
        return self.bytes is not None and self.budget is not None and self.bytes > self.budget


@dataclass(frozen=True, slots=True)
class LayerColumn:
    """One column of the layer table. `text` makes a layer's cell."""

    head: str
    is_number: bool
    text: Callable[[Document], str]


LAYER_COLUMNS = (
    LayerColumn("call", True, lambda layer: ""),
    LayerColumn("layer", False, lambda layer: str(layer["name"])),
    LayerColumn("kernel", False, lambda layer: str(layer["kernel"])),
    LayerColumn("input", False, lambda layer: _shape(layer["in_shape"])),
    LayerColumn("output", False, lambda layer: f"{layer['out_type']} {_shape(layer['out_shape'])}"),
    LayerColumn("MACs", True, lambda layer: count(layer["macs"])),
    LayerColumn("weight bytes", True, lambda layer: count(layer["weight_bytes"])),
    LayerColumn("stored", False, lambda layer: str(layer["encoding"])),
    LayerColumn("live bytes", True, lambda layer: count(layer["arena_live"])),
    LayerColumn("instructions", True, lambda layer: count(layer["instructions"])),
    LayerColumn("model cycles", True, lambda layer: count(layer["cycles_model"])),
)


def layer_cells(number: int, layer: Document) -> list[str]:
    """The cells of one layer, in the order of LAYER_COLUMNS."""
    return [str(number), *(column.text(layer) for column in LAYER_COLUMNS[1:])]


def count(value: int | None) -> str:
    """A number with thousands marked, or a dash where there is none."""
    return "–" if value is None else f"{value:,}"


def size_rows(report: Document) -> list[SizeRow]:
    """Flash and RAM with their parts."""
    flash, ram, budget = report["flash"], report["ram"], report["board"]["budget"]
    known_flash = flash["weights"] if flash["total"] is None else flash["total"]
    return [
        SizeRow("flash: weights", flash["weights"]),
        SizeRow("flash: tables", flash["tables"]),
        SizeRow("flash: code", flash["code"]),
        SizeRow("flash" if flash["total"] is not None else "flash as far as measured", known_flash, budget["flash"]),
        SizeRow("RAM: arena", ram["arena"]),
        SizeRow("RAM: largest scratch (in the arena)", ram["scratch_peak"]),
        SizeRow("RAM: stack", ram["stack"]),
        SizeRow(*_ram_total(report), budget["ram"]),
        *_regions(report),
    ]


def _regions(report: Document) -> list[SizeRow]:
    """What lies in further memory regions; constants that are copied to RAM."""
    rows = []
    for region in report["regions"]:
        if region["memory"] != ARENA:
            rows.append(SizeRow(f"region {region['name']}", region["arena"] + region["constants"], region["share"]))
        elif region["constants"]:
            rows.append(SizeRow("RAM: constants copied at start", region["constants"]))
    return rows


def _ram_total(report: Document) -> tuple[str, int]:
    ram = report["ram"]
    if ram["total"] is not None:
        return "RAM", int(ram["total"])
    return "RAM as far as measured", int(ram["arena"])


def _shape(shape: list[int]) -> str:
    return "×".join(map(str, shape)) or "scalar"
