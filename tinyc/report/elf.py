"""What a linked image holds, read from the ELF file's own section table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from elftools.elf.elffile import ELFFile

_CODE = (".text", ".ARM.extab", ".ARM.exidx")
_PORT = (".vectors", ".port", ".port_bss")


@dataclass(frozen=True, slots=True)
class ElfSizes:
    """Bytes of the model in an image linked by `tinyc.emulate`; `port` is start-up code and harness, not the model.

    Code and tables include what the model uses of the C library; `data` lies in RAM and, as its start values, in
    flash too. What lies in further regions of the board counts with its like.
    """

    code: int
    weights: int
    tables: int
    data: int
    bss: int
    arena: int
    port: int

    @property
    def flash(self) -> int:
        """All that the model takes of flash."""
        return self.code + self.weights + self.tables + self.data

    @property
    def static_ram(self) -> int:
        """All that the model takes of RAM at fixed addresses: its arena, and nothing else if it keeps its promise."""
        return self.data + self.bss + self.arena


def sizes(elf: Path) -> ElfSizes:
    """The sizes of an image that `tinyc.emulate.build_image` linked."""
    found = _section_bytes(elf)
    return ElfSizes(
        code=sum(found.get(name, 0) for name in _CODE),
        weights=found.get(".weights", 0) + _named(found, ".flash."),
        tables=found.get(".tables", 0),
        data=found.get(".data", 0) + _named(found, ".copy."),
        bss=found.get(".bss", 0),
        arena=found.get(".arena", 0) + _named(found, ".region."),
        port=sum(found.get(name, 0) for name in _PORT),
    )


def _named(sections: dict[str, int], start: str) -> int:
    return sum(size for name, size in sections.items() if name.startswith(start))


def _section_bytes(elf: Path) -> dict[str, int]:
    with elf.open("rb") as stream:
        return {section.name: int(section["sh_size"]) for section in ELFFile(stream).iter_sections()}
