"""A program that goes wrong ends in a clear ToolFailed, not in silence and not in a hanging test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator.toy import write_toy
from tinyc.emulate import build_image, run_image
from tinyc.errors import DataError, ToolFailed
from tinyc.targets import load_board

MISALIGNED = "uint32_t word; (void)word; word = *(volatile uint32_t *)((uintptr_t)self->arena + 1u);"
DEEP = "volatile char deep[20000]; for (unsigned i = 0u; i < sizeof deep; i += 4u) { deep[i] = 1; }"

FAULTS = [
    # name, board, C in the model, words of the message
    ("bus", "cortex-m4", "*(volatile int *)0x70000000u = 1;", r"BusFault .*address=0x70000000 pc=0x0000"),
    ("bus", "cortex-m33", "*(volatile int *)0x70000000u = 1;", r"BusFault .*address=0x70000000 pc=0x1000"),
    ("bus", "cortex-m0", "*(volatile int *)0x70000000u = 1;", r"HardFault pc=0x0000\w+ lr=0x0000"),
    ("undefined", "cortex-m7", '__asm__ volatile("udf #0");', r"UsageFault cfsr=0x00010000"),
    ("undefined", "cortex-m55", '__asm__ volatile("udf #0");', r"UsageFault cfsr=0x00010000"),
    (
        "division",
        "cortex-m3",
        "self->arena[0] = (unsigned char)(1000 / (int)doubled[0]);",
        r"UsageFault cfsr=0x02000000",
    ),
    ("misaligned", "cortex-m0", MISALIGNED, "HardFault"),
    ("misaligned", "microbit", MISALIGNED, "HardFault"),
    ("stack", "cortex-m4", DEEP, "the stack has run over"),
    ("stack", "cortex-m33", DEEP, "UsageFault cfsr=0x00100000 .*stack overflow"),
    ("stack", "microbit", DEEP, "HardFault stack overflow"),
    ("bus", "riscv32", "*(volatile int *)0x08000000u = 1;", r"store access fault .*address=0x08000000 pc=0x80"),
    ("undefined", "riscv32", '__asm__ volatile("unimp");', "illegal instruction"),
    ("stack", "riscv32", DEEP, "the stack has run over"),
    ("status", "cortex-m4", "return TINYC_BROKEN;", "exit code 1: invoke: broken"),
]


@pytest.mark.parametrize("name, board, body, words", FAULTS, ids=[f"{row[0]}-{row[1]}" for row in FAULTS])
def test_fault(tmp_path: Path, name: str, board: str, body: str, words: str) -> None:
    image = build_image(write_toy(tmp_path / "toy", body=body), load_board(board), work_dir=tmp_path)
    with pytest.raises(ToolFailed, match=f"{board}: .*{words}") as caught:
        run_image(image, bytes(8), 1)
    assert str(image.elf) in caught.value.hint


def test_time_out(tmp_path: Path) -> None:
    project = write_toy(tmp_path / "toy", body='for (;;) { __asm__ volatile("nop"); }')
    image = build_image(project, load_board("cortex-m4"), work_dir=tmp_path)
    with pytest.raises(ToolFailed, match=r"cortex-m4: qemu-system-arm did not end within 1 s"):
        run_image(image, bytes(8), 1, timeout=1)


def test_a_broken_stack_pointer_locks_up_or_faults(tmp_path: Path) -> None:
    body = '__asm__ volatile("mov sp, %0\\n push {r0}" ::"r"(0x70000000u) : "memory");'
    image = build_image(write_toy(tmp_path / "toy", body=body), load_board("cortex-m4"), work_dir=tmp_path)
    with pytest.raises(ToolFailed, match=r"stack overflow|locked up"):
        run_image(image, bytes(8), 1)


def test_wrong_input_length(tmp_path: Path) -> None:
    image = build_image(write_toy(tmp_path / "toy"), load_board("cortex-m4"), work_dir=tmp_path)
    with pytest.raises(DataError, match="9 bytes of input for 1 samples of toy, which takes 8 bytes"):
        run_image(image, bytes(9), 1)


def test_not_a_project(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not a folder made by tinyc build"):
        build_image(tmp_path, load_board("cortex-m4"), work_dir=tmp_path)
    (tmp_path / "manifest.json").write_text('{"schema": 1}')
    with pytest.raises(DataError, match="damaged"):
        build_image(tmp_path, load_board("cortex-m4"), work_dir=tmp_path)
    (tmp_path / "manifest.json").write_text('{"schema": 99}')
    with pytest.raises(DataError, match="schema 99"):
        build_image(tmp_path, load_board("cortex-m4"), work_dir=tmp_path)


def test_compile_error_shows_the_compilers_words(tmp_path: Path) -> None:
    project = write_toy(tmp_path / "toy", body="nonsense;")
    with pytest.raises(ToolFailed, match=r"toy\.c:.*\n?.*nonsense"):
        build_image(project, load_board("cortex-m4"), work_dir=tmp_path)
