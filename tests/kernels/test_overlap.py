"""Outputs over their inputs as far as kernels allow it: C equals numpy; one element further it does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.kernels.test_cases_on_host import check
from tests.support.case_models import Variant, families, variants
from tests.support.case_program import Built, run_on_host
from tests.support.close_plans import beyond, build_planned, closest, limit, planner
from tinyc.ir.interp import interpret
from tinyc.kernels.overlap import Overlap
from tinyc.kernels.record import KERNELS
from tinyc.lower.program import Buffer, Program

FAMILIES = ("conv", "conv_tiles", "depthwise", "matmul", "movement", "pool", "quantize", "int16", "resize", "word_wise")
SOME = (
    "conv_groups2", "conv_groups2_int8", "gemm_1x4_to_7", "gemm_1x4_to_7_int8", "pad_spatial_zeros", "pad_axes_int8",
    "maxpool_3x3_pad1", "maxpool_3x3_pad1_int8", "averagepool_3x3_pad1", "averagepool_3x3_pad1_int8",
    "conv_int16_groups_int16", "averagepool_int16_padded_int16", "conv_3x3_16_to_8_at_6_by_1_int8",
    "conv_batch2_int8", "conv_dw1_4_1_51x3_k33s11p1111_int8", "conv_dw1_4_1_53x4_k33s22p1111_int8",
    "conv_dw1_5_1_9x6_k55s11p2222_int8", "gemm_3x33_to_7_int8", "conv_1x1_17_to_5_at_3x3_int8",
    "conv_3x3_3_to_5_at_5_by_1_int8",
)  # fmt: skip
"""Variants of cases that reach a kernel of each kind."""


def cases() -> list[Variant]:
    return [variant for family in FAMILIES for case in families()[family] for variant in variants(case)]


def some() -> list[Variant]:
    found = [variant for variant in cases() if variant.name in SOME]
    assert len(found) == len(SOME)
    return found


def equal_to_numpy(
    wanted: Sequence[Variant], distance: Callable[[Overlap, Buffer, Buffer], int], folder: Path,
    patch: pytest.MonkeyPatch, goal: str, board: str = "cortex-m4",
) -> list[Built]:  # fmt: skip
    """Builds those that overlap, runs them together, and returns them."""
    built = [build_planned(variant, planner(distance), folder, patch, goal, board) for variant in wanted]
    built = [case for case in built if case.result.program.shared]
    for case, outputs in zip(built, run_on_host(built, folder), strict=True):
        check(case, outputs)
    return built


def kernels(built: Sequence[Built]) -> set[str]:
    programs = [case.result.program for case in built]
    return {program.calls[pair.call].kernel for program in programs for pair in program.shared}


def test_as_far_as_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = equal_to_numpy(some(), closest, tmp_path, monkeypatch, "balanced")
    assert any(case.result.program.over(buffer) for case in built for buffer in case.result.program.buffers)


PLACES = {"_dsp": ("cortex-m4", "balanced"), "_ref": ("cortex-m4", "flash"), "_scalar": ("cortex-m3", "balanced"),
          "_mve": ("cortex-m55", "balanced")}  # fmt: skip
"""By the ending of kernels' names, where they are chosen."""


@pytest.mark.slow
@pytest.mark.parametrize("suffix", PLACES)
@pytest.mark.parametrize("distance", [closest, limit])
def test_all_cases(
    suffix: str, distance: Callable[[Overlap, Buffer, Buffer], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, goal = PLACES[suffix]
    reached = kernels(equal_to_numpy(cases(), distance, tmp_path, monkeypatch, goal, board))
    missing = {name for (_, name), kernel in KERNELS.items() if kernel.overlap and name.endswith(suffix)} - reached
    assert not {name for name in missing if "_s8_" in name}


def one_too_far(variants_of: Sequence[Variant], folder: Path, patch: pytest.MonkeyPatch, goal: str) -> dict[str, bool]:
    """Whether each kernel's outputs become wrong in some case, if they begin one element further than allowed."""
    patch.setattr(Program, "verify", lambda _: None)
    names, built = [], []
    for variant in variants_of:
        plain = build_planned(variant, planner(closest), folder, patch, goal).result.program
        for pair in plain.shared:
            call = plain.calls[pair.call]
            size = max(call.in_types[0].dtype.bytes, call.outputs[0].type.dtype.bytes)
            source = next(buffer for buffer in plain.buffers if buffer.name == pair.input)
            if pair.overlap.at_most + size < source.bytes:
                target = folder / f"call_{pair.call}"
                target.mkdir(exist_ok=True)
                built.append(build_planned(variant, planner(beyond(size), pair.call), target, patch, goal))
                names.append(call.kernel)
    return _wrong(names, built, folder)


def _wrong(names: list[str], built: list[Built], folder: Path) -> dict[str, bool]:
    found: dict[str, bool] = dict.fromkeys(names, False)
    for number, (name, case) in enumerate(zip(names, built, strict=True)):
        target = folder / f"run_{number}"
        target.mkdir()
        (outputs,) = run_on_host([case], target, folder / "kernels")
        values = interpret(case.result.graph, case.variant.samples)
        same = [np.array_equal(a, values[b]) for a, b in zip(outputs, case.result.graph.outputs, strict=True)]
        found[name] |= not all(same)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("goal", ["balanced", "flash"])
def test_one_element_further_is_too_far(goal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = one_too_far(some(), tmp_path, monkeypatch, goal)
    assert found and all(found.values()), found
