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
    """A range of addresses with one kind of memory. `access` is made of r, w and x; `cost` is what one access takes
    beside those of the board's other regions, such as cycles.
    """

    name: str
    origin: int
    size_bytes: int
    access: str
    cost: float = 1.0

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
    """What the planner may use: `ram_bytes` is for everything in the region `ram`, the stack's `stack_bytes` among it;
    `shares` are bytes of further regions, by name.
    """

    flash_bytes: int
    ram_bytes: int
    stack_bytes: int
    shares: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Emulator:
    """The QEMU machine that stands for the board."""

    machine: str


@dataclass(frozen=True, slots=True)
class Board:
    """One file of `boards/`. Code and constants go to the region `flash`, data, arena and stack to `ram`;
    further regions (tightly coupled memory, other banks, external flash) are used where the budget gives a share of
    them, or a user names them. `text` is the file's text.
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

    @property
    def flash_regions(self) -> tuple[Region, ...]:
        """Every region for constants, `flash` first, the others as the file lists them."""
        others = [region for region in self.regions if not region.writable and region.name not in ("flash", "vectors")]
        return (self.flash, *others)

    def share(self, region: Region) -> int:
        """Bytes of a region that a model may use by itself: 0 where the budget does not name it."""
        known = {"flash": self.budget.flash_bytes, "ram": self.budget.ram_bytes - self.budget.stack_bytes}
        return {**dict(self.budget.shares), **known}.get(region.name, 0)
