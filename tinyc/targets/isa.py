"""What a core's instruction set offers beyond the common ground of all cores (plain C, 32-bit integers)."""

from __future__ import annotations

from enum import Flag, auto


class Isa(Flag):
    """Sets of extensions; a kernel's needs are met when they are contained in the core's set."""

    NONE = 0
    DSP = auto()
    """Armv7E-M / Armv8-M DSP: SMLAD, SXTB16, SSAT, SMMLA and the like."""
    MVE = auto()
    """Armv8.1-M vector extension (Helium), integer and float."""
    FPU_SP = auto()
    """float32 in hardware, with fused multiply-add."""
    FPU_DP = auto()
    """float64 in hardware; such a core has float32 too."""

    @property
    def words(self) -> tuple[str, ...]:
        """The names as `cores.toml` spells them: ("dsp", "fpu-sp")."""
        return tuple(word for word, flag in ISA_WORDS.items() if flag in self)

    def meets(self, needs: Isa) -> bool:
        """Whether every extension in `needs` is here."""
        return needs in self


ISA_WORDS = {flag.name.lower().replace("_", "-"): flag for flag in Isa if flag.name is not None}
