"""From a built image to the stack bounds of the model's public functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from elftools.elf.elffile import ELFFile
from elftools.elf.sections import Symbol, SymbolTableSection

from tinyc.emulate.image import Image, link_with
from tinyc.stack import arm, riscv
from tinyc.stack.bound import Bound, CallGraph
from tinyc.stack.listing import Function, Listing, read_listing
from tinyc.stack.pointers import read_pointers
from tinyc.stack.routine import Routine, routine
from tinyc.stack.taken import taken_addresses
from tinyc.stack.usage import Usage, read_usage
from tinyc.targets.architecture import Architecture
from tinyc.targets.board import Core
from tinyc.toolchain import run_tool

_EFFECTS = {Architecture.ARM: arm.effect, Architecture.RISCV32: riscv.effect}


def stack_bounds(image: Image, project_dir: Path) -> tuple[Bound, ...]:
    """A bound for each public function of the model and for the harness's calls of two. ToolMissing, ToolFailed.

    The machine code of the linked image is read, inline assembly and the C library with the rest; where the compiler
    has told a larger frame (-fstack-usage), that counts.
    """
    public, objects = public_functions(image), image.work_dir / "project"
    elf = link_with(image, "stack.elf", [*RELOCATIONS, *(f"-Wl,--undefined={name}" for name in public)])
    headers = (file for name in image.manifest.include_dirs for file in sorted((project_dir / name).rglob("*.h")))
    sources = (project_dir / name for name in image.manifest.sources if name.endswith(".c"))
    graph, listing = call_graph(elf, image.board.core, objects, (*headers, *sources))
    places = {function.name: address for address, function in listing.functions.items()}
    return tuple(graph.bound(name, places[name]) for name in (*public, *HARNESS))


RELOCATIONS = ("-Wl,--emit-relocs",)
"""What the linker must leave in an image, so that stored addresses of functions are told from numbers."""

HARNESS = ("harness_init", "harness_invoke")
"""Functions of the image that call NAME_init and NAME_invoke, and whose high-water marks are measured."""


def public_functions(image: Image) -> tuple[str, ...]:
    """The functions that the model's own files give to others, in the order of their names."""
    found: set[str] = set()
    for object_file in sorted((image.work_dir / "project").glob(f"{image.manifest.name}*.o")):
        found |= {symbol.name for symbol in _symbols(object_file) if _is_public(symbol)}
    return tuple(sorted(found))


def call_graph(elf: Path, core: Core, objects: Path, sources: Iterable[Path]) -> tuple[CallGraph, Listing]:
    """The functions of an image that was linked with RELOCATIONS, each read when it is asked for.

    `objects` is the folder where the compiler has left what it knows (STACK_FACTS).
    """
    text = run_tool([f"{core.compiler_prefix}objdump", "-d", "--no-show-raw-insn", elf]).stdout
    listing = read_listing(text, _functions(elf))
    effect = _EFFECTS[core.architecture]
    told = _largest(read_usage(sorted(objects.glob("*.su"))))

    @cache
    def read(address: int) -> Routine:
        found = routine(listing, effect, address)
        more = max(found.deepest, told.get(found.name, 0))
        return replace(found, deepest=more)

    taken = sorted(taken_addresses(elf) & set(listing.functions))
    pointers = read_pointers(sorted(objects.glob("*.ci")), sources, frozenset(told))

    def by_pointer(caller: str) -> list[int]:
        return [address for address in taken if pointers.may_call(caller, listing.name(address))]

    return CallGraph(read, by_pointer), listing


def _functions(elf: Path) -> dict[int, Function]:
    """The functions of an image; of several names the one with fewest underscores in front."""
    found: dict[int, Function] = {}
    for symbol in sorted(_symbols(elf), key=lambda symbol: (-symbol.name.count("__"), symbol.name)):
        if _is_function(symbol):
            start = int(symbol.entry["st_value"]) & ~1
            found[start] = Function(symbol.name, start + int(symbol.entry["st_size"]))
    return found


def _symbols(file: Path) -> list[Symbol]:
    with file.open("rb") as stream:
        section = ELFFile(stream).get_section_by_name(".symtab")
        assert isinstance(section, SymbolTableSection), f"{file} has no symbols"
        return list(section.iter_symbols())


def _largest(usage: tuple[Usage, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in usage:
        found[entry.function] = max(found.get(entry.function, 0), entry.bytes)
    return found


def _is_public(symbol: Symbol) -> bool:
    return _is_function(symbol) and symbol.entry["st_info"]["bind"] == "STB_GLOBAL"


def _is_function(symbol: Symbol) -> bool:
    return symbol.entry["st_info"]["type"] == "STT_FUNC" and str(symbol.entry["st_shndx"]) != "SHN_UNDEF"
