"""Kernels that read coded weights: equal to numpy under sanitizers and on the board, in little more memory."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cases.case import Case
from tests.kernels.test_cases_on_host import check
from tests.support.case_program import Built, run_on_board, run_on_host
from tests.support.coded import (
    chain,
    coded,
    dense,
    integer,
    kernels_of,
    pointwise,
    program_of,
    sample_of,
    square,
    written,
)
from tinyc.ir.interp import interpret
from tinyc.kernels.coded import CODED, Coded, code_fields
from tinyc.kernels.record import KERNELS, Table
from tinyc.lower.lower import lower
from tinyc.targets import load_board

BOARD = "cortex-m4"
ENCODINGS = CODED.split("|")

# sizes of 1, prime, whole quads of channels and inputs, several tiles of channels
SUMS: dict[str, list[Case]] = {
    "tc_dense_rows_s8_coded_dsp": [
        pointwise(3, 5, 3, 3), pointwise(64, 64, 1, 3), pointwise(65, 70, 1, 2), dense(3, 33, 6), pointwise(1, 1, 3, 3),
    ],
    "tc_dense_s8_coded_dsp": [dense(1, 3, 16), dense(1, 149, 7), dense(1, 640, 5)],
    "tc_conv2d_s8_coded_dsp": [
        square(1, 5, 5), square(4, 6, 5, stride=2), square(16, 21, 4), square(3, 4, 3, batch=2),
    ],
    "tc_conv2d_dw3x3_s8_coded_dsp": [
        square(1, 1, 4, groups=1), square(5, 5, 3, groups=5), square(4, 8, 5, 2, 2, 4), square(7, 7, 26, groups=7),
    ],
    "tc_conv2d_s8_coded_ref": [square(6, 4, 3, groups=2)],
}  # fmt: skip


def _built(kernel: str, board: str, folder: Path) -> list[Built]:
    """Each case in an encoding of its own, in turn."""
    target = load_board(board)
    return [
        program_of(integer(case), target, ENCODINGS[i % len(ENCODINGS)], folder) for i, case in enumerate(SUMS[kernel])
    ]


@pytest.fixture(scope="module")
def kernels_at(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kernels")


@pytest.mark.parametrize("kernel", SUMS)
def test_c_under_sanitizers_equals_numpy(kernel: str, tmp_path: Path, kernels_at: Path) -> None:
    built = _built(kernel, BOARD, tmp_path)
    assert kernel in kernels_of(built)
    for case, outputs in zip(built, run_on_host(built, tmp_path, kernels_at), strict=True):
        check(case, outputs)


def test_the_board_equals_numpy(tmp_path: Path) -> None:
    built = [one for kernel in SUMS for one in _built(kernel, BOARD, tmp_path)[:2]]
    for case, outputs in zip(built, run_on_board(built, load_board(BOARD), tmp_path), strict=True):
        check(case, outputs)


def test_every_core_has_kernels(tmp_path: Path, kernels_at: Path) -> None:
    board = load_board("cortex-m0")
    built = [program_of(integer(cases[-1]), board, name, tmp_path)
             for cases, name in zip(SUMS.values(), ENCODINGS, strict=False)]  # fmt: skip
    assert kernels_of(built) == {"tc_conv2d_s8_coded_ref", "tc_dense_s8_coded_ref"}
    for case, outputs in zip(built, run_on_host(built, tmp_path, kernels_at), strict=True):
        check(case, outputs)


@pytest.mark.slow
@pytest.mark.parametrize("encoding, board", [*product(ENCODINGS, (BOARD, "cortex-m0"))])
def test_every_encoding_of_every_case(encoding: str, board: str, tmp_path: Path, kernels_at: Path) -> None:
    cases = [case for cases in SUMS.values() for case in cases]
    built = [program_of(integer(case), load_board(board), encoding, tmp_path) for case in cases]
    for case, outputs in zip(built, run_on_host(built, tmp_path, kernels_at), strict=True):
        check(case, outputs)


def _damaged(*arguments: Any) -> Coded:
    """Some bits of the string turned over."""
    made = code_fields(*arguments)
    stream = made.code.fields["stream"]
    assert isinstance(stream, Table)
    random = np.random.default_rng(len(stream.array))
    bytes_ = stream.array.copy()
    places = random.integers(0, len(bytes_), 1 + len(bytes_) // 8)
    bytes_[places] ^= (1 << random.integers(0, 8, len(places))).astype(np.uint8)
    return replace(made, code=replace(made.code, fields={**made.code.fields, "stream": replace(stream, array=bytes_)}))


def test_strips_of_the_plain_kernel(tmp_path: Path, kernels_at: Path) -> None:
    graph, board = chain(40, 9, 3), load_board("cortex-m0")
    built = written(coded(graph, "runs"), sample_of(graph), board, tmp_path)
    assert int(built.result.program.calls[1].params.fields["strip_rows"]) < 81  # type: ignore[arg-type]
    assert built.result.program.arena_bytes <= lower(graph, board).arena_bytes + 2048
    (outputs,) = run_on_host([built], tmp_path, kernels_at)
    check(built, outputs)


def test_depthwise_layers_of_the_plain_kernel_lie_over_their_inputs(tmp_path: Path, kernels_at: Path) -> None:
    graph, board = chain(40, 9, 3, depthwise=True), load_board("cortex-m0")
    built = written(coded(graph, "compact"), sample_of(graph), board, tmp_path)
    assert built.result.program.calls[1].params.fields["copied"] == 1
    assert built.result.program.arena_bytes <= lower(graph, board).arena_bytes + 2048
    (outputs,) = run_on_host([built], tmp_path, kernels_at)
    check(built, outputs)


def test_damaged_strings_end_inside_all_buffers(
    tmp_path: Path, kernels_at: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinyc.kernels.coded_weights.code_fields", _damaged)
    cases = [cases[-1] for cases in SUMS.values()]
    built = [program_of(integer(case), load_board(BOARD), name, tmp_path)
             for case, name in zip(cases, ["huffman", "runs", "codebook", "huffman", "runs"], strict=True)]  # fmt: skip
    for case, outputs in zip(built, run_on_host(built, tmp_path, kernels_at), strict=True):
        expected = interpret(case.result.graph, case.variant.samples)
        assert [array.shape for array in outputs] == [expected[name].shape for name in case.result.graph.outputs]


def test_every_kernel_with_coded_weights_of_int8_is_reached() -> None:
    names = {name for _, name in KERNELS if "s8_coded" in name}
    assert names == {*SUMS, "tc_dense_s8_coded_ref"}


def test_outputs_over_inputs_cost_more_decodings_and_little_memory(tmp_path: Path, kernels_at: Path) -> None:
    """All channels of 64 x 64 weights are too large for a tile: without strips x and y would lie apart."""
    dense_graph, board = chain(64, 10, 3), load_board(BOARD)
    built = written(coded(dense_graph, "huffman"), sample_of(dense_graph), board, tmp_path)
    strips = [call.params.fields["strip_rows"] for call in built.result.program.calls]
    assert all(isinstance(rows, int) and 1 < rows < 100 for rows in strips[1:-1])
    assert built.result.program.arena_bytes <= lower(dense_graph, board).arena_bytes + 2048
    (outputs,) = run_on_host([built], tmp_path, kernels_at)
    check(built, outputs)
