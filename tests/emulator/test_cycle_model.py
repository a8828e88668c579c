"""The plugin's counts equal those that a person gets with the cycle model's table and a pencil.

r4 points to 64 bytes of RAM, r5 is 3, r6 is 7; `leaf` returns by BX, `frame` by POP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from tinyc.emulate.image import board_compiler, link_image
from tinyc.emulate.plugin import Count, plugin_api, plugin_flags, read_counts
from tinyc.emulate.run import COUNTED_FILE, run_elf
from tinyc.errors import ToolFailed
from tinyc.targets import load_board
from tinyc.toolchain import compile_objects


@dataclass(frozen=True)
class Case:
    """Assembly between the markers, `;` between lines, and what it must count as."""

    name: str
    code: str
    instructions: int
    cycles: int


CASES = [
    Case("nothing", "", 0, 0),
    Case("alu", "adds r0, r0, #1; eor r0, r1, r2, ror #3; ubfx r0, r1, #3, #5; movw r1, #1234; nop; nop.w", 6, 6),
    Case("multiply", "mul r0, r5, r6; mla r0, r5, r6, r0; smull r0, r1, r5, r6; umlal r0, r1, r5, r6", 4, 4),
    Case("dsp", "smlad r0, r5, r6, r0; sxtb16 r1, r0, ror #8; ssat r0, #8, r0, asr #3; smmla r0, r5, r6, r0", 4, 4),
    Case("smlal", "smlald r0, r1, r5, r6; smlalbb r0, r1, r5, r6; umaal r0, r1, r5, r6; pkhbt r0, r1, r2", 4, 4),
    Case("divide", "sdiv r0, r6, r5; udiv r1, r6, r5", 2, 16),
    Case("load", "ldr r0, [r4]", 1, 2),
    Case("load_load", "ldr r0, [r4]; ldr r1, [r4, #4]", 2, 3),
    Case("load_alu_load", "ldr r0, [r4]; adds r0, #1; ldr r1, [r4, #4]", 3, 5),
    Case("load_kinds", "ldrb r0, [r4]; ldrsh r1, [r4, r5]; ldrh.w r2, [r4], #0; ldrsb r3, [r4, #3]", 4, 5),
    Case("load_16_bit", "ldrb r0, [r4, #1]; ldrh r1, [r4, #2]; ldrsb r2, [r4, r6]; ldr r3, [sp]", 4, 5),
    Case("load_literal", "ldr r0, =0x12345678; ldr.w r1, =0x12345678", 2, 3),
    Case("load_wide", "ldr.w r0, [r4, #8]; ldr r1, [r4, #4]!; ldr r2, [r4], #-4; ldr.w r3, [r4, r5, lsl #2]", 4, 5),
    Case("store", "str r0, [r4]; strb r0, [r4, #5]; strh.w r0, [r4], #0; str r0, [r4, r5, lsl #2]", 4, 4),
    Case("store_16_bit", "strb r0, [r4, r5]; strh r0, [r4, #2]; str r0, [sp]; strh r0, [r4, r6]", 4, 4),
    Case("store_load", "str r0, [r4]; ldr r1, [r4]", 2, 2),
    Case("load_store", "ldr r1, [r4]; str r0, [r4]", 2, 3),
    Case("ldrd", "ldrd r0, r1, [r4]", 1, 3),
    Case("strd_load", "strd r0, r1, [r4, #8]; ldr r0, [r4]", 2, 4),
    Case("load_ldrd", "ldr r0, [r4]; ldrd r0, r1, [r4], #8; subs r4, #8", 3, 6),
    Case("ldm", "ldm r4, {r0-r3}; ldr r0, [r4]", 2, 6),
    Case("ldm_wide", "ldm.w r4, {r0, r2, r8}", 1, 4),
    Case("ldmdb", "adds r4, #16; ldmdb r4!, {r0-r3}", 2, 6),
    Case("stm", "mov r7, r4; stmia r7!, {r0-r2}", 2, 5),
    Case("push_pop", "push {r0-r3, lr}; pop {r0-r3, lr}", 2, 12),
    Case("push_pop_16_bit", "push {r0-r2}; pop {r0-r2}", 2, 8),
    Case("exclusive", "ldrex r0, [r4]; strex r1, r0, [r4]", 2, 3),
    Case("preload", "pld [r4]; ldr r0, [r4]", 2, 3),
    Case("branch", "b 1f; nop; 1:", 1, 3),
    Case("branch_wide", "b.w 1f; nop; 1: nop", 2, 4),
    Case("not_taken", "cmp r5, r5; bne 1f; nop; 1: nop", 4, 4),
    Case("taken", "cmp r5, r5; beq 1f; nop; 1: nop", 3, 5),
    Case("not_taken_load", "ldr r0, [r4]; cbz r5, 1f; ldr r0, [r4]; 1:", 3, 5),
    Case("cbnz", "cbnz r5, 1f; nop; 1: nop", 2, 4),
    Case("loop", "movs r0, #3; 1: subs r0, #1; bne 1b", 7, 11),
    Case("loop_of_loads", "movs r0, #3; 1: ldr r1, [r4]; ldr r2, [r4, #4]; subs r0, #1; bne 1b", 13, 20),
    Case("leaf", "bl leaf", 2, 6),
    Case("frame", "bl frame", 3, 11),
    Case("leaf_load", "ldr r0, [r4]; bl leaf; ldr r0, [r4]", 4, 10),
    Case("indirect", "ldr r0, =leaf; blx r0", 3, 8),
    Case("load_pc", "ldr pc, =1f + 1; nop; 1:", 1, 4),
    Case("table_branch", "mov r0, #0; tbb [pc, r0]; 2: .byte (1f - 2b) / 2, 0; 1: nop", 3, 6),
    Case("it_both", "cmp r5, r5; ite eq; moveq r1, #1; movne r1, #2", 4, 4),
    Case("it_skipped_load", "cmp r5, r5; it ne; ldrne r0, [r4]", 3, 4),
    Case("it_taken_branch", "cmp r5, r5; it eq; ldreq pc, =1f + 1; nop; 1:", 3, 6),
    Case("vfp", "vadd.f32 s0, s1, s2; vsub.f32 s0, s1, s2; vmul.f32 s0, s1, s2; vnmul.f32 s0, s1, s2", 4, 4),
    Case("vfp_move", "vmov s0, r5; vmov r0, s0; vmov r0, r1, s0, s1; vmov s0, s1, r5, r6; vmov.f32 s0, s1", 5, 5),
    Case("vfp_convert", "vcvt.f32.s32 s0, s1; vcvtr.s32.f32 s0, s1; vabs.f32 s0, s1; vneg.f32 s0, s1", 4, 4),
    Case("vfp_constant", "vmov.f32 s0, #1.0; vmov d0, r5, r6; vmov r0, r1, d0", 3, 3),
    Case("vfp_compare", "vcmp.f32 s0, #0.0; vmrs APSR_nzcv, fpscr; vcmpe.f32 s0, s1", 3, 3),
    Case("vmla", "vmla.f32 s0, s1, s2; vmls.f32 s0, s1, s2; vnmla.f32 s0, s1, s2; vnmls.f32 s0, s1, s2", 4, 12),
    Case("vfma", "vfma.f32 s0, s1, s2; vfms.f32 s0, s1, s2; vfnma.f32 s0, s1, s2; vfnms.f32 s0, s1, s2", 4, 12),
    Case("vdiv_vsqrt", "vdiv.f32 s0, s1, s2; vsqrt.f32 s0, s1", 2, 28),
    Case("vldr", "vldr s0, [r4]; vldr s1, [r4, #4]; vldr s31, [r4, #8]", 3, 4),
    Case("vstr", "vstr s0, [r4]; vstr s31, [r4, #4]", 2, 2),
    Case("vldr_double", "vldr d0, [r4]; vstr d0, [r4]; vldr s0, [r4]", 3, 7),
    Case("vldm", "mov r7, r4; vldm r7!, {s0-s3}; vstm r4, {d1-d2}", 3, 11),
    Case("vpush_vpop", "vpush {d8-d9}; vpop {d8-d9}", 2, 10),
]

# The emulator translates code page by page (1 KB), which must not show in a straight run, wherever the page ends in it.
NOPS_BEFORE_PAGE_END = range(506, 513)
PAGE_CROSSING = """
        .balign 1024
        .rept {nops}
        nop
        .endr
        mov r9, r9
        ldr r0, [r4]
        ldr r1, [r4, #4]
        ldr.w r2, [r4, #8]
        mov r10, r10
"""

SOURCE = """
        .syntax unified
        .thumb
        .text
        .global main
        .thumb_func
main:   push    {{r4-r8, lr}}
        sub     sp, #16
        ldr     r4, =buffer
        movs    r5, #3
        movs    r6, #7
        {cases}
        movs    r0, #0
        add     sp, #16
        pop     {{r4-r8, pc}}
        .ltorg
        .thumb_func
leaf:   bx      lr
        .thumb_func
frame:  push    {{r4, lr}}
        pop     {{r4, pc}}
        .section .bss.buffer
        .balign 8
buffer: .space  64
"""


def source(cases: Sequence[Case]) -> str:
    """A program whose segments are the cases, then the page crossings; literals follow each case."""
    parts = [
        f"mov r9, r9\n{case.code.replace(';', chr(10))}\nmov r10, r10\nb 9f\n.ltorg\n.balign 4\n9:" for case in cases
    ]
    crossings = [PAGE_CROSSING.format(nops=nops) for nops in NOPS_BEFORE_PAGE_END]
    return SOURCE.format(cases="\n".join([*parts, *crossings]))


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> list[Count]:
    folder = tmp_path_factory.mktemp("cycles")
    board = load_board("cortex-m4")
    main = folder / "main.S"
    main.write_text(source(CASES))
    objects = compile_objects(board_compiler(board, ()), [main], folder / "project")
    run_elf(
        link_image(board, folder, objects), board, folder, qemu_flags=plugin_flags(folder, board.core.architecture.qemu)
    )
    return list(read_counts((folder / COUNTED_FILE).read_text()))


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.name for case in CASES])
def test_count(counts: list[Count], number: int) -> None:
    assert counts[number] == Count(CASES[number].instructions, CASES[number].cycles)


def test_straight_run_over_a_page(counts: list[Count]) -> None:
    assert counts[len(CASES) :] == [Count(3, 4)] * len(NOPS_BEFORE_PAGE_END)


QEMU_VERSIONS = [
    ("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)", 1),
    ("QEMU emulator version 4.2.1", 1),
    ("QEMU emulator version 8.2.2 (Debian 1:8.2.2+ds-0ubuntu1)", 1),
    ("QEMU emulator version 9.0.0", 2),
    ("QEMU emulator version 9.1.0", 3),
    ("QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds-2)", 3),
]


@pytest.mark.parametrize("text, api", QEMU_VERSIONS)
def test_plugin_api(text: str, api: int) -> None:
    assert plugin_api(text) == api


@pytest.mark.parametrize("text", ["QEMU emulator version 3.1.0", "something else"])
def test_no_plugin_api(text: str) -> None:
    with pytest.raises(ToolFailed):
        plugin_api(text)
