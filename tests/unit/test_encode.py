"""Encodings of weights that the compiler chooses by itself: by goal, from cycles and bytes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.support.few_bits import BOARD
from tests.support.pruned import Few, Pruned
from tinyc.ir.blobs import Blob
from tinyc.ir.graph import Graph
from tinyc.ir.interp import interpret
from tinyc.ir.types import Encoding
from tinyc.lower.encode import encoded
from tinyc.lower.goal import Goal
from tinyc.lower.lower import lower
from tinyc.targets import Board, load_board

CONV = Pruned("", 8, 8, 32, 32, (3, 1, 1, 1), stored="dense", density=0.3)
FULL = replace(CONV, density=1.0)
SINGLE = replace(CONV, block=(1, 1), density=0.15)
HALF = replace(CONV, block=(1, 1), density=0.7)
ROW = Pruned("", 8, 1, 256, 64, stored="dense", block=(4, 4), density=0.2)


def _encoding(graph: Graph, goal: Goal) -> str:
    return encoded(graph, load_board(BOARD), goal).graph.types["w"].encoding.name


@pytest.mark.parametrize(
    "pruned, goal, expected",
    [
        (CONV, Goal.TIME, "block_sparse"),
        (CONV, Goal.BALANCED, "block_sparse"),
        (ROW, Goal.RAM, "block_sparse"),
        (CONV, Goal.RAM, "block_sparse"),
        (ROW, Goal.BALANCED, "block_sparse"),
        (SINGLE, Goal.TIME, "sparse"),
        (FULL, Goal.TIME, "dense"),
        (FULL, Goal.BALANCED, "dense"),
        (HALF, Goal.TIME, "dense"),
    ],
)
def test_the_goal_decides(pruned: Pruned, goal: Goal, expected: str) -> None:
    assert _encoding(pruned.graph(), goal) == expected


@pytest.mark.parametrize(
    "ratio, board, goal, expected",
    [
        ((2, 4), "cortex-m3", Goal.TIME, "nm"),
        ((2, 4), "cortex-m3", Goal.BALANCED, "nm"),
        ((1, 4), "cortex-m3", Goal.TIME, "nm"),
        ((2, 4), "cortex-m0", Goal.TIME, "dense"),
        ((1, 4), "cortex-m0", Goal.TIME, "nm"),
        ((2, 4), "cortex-m4", Goal.TIME, "dense"),
        ((2, 4), "cortex-m4", Goal.FLASH, "nm"),
    ],
)
def test_some_of_many(ratio: tuple[int, int], board: str, goal: Goal, expected: str) -> None:
    graph = Few("", 8, 8, 32, 32, (3, 1, 1, 1), ratio=ratio, stored="dense").graph()
    assert encoded(graph, load_board(board), goal).graph.types["w"].encoding.name == expected


def test_flash_takes_the_fewest_bytes() -> None:
    graph = _clustered(replace(ROW, block=(1, 1), density=0.4).graph())
    found = encoded(graph, load_board(BOARD), Goal.FLASH).graph
    assert found.types["w"].encoding.name in ("huffman", "runs")
    sizes = {}
    for name in ("dense", "codebook", "huffman", "runs", "block_sparse", "sparse"):
        program = lower(_stored(graph, Encoding(name)), load_board(BOARD), Goal.FLASH)
        sizes[name] = sum(constant.bytes for constant in program.constants)
    assert min(sizes, key=lambda name: sizes[name]) == found.types["w"].encoding.name


def test_fewer_cycles_are_estimated_and_the_bytes_are_known() -> None:
    board, graph = load_board(BOARD), CONV.graph()
    found = encoded(graph, board)
    program = lower(found.graph, board)
    (call,) = program.calls
    assert call.encoding == "block_sparse" and "blocks" in call.kernel
    stored = sum(constant.bytes for constant in program.constants if constant.encoding != "dense")
    assert found.graph.types["w"].stored_bytes == stored < graph.types["w"].stored_bytes / 2
    assert "1 block_sparse" in found.remark and "cycles -" in found.remark


def test_values_stay() -> None:
    graph = CONV.graph()
    found = encoded(graph, load_board(BOARD)).graph
    values = [interpret(one, {"x": CONV.sample()})["y"] for one in (graph, found)]
    np.testing.assert_array_equal(*values)


def test_what_a_recipe_says_is_left() -> None:
    graph = _stored(CONV.graph(), Encoding("dense", (("chosen", 1),)))
    found = encoded(graph, load_board(BOARD))
    assert found.graph is graph and found.remark == ""


def test_few_bytes_are_not_worth_the_code() -> None:
    small = _clustered(replace(CONV, inputs=8, outputs=8, block=(1, 1), density=0.9).graph())
    assert _encoding(small, Goal.FLASH) == "dense"


def test_the_arena_of_the_fastest_kernels_does_not_grow() -> None:
    board = load_board(BOARD)
    for pruned in (CONV, SINGLE, ROW):
        graph = pruned.graph()
        before, after = (lower(one, board, Goal.TIME).arena_bytes for one in (graph, encoded(graph, board).graph))
        assert after <= before


def test_speed_stays_within_the_board() -> None:
    board, graph = load_board(BOARD), SINGLE.graph()
    fastest = encoded(graph, board, Goal.TIME).graph
    budget = replace(board.budget, ram_bytes=lower(fastest, board, Goal.TIME).arena_bytes - 64, stack_bytes=0)
    assert fastest.types["w"].encoding.name == "sparse"
    assert _encoding_on(replace(board, budget=budget), graph) != "sparse"


def _encoding_on(board: Board, graph: Graph) -> str:
    return encoded(graph, board, Goal.TIME).graph.types["w"].encoding.name


def _stored(graph: Graph, encoding: Encoding) -> Graph:
    draft = graph.draft()
    draft.types["w"] = replace(graph.types["w"], encoding=encoding)
    return draft.freeze()


def _clustered(graph: Graph) -> Graph:
    """With a dozen different weights."""
    draft = graph.draft()
    draft.constants["w"] = Blob((graph.constants["w"].array.astype(np.int64) // 24 * 20).astype(np.int8))
    return draft.freeze()
