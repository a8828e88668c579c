"""Weights of zeros that kernels leave out: equal to numpy on boards and, over their inputs, under sanitizers; lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.kernels.test_cases_on_host import check
from tests.support.case_program import run_on_board, run_on_host
from tests.support.close_plans import closest, planner
from tests.support.few_bits import BOARD, Sum, program_of
from tests.support.pruned import Few, Pruned
from tinyc.coding.nm import RATIOS, Ratio, ratio_of
from tinyc.kernels.blocks import Blocks
from tinyc.kernels.lists import BLOCKS, SINGLE, Lists
from tinyc.lower.offsets.planner import FAST
from tinyc.lower.select import candidates, site_of
from tinyc.targets import load_board


def _conv(kernel: str, *, by_words: bool) -> list[Pruned]:
    depths = (4, 8) if by_words else (1, 6)
    return [
        *(Pruned(kernel, 8, 5, depth, 6, (3, stride, 1, 1)) for depth, stride in zip(depths, (1, 2), strict=True)),
        Pruned(kernel, 8, 7, 4, 5, (3, 1, 2, 2), density=0.1),
        Pruned(kernel, 8, 4, 8, 4, (1, 2, 0, 1), clamp=(-20.0, 400.0)),
        Pruned(kernel, 8, 3, 32, 4, (3, 1, 1, 1), density=1.0),
    ]


def _dense(kernel: str, counts: tuple[int, ...], inputs: tuple[int, ...]) -> list[Pruned]:
    sums = [Pruned(kernel, 8, rows, depth, 34) for rows, depth in zip(counts, inputs, strict=True)]
    return [*sums, replace(sums[0], inputs=inputs[-1] * 20, density=0.004, outputs=6), replace(sums[0], density=0.0)]


def _sparse(sums: list[Pruned]) -> list[Pruned]:
    return [replace(one, stored="sparse", block=(1, 1)) for one in sums]


def _wide(sums: list[Pruned]) -> list[Pruned]:
    return [replace(one, block=(4, 4)) for one in sums]


def _few(kernel: str, *ratios: tuple[int, int], window: tuple[int, int, int, int] | None = None) -> list[Few]:
    side, inputs = (2, 37) if window is None else (3, 16)
    return [Few(kernel, 8, side, inputs, 9, window, ratio=ratio) for ratio in ratios]


SUMS: Mapping[str, Sequence[Sum]] = {
    "blocks": [
        *_conv("tc_conv2d_blocks2_s8_dsp", by_words=True),
        *_dense("tc_dense_rows_blocks2_s8_dsp", (2, 3), (30, 33)),
        *_dense("tc_dense_blocks2_s8_dsp", (1, 2), (36, 65)),
    ],
    "wide_blocks": _wide([
        *_conv("tc_conv2d_blocks4_s8_dsp", by_words=True),
        *_dense("tc_dense_rows_blocks4_s8_dsp", (2, 3), (30, 33)),
        *_dense("tc_dense_blocks4_s8_dsp", (1, 2), (36, 65)),
    ]),
    "single_weights": _sparse([
        *_conv("tc_conv2d_sparse_s8_dsp", by_words=False),
        Pruned("tc_conv2d_sparse_s8_dsp", 8, 18, 33, 3, (3, 1, 1, 1), density=0.2),
        Pruned("tc_conv2d_sparse_s8_dsp", 8, 11, 5, 3, (1, 1, 0, 1)),
        Pruned("tc_conv2d_sparse_s8_dsp", 8, 10, 40, 3, (5, 2, 0, 1), weights=-128, density=0.1),
        *_dense("tc_conv2d_sparse_s8_dsp", (1, 8, 11), (30, 33, 32)),
    ]),
    "n_of_m": [
        *_few("tc_conv2d_nm_s8_scalar", (1, 4), (4, 8), window=(3, 1, 1, 1)),
        *_few("tc_conv2d_nm_s8_scalar", (2, 4), window=(2, 2, 1, 2)),
        *_few("tc_conv2d_nm_s8_scalar", (1, 8), (2, 8)),
        *_few("tc_dense_nm_s8_ref", (1, 4), (2, 4), (1, 8), (2, 8), (4, 8)),
    ],
}  # fmt: skip
LISTS: Mapping[str, Sequence[Sum]] = {
    "blocks": [
        *_conv("tc_conv2d_blocks_s8_ref", by_words=True),
        *_dense("tc_dense_blocks_s8_ref", (1, 3), (30, 36)),
    ],
    "single_weights": _sparse([
        *_conv("tc_conv2d_sparse_s8_ref", by_words=False),
        *_dense("tc_dense_sparse_s8_ref", (1, 3), (30, 33)),
    ]),
    "n_of_m": [
        *_few("tc_conv2d_nm_s8_ref", (2, 4), window=(3, 1, 1, 1)),
        *_few("tc_conv2d_nm_s8_scalar", (2, 4), window=(3, 1, 1, 1)),
    ],
}  # fmt: skip
"""For every core."""


def _check(sums: Sequence[Sum], board: str | None, folder: Path, patch: pytest.MonkeyPatch) -> None:
    plan = FAST if board else planner(closest)
    built = [program_of(one, f"sum_{i}", folder, patch, plan) for i, one in enumerate(sums)]
    if board is None:
        found = run_on_host(built, folder, folder / "kernels")
    else:
        found = run_on_board(built, load_board(board), folder)
    for case, outputs in zip(built, found, strict=True):
        check(case, outputs)


@pytest.mark.parametrize(
    "family", [pytest.param(name, marks=[pytest.mark.slow] * (name == "wide_blocks")) for name in SUMS]
)
def test_c_under_sanitizers_equals_numpy(family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _check([*SUMS[family], *LISTS.get(family, [])], None, tmp_path, monkeypatch)


@pytest.mark.parametrize("family", SUMS)
def test_board_equals_numpy(family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _check(SUMS[family], BOARD, tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("family", LISTS)
def test_lists_on_the_smallest_core(family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _check(LISTS[family], "cortex-m0", tmp_path, monkeypatch)


def test_what_is_not_proven_is_refused() -> None:
    graph = Pruned("", 8, 2, 1100, 4, density=1.0, weights=127).graph()
    found = candidates(site_of(graph, graph.ops[-1]), load_board(BOARD), {})
    refusals = {one.kernel.name: one.refusal for one in found}
    assert "2^23" in (refusals["tc_dense_rows_blocks2_s8_dsp"] or "")
    assert found[0].kernel.name == "tc_dense_blocks_s8_ref"
    single = Pruned("", 8, 2, 600, 4, density=1.0, weights=127, stored="sparse", block=(1, 1)).graph()
    found = candidates(site_of(single, single.ops[-1]), load_board(BOARD), {})
    assert "2^23" in ({one.kernel.name: one.refusal for one in found}["tc_conv2d_sparse_s8_dsp"] or "")


def _rows(density: float, shape: tuple[int, int] = (6, 20)) -> np.ndarray:
    random = np.random.default_rng(11)
    return (random.integers(-127, 128, shape) * (random.random(shape) < density)).astype(np.int8)


@pytest.mark.parametrize("lists", [SINGLE, BLOCKS], ids=["single", "blocks"])
@pytest.mark.parametrize("rows", [_rows(0.3), _rows(0.002, (5, 2000)), _rows(0.0)], ids=["some", "far", "none"])
def test_lists_hold_every_weight(lists: Lists, rows: np.ndarray) -> None:
    content, counts = lists.packed(rows)
    assert len(counts) == -(-len(rows) // lists.channels) and counts.min() >= 1
    found, at = np.zeros((len(counts) * lists.channels, rows.shape[1] + 1), np.int8), 0
    for number, count in enumerate(counts):
        place = 0
        for entry in content.reshape(-1, 1 + lists.channels * lists.inputs)[at : at + count]:
            place += int(entry[0]) % 256
            block = entry[1:].reshape(lists.inputs, lists.channels).T
            first = number * lists.channels
            found[first : first + lists.channels, place * lists.inputs :][:, : lists.inputs] += block
        at += int(count)
    np.testing.assert_array_equal(found[: len(rows), : rows.shape[1]], rows)
    assert at * (1 + lists.channels * lists.inputs) == len(content)


@pytest.mark.parametrize("ratio", RATIOS, ids=lambda ratio: f"{ratio.n}of{ratio.m}")
def test_units_hold_every_weight(ratio: Ratio) -> None:
    rows = Few("", 8, 1, 37, 5, ratio=(ratio.n, ratio.m)).graph().constants["w"].array
    assert ratio.holds(rows) and ratio_of(rows) == ratio
    units = ratio.packed(rows).reshape(len(rows), ratio.units(37), ratio.unit_bytes)
    found = np.zeros((len(rows), ratio.units(37) * ratio.unit_inputs), np.int8)
    for channel, number in np.ndindex(units.shape[:2]):
        codes = int.from_bytes(units[channel, number, :-4].tobytes(), "little")
        for i, weight in enumerate(units[channel, number, -4:]):
            place = codes >> (2 if ratio.m == 4 else 4) * i & (ratio.m - 1)
            found[channel, number * ratio.unit_inputs + i // ratio.n * ratio.m + place] += weight
    np.testing.assert_array_equal(found[:, :37], rows)
    assert not found[:, 37:].any()


def test_dense_weights_have_no_ratio() -> None:
    assert ratio_of(np.ones((2, 16), np.int8)) is None
    assert ratio_of(np.zeros((2, 16), np.int8)) == RATIOS[0]
    assert ratio_of(np.array([[1, 1, 1, 0, 0, 0, 0, 0]], np.int8)) == Ratio(4, 8)


@pytest.mark.parametrize("inputs", [2, 4])
def test_a_stream_says_where_four_channels_end(inputs: int) -> None:
    blocks, rows = Blocks(inputs, 60, 16), _rows(0.2, (12, 40))
    stream, at, count = blocks.stream(rows, slice(None)), 0, 0
    for quad in range(3):
        head = int(stream[at]) & 0xFFFFFFFF
        lead, words = head >> 11 & 31, head >> 18
        listed = int(blocks.weights(rows)[quad].any(axis=1).sum())
        assert (head & 0x7FF) == -listed % 16 * 60
        assert lead == (1 + -listed % 4 * inputs if listed % 4 else 0)
        assert words == -(-listed // 4) * (1 + 4 * inputs)
        at, count = at + 1 + words, count + listed
    assert at == len(stream) and count == blocks.count(rows)
