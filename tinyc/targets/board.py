"""A board as data: its core, its memory map, what a model may use of it, and where it can run."""

from __future__ import annotations

from dataclasses import dataclass, field

from tinyc.targets.architecture import Architecture
from tinyc.targets.isa import Isa


@dataclass(frozen=True, slots=True)
class Core:
    """A processor core and the compiler that makes code for it."""

    name: str
    architecture: Architecture
    isa: Isa
    compiler_prefix: str
    cflags: tuple[str, ...]
    cycle_model: bool
    """Whether the cycle model of `tinyc profile` describes this core (a three-stage Armv7-M pipeline)."""

    @property
    def compiler(self) -> str:
        """The program that compiles and links for the core."""
        return f"{self.compiler_prefix}gcc"


@dataclass(frozen=True, slots=True)
class Region:
    """A range of addresses with one kind of memory. `access` is made of r, w and x."""

    name: str
    origin: int
    size_bytes: int
    access: str

    @property
    def end(self) -> int:
        """The first address behind the region."""
        return self.origin + self.size_bytes

    @property
    def writable(self) -> bool:
        """Whether a program may store to it: RAM."""
        return "w" in self.access


@dataclass(frozen=True, slots=True)
class Budget:
    """What the planner may use: `ram_bytes` is for everything in RAM, the stack's `stack_bytes` among it."""

    flash_bytes: int
    ram_bytes: int
    stack_bytes: int


@dataclass(frozen=True, slots=True)
class Emulator:
    """The QEMU machine that stands for the board."""

    machine: str


@dataclass(frozen=True, slots=True)
class Board:
    """One file of `boards/`. Code and constants go to the region `flash`, data, arena and stack to `ram`;
    further regions (tightly coupled memory, other banks) are used where a plan names them. `text` is the file's text.
    """

    name: str
    title: str
    core: Core
    clock_hz: int
    regions: tuple[Region, ...]
    budget: Budget
    console: str
    emulator: Emulator | None
    note: str
    text: str = field(default="", compare=False, repr=False)

    def region(self, name: str) -> Region:
        """The region of this name; KeyError when the board has none."""
        for region in self.regions:
            if region.name == name:
                return region
        raise KeyError(name)

    @property
    def flash(self) -> Region:
        """Where code and constants go."""
        return self.region("flash")

    @property
    def ram(self) -> Region:
        """Where data, arena and stack go unless a plan says otherwise."""
        return self.region("ram")

    @property
    def vectors(self) -> Region:
        """Where the vector table goes: the region `vectors` of machines that boot elsewhere, else flash."""
        return next((region for region in self.regions if region.name == "vectors"), self.flash)

    @property
    def ram_regions(self) -> tuple[Region, ...]:
        """Every writable region, `ram` first, the others as the file lists them."""
        return (self.ram, *(region for region in self.regions if region.writable and region.name != "ram"))
