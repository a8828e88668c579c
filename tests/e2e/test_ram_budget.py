"""tinyc build --ram: the fewest cycles within an arena of so many bytes, or what is the least."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import tinyc
from tinyc.driver import Options, build
from tinyc.report.record import read_report
from tinyc.targets import load_board

BOARD = load_board("cortex-m4")


def test_what_fits_stays_as_it_is(digits: Path) -> None:
    model = digits / "digits_int8.onnx"
    plain = build(model, BOARD)
    assert build(model, BOARD, options=Options(ram=plain.program.arena_bytes)).program == plain.program


def test_less_memory_is_kept_to(digits: Path) -> None:
    model = digits / "digits_int8.onnx"
    least = build(model, BOARD, options=Options(optimize="ram")).program.arena_bytes
    plain = build(model, BOARD).program.arena_bytes
    assert least < plain
    for most in (least, (least + plain) // 2, plain - 1):
        assert build(model, BOARD, options=Options(ram=most)).program.arena_bytes <= most


def test_too_little_says_what_is_the_least(digits: Path, tmp_path: Path) -> None:
    model = digits / "digits_int8.onnx"
    result = tinyc("build", model, "--board", "cortex-m4", "--ram", "64", "-o", tmp_path / "d")
    assert result.code == 3
    arena = read_report(tmp_path / "d")["ram"]["arena"]
    assert f"needs an arena of {arena} bytes at least, --ram allows 64" in result.stderr
    assert "needs that much at once" in result.stderr


@pytest.mark.parametrize("size", ["0", "-5", "5Q", "K", ""])
def test_what_is_no_size(size: str, digits: Path) -> None:
    result = tinyc("build", digits / "digits_int8.onnx", "--board", "cortex-m4", f"--ram={size}")
    assert result.code == 2
    assert "24K" in result.stderr
