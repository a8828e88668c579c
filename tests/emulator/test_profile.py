"""What `profile_project` says of the toy model, with the plugin and without."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator.toy import write_toy
from tinyc.emulate import Profile, profile_project
from tinyc.errors import ToolFailed
from tinyc.targets import board_names, load_board

EMULATED = [name for name in board_names() if load_board(name).emulator is not None]


def profile(board: str, folder: Path, samples: int = 2, body: str = "") -> Profile:
    project = write_toy(folder / "toy", body=body)
    return profile_project(project, load_board(board), bytes(8 * samples), samples, work_dir=folder)


@pytest.mark.parametrize("board", EMULATED)
def test_layers_make_up_the_whole(board: str, tmp_path: Path) -> None:
    found = profile(board, tmp_path)
    assert "plugin" in found.method
    in_layers = sum(layer.instructions for layer in found.layers)
    assert all(layer.instructions > 8 for layer in found.layers)
    assert in_layers < found.total.instructions < in_layers + 20
    assert (found.total.cycles_model is not None) == load_board(board).core.cycle_model
    assert 0 < found.stack_high_water < 200


def test_cycles_of_a_known_loop(tmp_path: Path) -> None:
    """1000 times (subs, bne): two instructions, two cycles and two more for every taken branch."""
    loop = '__asm__ volatile("1: subs %0, #1\\n bne 1b" : "+r"(n) : : "cc");'
    without = profile("cortex-m4", tmp_path / "a", body='unsigned n = 1000u; __asm__ volatile("" : "+r"(n));').total
    with_loop = profile("cortex-m4", tmp_path / "b", body=f"unsigned n = 1000u; {loop}").total
    assert with_loop.instructions - without.instructions == 2000
    assert with_loop.cycles_model is not None
    assert without.cycles_model is not None
    assert with_loop.cycles_model - without.cycles_model == 2000 + 2 * 999


def test_counts_do_not_vary(tmp_path: Path) -> None:
    assert profile("cortex-m4", tmp_path / "a") == profile("cortex-m4", tmp_path / "b", samples=5)


def test_without_a_host_compiler_the_clock_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = profile("cortex-m4", tmp_path / "a")
    monkeypatch.setenv("CC", "no-such-compiler")
    found = profile("cortex-m4", tmp_path / "b")
    assert "clock" in found.method
    assert "no-such-compiler" in found.method
    assert found.total.cycles_model is None
    assert abs(found.total.instructions - exact.total.instructions) < 100


def test_the_clock_says_when_it_cannot_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "no-such-compiler")
    body = '__asm__ volatile("1: subs %0, #1\\n bne 1b" : : "r"(400000000u) : "cc");'
    with pytest.raises(ToolFailed, match="longer than the emulated clock can tell"):
        profile("cortex-m4", tmp_path, samples=1, body=body)
