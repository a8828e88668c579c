"""Layers whose inputs become int8 at run time, weights in groups: C on the host equals numpy, near the float case."""

from __future__ import annotations

import numpy as np
import pytest

from tests.cases.dynamic import CASES_WITH_OPTIONS
from tests.support.case_program import Built, run_on_host
from tests.support.quantised_cases import build_all, check_bits
from tinyc.ir.types import Array
from tinyc.kernels.record import KERNELS
from tinyc.targets import load_board


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Built]:
    return build_all(load_board("cortex-m4"), tmp_path_factory.mktemp("cases"))


@pytest.fixture(scope="module")
def outputs(built: list[Built], tmp_path_factory: pytest.TempPathFactory) -> list[list[Array]]:
    return run_on_host(built, tmp_path_factory.mktemp("host"))


def test_c_equals_numpy(built: list[Built], outputs: list[list[Array]]) -> None:
    for case, found in zip(built, outputs, strict=True):
        check_bits(case, found)


def test_near_the_float_case(built: list[Built], outputs: list[list[Array]]) -> None:
    for case, found, (_, options, share) in zip(built, outputs, CASES_WITH_OPTIONS, strict=True):
        for got, expected in zip(found, case.variant.expected, strict=True):
            if share is not None:
                bound = share * float(np.abs(expected).max())
                assert np.abs(got - expected).max() <= bound, f"{case.variant.name}: {options}"


def test_every_dynamic_kernel_runs(built: list[Built]) -> None:
    kinds = {op for op, _ in KERNELS if op.startswith("dynamic_") and op != "dynamic_quantize"}
    wanted = {name for op, name in KERNELS if op in kinds}
    used = {call.kernel for case in built for call in case.result.program.calls}
    taken_without_dsp = {f"tc_dynamic_dense_f32w{bits}_ref" for bits in (8, 4, 2)}
    assert wanted - used <= taken_without_dsp, "the reference forms run on boards without DSP"
