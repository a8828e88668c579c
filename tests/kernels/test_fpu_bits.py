"""Float kernels with register blocks give the bits of the reference kernels."""

from __future__ import annotations

from itertools import compress
from pathlib import Path

import numpy as np
import pytest

from tests.support.case_models import Variant, families, save, variants
from tests.support.case_program import Built, run_on_host
from tinyc.codegen.project import write
from tinyc.driver import Options, build
from tinyc.targets import load_board

BLOCKED = {"tc_conv2d_f32_fpu", "tc_conv2d_dw3x3_f32_fpu", "tc_dense_f32_fpu"}


def built_for(variant: Variant, folder: Path, goal: str) -> Built:
    folder.mkdir(exist_ok=True)
    options = Options(name=variant.name, native_io=False, optimize=goal)
    result = build(save(variant, folder), load_board("cortex-m4"), options=options)
    write(result.project, folder / variant.name)
    return Built(variant, result, folder / variant.name)


def kernels_of(built: list[Built]) -> set[str]:
    return {call.kernel for case in built for call in case.result.program.calls}


@pytest.mark.slow
def test_bits_of_the_reference(tmp_path: Path) -> None:
    cases = [case for family in ("conv_tiles", "depthwise") for case in families()[family][::3]]
    floats = [variants(case)[0] for case in cases]
    blocked = [built_for(variant, tmp_path / "balanced", "balanced") for variant in floats]
    plain = [built_for(variant, tmp_path / "flash", "flash") for variant in floats]
    assert kernels_of(blocked) >= BLOCKED and not kernels_of(plain) & BLOCKED
    pairs = zip(run_on_host(blocked, tmp_path / "balanced"), run_on_host(plain, tmp_path / "flash"), strict=True)
    of_2d = ["tc_conv_nd_f32_ref" not in kernels_of([case]) for case in plain]
    assert sum(of_2d) > 10, "the order of that kernel's sums is its own"
    for variant, (got, wanted) in compress(zip(floats, pairs, strict=True), of_2d):
        for one, other in zip(got, wanted, strict=True):
            np.testing.assert_array_equal(one, other, err_msg=variant.name)
