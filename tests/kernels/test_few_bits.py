"""Weights of 4 and 2 bits on DSP cores: equal to numpy under sanitizers and on the board; packed as C reads them."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from tests.kernels.test_cases_on_host import check
from tests.support.case_program import run_on_board, run_on_host
from tests.support.few_bits import BOARD, Sum, program_of
from tinyc.kernels.dense_lanes import block_of, pack_lanes
from tinyc.kernels.depthwise_dsp import pack_few_bits
from tinyc.kernels.pack import unpacked
from tinyc.kernels.qpack import QPACK2, QPACK4
from tinyc.kernels.requant_dsp import TwoStep
from tinyc.kernels.requant_half import half_multiplier
from tinyc.lower.select import candidates, site_of
from tinyc.ops.fixedpoint import requantize
from tinyc.targets import load_board

LANES = "tc_dense_s4w4_dsp"


def _sums(bits: int) -> list[Sum]:
    rows, one, conv = f"tc_dense_rows_s8w{bits}_dsp", f"tc_dense_s8w{bits}_dsp", f"tc_conv2d_s8w{bits}_dsp"
    depthwise, half = f"tc_conv2d_dw3x3_s8w{bits}_dsp", 1 << (bits - 1)
    return [
        *(Sum(one, bits, 1, inputs, outputs) for inputs, outputs in product((1, 33), (4, 7))),
        *(Sum(rows, bits, count, inputs, 5) for count, inputs in ((2, 3), (3, 65))),
        *(Sum(rows, bits, 2, 64, 8, weights=w, data=x) for w, x in product((-half, half - 1), (-128, 127))),
        Sum(rows, bits, 2, 20, 4, clamp=(-20.0, 400.0)),
        Sum(rows, bits, 3, 20, 6, scale=2.0),
        Sum(rows, bits, 37, 34, 8),  # several tiles
        Sum(one, bits, 1, 6, 4, scale=2.0),  # outputs beyond int8; shifts of requantisation below 33
        *(Sum(conv, bits, 5, depth, 6, (3, stride, 1, 1)) for depth, stride in ((1, 1), (4, 2), (6, 1))),
        Sum(conv, bits, 7, 4, 5, (3, 1, 2, 2)),
        Sum(conv, bits, 26, 16, 5, (3, 1, 1, 1)),  # several strips
        Sum(conv, bits, 5, 8, 4, (3, 1, 1, 1), scale=2.0),  # shifts of channels below those of lanes
        Sum(conv, bits, 4, 8, 4, (1, 2, 0, 1)),
        *(Sum(depthwise, bits, 6, depth, depth, (3, stride, 1, 1), True) for depth, stride in ((1, 1), (9, 1), (9, 2))),
    ]


SUMS = {
    "int4": _sums(4),
    "int2": _sums(2),
    "int4_by_int4": [
        *(Sum(LANES, 4, rows, inputs, 7, small=True) for rows, inputs in ((1, 33), (4, 1), (6, 16))),
        *(Sum(LANES, 4, 4, 144, 4, weights=w, data=x, small=True) for w, x in product((-7, 7), (-128, 127))),
        Sum(LANES, 4, 4, 127, 4, weights=-8, data=-128, small=True),
        Sum(LANES, 4, 3, 600, 9, small=True),  # several blocks
        Sum(LANES, 4, 4, 32, 8, small=True, clamp=(0.0, 100.0)),
        Sum(LANES, 4, 5, 40, 6, small=True, scale=0.5),  # factors that need the general requantisation
    ],
}


def _check(family: str, board: str | None, folder: Path, patch: pytest.MonkeyPatch) -> None:
    built = [program_of(one, f"sum_{i}", folder, patch) for i, one in enumerate(SUMS[family])]
    found = run_on_host(built, folder) if board is None else run_on_board(built, load_board(board), folder)
    for case, outputs in zip(built, found, strict=True):
        check(case, outputs)


@pytest.mark.parametrize("family", SUMS)
def test_c_under_sanitizers_equals_numpy(family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _check(family, None, tmp_path, monkeypatch)


@pytest.mark.parametrize("family", SUMS)
def test_board_equals_numpy(family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _check(family, BOARD, tmp_path, monkeypatch)


REFUSED = {
    "sums of each four channels": Sum("tc_dense_rows_s8w4_dsp", 4, 2, 700, 4, weights=-8),
    "requantisation shifts": Sum("tc_dense_rows_s8w4_dsp", 4, 2, 4, 4, scale=0.1),
    "proven to lie": Sum(LANES, 4, 4, 16, 4),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_is_not_proven_is_refused(reason: str) -> None:
    graph = REFUSED[reason].graph()
    found = candidates(site_of(graph, graph.ops[-1]), load_board(BOARD), {})
    (refusal,) = [one.refusal for one in found if one.kernel.name == REFUSED[reason].kernel]
    assert refusal is not None and reason in refusal
    assert found[0].kernel.name == "tc_dense_s8w4_ref" or reason == "proven to lie"


@pytest.mark.parametrize("pack, inputs", [(QPACK4, 12), (QPACK2, 12), (QPACK4, 5), (QPACK2, 5)])
def test_fields_hold_four_channels(pack, inputs: int) -> None:  # type: ignore[no-untyped-def]
    half = 1 << (pack.bits - 1)
    rows = np.random.default_rng(6).integers(-half, half, (6, inputs))
    fields = pack.fields(rows)
    assert np.abs(fields).max() < 1 << (4 * pack.bits)
    words = pack.words(rows).astype(np.int64) & 0xFFFFFFFF
    for group, k in np.ndindex(2, inputs):
        if pack.bits == 4:
            bits = words[group, k // 4 * 2 + k % 2] >> (16 * (k % 4 // 2)) & 0xFFFF
        else:
            bits = words[group, k // 4] >> (8 * (k % 4)) & 0xFF
        assert bits == fields[group, k] % (1 << (4 * pack.bits))
        lifted = [int(bits) >> (pack.bits * place) & (2 * half - 1) for place in range(4)]
        expected = np.pad(rows, ((0, 2), (0, 0)))[4 * group : 4 * group + 4, k] + [half, half, half, 0]
        assert lifted == (expected % (2 * half)).tolist()


def test_blocks_of_lanes_end_where_a_lane_could_overflow() -> None:
    assert block_of(np.full((1, 2000), 7)) == 32  # 36 products of 8 and 7
    assert block_of(np.full((1, 2000), -7)) == 32
    assert block_of(np.full((1, 2000), -8)) == 16  # 32 products are 2048
    assert block_of(np.full((3, 20), 7)) == 32
    assert block_of(np.zeros((1, 2000), np.int64)) == 512


def test_lanes_hold_each_weight_once() -> None:
    rows = np.arange(-8, 8).reshape(4, 4)
    words = pack_lanes(rows, 16)
    assert words.shape == (1, 12)
    found = [[int(words[0, 4 + k % 2]) >> (16 * (k // 2) + 4 * i) & 15 for k in range(4)] for i in range(4)]
    np.testing.assert_array_equal(found, (rows + np.array([[8], [8], [8], [0]])) % 16)
    starts = 2048 - 8 * rows.sum(axis=1)
    expected = [starts[0], 16 * starts[1], starts[2], starts[2] + 16 * starts[3]]
    np.testing.assert_array_equal(words[0, :4].astype(np.int64), np.array(expected) % (1 << 32))


@pytest.mark.parametrize("shift, value", [(31, 1334567891), (33, 1834567893), (36, 1134567897)])
def test_halves_are_requantised_as_in_the_general_form(shift: int, value: int) -> None:
    bias, zero_point, reach = 37, -3, 3000
    step = TwoStep(*(np.array([one], np.int64) for one in (bias, value, shift - 32, zero_point)))
    found = half_multiplier(step, 0, reach)
    assert found is not None
    sums = np.arange(-reach, reach + 1)
    wanted = requantize(sums + bias, np.array([value]), np.array([shift]), zero_point, -128, 127)
    np.testing.assert_array_equal(np.clip((found[1] + (sums * found[0] >> 16)) >> 14, -128, 127), wanted)


def test_factors_beyond_halves_are_refused() -> None:
    step = TwoStep(*(np.array([one], np.int64) for one in (0, 1534567891, -3, 0)))
    assert half_multiplier(step, 0, 100) is None


@pytest.mark.parametrize("bits", [4, 2])
def test_taps_of_few_bits_lie_as_pairs(bits: int) -> None:
    half = 1 << (bits - 1)
    taps = np.random.default_rng(8).integers(-half, half, (3, 3, 3)).astype(np.int8)
    content = unpacked(pack_few_bits(taps, bits).view(np.uint8), bits, 36).reshape(3, 3, 4)
    np.testing.assert_array_equal(content, taps[:, :, [0, 1, 1, 2]])
