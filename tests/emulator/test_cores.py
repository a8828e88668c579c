"""The compiler's own macros say the same about each core as `cores.toml`."""

from __future__ import annotations

import pytest

from tinyc.targets import Architecture, Core, Isa, load_cores
from tinyc.toolchain import run_tool

HAS_FLOAT32 = 1 << 2  # bits of __ARM_FP
HAS_FLOAT64 = 1 << 3


def predefined_macros(core: Core) -> dict[str, str]:
    result = run_tool([core.compiler, *core.cflags, "-dM", "-E", "-x", "c", "-"])
    return {line.split()[1]: line.split(maxsplit=2)[2] for line in result.stdout.splitlines() if len(line.split()) > 2}


@pytest.mark.parametrize("core", load_cores().values(), ids=lambda core: core.name)
def test_macros_agree_with_isa(core: Core) -> None:
    macros = predefined_macros(core)
    floats = int(macros.get("__ARM_FP", "0"), 0)
    found = Isa.NONE
    found |= Isa.DSP if "__ARM_FEATURE_DSP" in macros else Isa.NONE
    found |= Isa.MVE if "__ARM_FEATURE_MVE" in macros else Isa.NONE
    found |= Isa.FPU_SP if floats & HAS_FLOAT32 else Isa.NONE
    found |= Isa.FPU_DP if floats & HAS_FLOAT64 else Isa.NONE
    assert found == core.isa
    assert ("__thumb__" in macros) == (core.architecture is Architecture.ARM)
    assert (macros.get("__riscv_xlen") == "32") == (core.architecture is Architecture.RISCV32)
    assert ("__ARM_PCS_VFP" in macros) == (Isa.FPU_SP in core.isa), "hard float where there is an FPU"
