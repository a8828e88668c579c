"""What --optimize chooses: fewest cycles, the smallest arena, or the reference kernels."""

from __future__ import annotations

from pathlib import Path

import pytest

from tinyc.driver import BuildResult, Options, build
from tinyc.targets import load_board


def built(digits: Path, goal: str) -> BuildResult:
    return build(digits / "digits_int8.onnx", load_board("cortex-m4"), options=Options(optimize=goal))


def test_flash_takes_reference_kernels_alone(digits: Path) -> None:
    assert all(call.kernel.endswith("_ref") for call in built(digits, "flash").program.calls)


def test_time_takes_kernels_of_the_core(digits: Path) -> None:
    assert any(call.kernel.endswith("_dsp") for call in built(digits, "time").program.calls)


@pytest.mark.parametrize("goal", ["time", "balanced"])
def test_ram_takes_a_smaller_arena_than_the_others(goal: str, digits: Path) -> None:
    assert built(digits, "ram").program.arena_bytes <= built(digits, goal).program.arena_bytes


def test_the_goal_is_remembered_for_a_rebuild(digits: Path) -> None:
    assert b'"optimize": "flash"' in built(digits, "flash").project.files["manifest.json"]
