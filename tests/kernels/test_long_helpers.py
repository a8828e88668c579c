"""On cores of 32 bits no kernel of quantised tensors calls the compiler's helpers for 64-bit arithmetic."""

from __future__ import annotations

from pathlib import Path

import pytest

from tinyc.kernels.record import KERNELS, Kernel
from tinyc.resources import runtime_dir
from tinyc.targets import Core, load_cores
from tinyc.toolchain import Compiler, compile_objects, find_tool, run_tool

HELPERS = ("__aeabi_l", "__aeabi_ul", "__aeabi_f2l", "__aeabi_f2ul", "__aeabi_d2l", "__aeabi_d2ul")
HELPERS_OF_GCC = ("muldi3", "divdi3", "moddi3", "ashldi3", "ashrdi3", "lshrdi3", "divmoddi4", "floatdi", "fixsfdi")
QUANTISED = {"s8", "s16"}
INHERENT = {
    "quantize/tc_dequantize_s32_f32_ref.c": "differences of 33 bits become floats",
    "reduce/tc_reduce_mean_i32_ref.c": "the mean of int32 is that of sums of 64 bits",
    "reduce/tc_reduce_prod_i32_ref.c": "products of 64 bits",
    "reduce/tc_reduce_sum_square_i32_ref.c": "sums of 64 bits",
}
"""Kernels without int64 tensors that need such helpers all the same."""


def sources(core: Core, formats: set[str] | None = None) -> list[str]:
    """Sources of the kernels that the core can run; with `formats`, of those that take one of them."""
    found = [kernel for kernel in KERNELS.values() if not kernel.is_view and not kernel.needs & ~core.isa]
    return sorted({kernel.source for kernel in found if formats is None or formats & formats_of(kernel)})


def formats_of(kernel: Kernel) -> set[str]:
    return {part.split(":")[0] for accepted in kernel.reads.values() for part in accepted.split("|")}


def callers(core: Core, wanted: list[str], folder: Path) -> set[str]:
    """Those of the sources whose objects ask for a helper."""
    root = runtime_dir() / "kernels"
    compiler = Compiler((core.compiler,), (*core.cflags, "-std=c11", "-O2"), (runtime_dir() / "include",))
    objects = compile_objects(compiler, [root / source for source in wanted], folder)
    nm = find_tool(core.compiler.removesuffix("gcc") + "nm")
    lines = run_tool([nm, "-A", "-u", *objects]).stdout.splitlines()
    by_name = {Path(source).name + ".o": source for source in wanted}
    asking = [line.split() for line in lines if is_helper(line.split()[-1])]
    return {by_name[Path(words[0].split(":")[0]).name] for words in asking}


def is_helper(symbol: str) -> bool:
    return symbol.startswith(HELPERS) or (symbol.startswith("__") and symbol.endswith(HELPERS_OF_GCC))


def test_kernels_of_quantised_tensors_call_no_helper_on_a_cortex_m0plus(tmp_path: Path) -> None:
    core = load_cores()["cortex-m0plus"]
    assert callers(core, sources(core, QUANTISED), tmp_path) == set()


def test_a_kernel_that_needs_helpers_is_found(tmp_path: Path) -> None:
    source = "binary/tc_mul_i64_ref.c"
    assert callers(load_cores()["cortex-m0plus"], [source], tmp_path) == {source}


@pytest.mark.slow
def test_every_other_caller_on_a_cortex_m0plus_is_inherent(tmp_path: Path) -> None:
    core = load_cores()["cortex-m0plus"]
    long = sources(core, {"i64"})
    assert callers(core, sources(core), tmp_path) - set(long) == set(INHERENT)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cortex-m3", "rv32imc"])
def test_cores_with_a_long_multiply_call_no_helper(name: str, tmp_path: Path) -> None:
    core = load_cores()[name]
    assert callers(core, sources(core, QUANTISED), tmp_path) == set()
