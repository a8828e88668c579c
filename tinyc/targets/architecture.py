"""Families of instruction sets: what start-up code, emulator and counting plugin have to know of them."""

from __future__ import annotations

from enum import Enum


class Architecture(Enum):
    """The value names the folder of `runtime_c/port/` with start-up code, fault report and clock."""

    ARM = "arm"
    """Arm M-profile, Thumb."""
    RISCV32 = "riscv32"
    """RISC-V with 32-bit registers, machine mode."""

    @property
    def qemu(self) -> str:
        """The emulator's program."""
        return f"qemu-system-{self.value}"


ARCHITECTURES = tuple(architecture.value for architecture in Architecture)
