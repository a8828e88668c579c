"""Functions whose address the image holds: those that a call by pointer can reach."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from elftools.elf.elffile import ELFFile
from elftools.elf.relocation import RelocationSection
from elftools.elf.sections import Section, SymbolTableSection

_BRANCHES = {
    "EM_ARM": {4, 10, 28, 29, 30, 42, 51, 52, 102, 103, 136, 137, 138},
    "EM_RISCV": {16, 17, 18, 19, 24, 25, 43, 44, 45, 51},
}
"""Relocations of calls and jumps, of unwind tables and of padding ("ELF for the Arm Architecture"; "RISC-V ELF
Specification"): they name a function and do not store its address. Those of the second half of an address (24, 25) name
the place of the first."""

_OURS = (".text", ".tables", ".weights", ".data")
"""Sections of the model and of what it calls; start-up code and harness lie elsewhere."""


def taken_addresses(elf: Path) -> frozenset[int]:
    """Numbers that relocations of an image, linked with --emit-relocs, have put into its code and data. Those of
    functions are among them.
    """
    with elf.open("rb") as stream:
        file = ELFFile(stream)
        branches = _BRANCHES[str(file["e_machine"])]
        parts = [section for section in file.iter_sections() if isinstance(section, RelocationSection)]
        return frozenset(address & ~1 for part in parts for address in _stored(file, part, branches))


def _stored(file: ELFFile, part: RelocationSection, branches: set[int]) -> Iterator[int]:
    section = file.get_section(part["sh_info"])
    if section.name not in _OURS:
        return
    symbols, content = file.get_section(part["sh_link"]), section.data()
    assert isinstance(symbols, SymbolTableSection), "relocations without symbols"
    for relocation in part.iter_relocations():
        if relocation["r_info_type"] in branches:
            continue
        symbol = symbols.get_symbol(relocation["r_info_sym"])
        if relocation.is_RELA():
            yield int(symbol["st_value"]) + int(relocation["r_addend"])
            continue
        if symbol["st_info"]["type"] != "STT_SECTION":
            yield int(symbol["st_value"])
        yield _word(section, content, relocation["r_offset"])


def _word(section: Section, content: bytes, address: int) -> int:
    place = address - section["sh_addr"]
    return int.from_bytes(content[place : place + 4], "little")
