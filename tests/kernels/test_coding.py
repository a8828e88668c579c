"""Codes of weights: C decodes exactly what numpy encoded, on the host under sanitizers and on boards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.support.coding import Coded, run_on_board, run_on_host
from tinyc.ir.types import Array, Encoding
from tinyc.targets import load_board


def blocks_of(integers: Array, values: int) -> list[Array]:
    return [integers[first : first + values] for first in range(0, integers.size, values)]


def heads_of(count: int, rng: np.random.Generator) -> list[list[tuple[int, int]]]:
    return [
        [(int(rng.integers(-2048, 0)), 12), (int(rng.integers(0, 1 << 25)), 25), (int(rng.integers(0, 2)), 1)]
        for _ in range(count)
    ]


def tensors() -> Iterator[Coded]:
    """Few and many different values, blocks of 1, a prime, and many values; one part, and several."""
    rng = np.random.default_rng(11)
    for name, integers in sources(rng):
        for count, values, part in ((1, 1, None), (39, 13, 2), (4000, 400, 3), (517, 47, None)):
            blocks = blocks_of(integers[:count].astype(np.int8), values)
            yield Coded(Encoding(name), blocks, heads_of(len(blocks), rng), part)


def sources(rng: np.random.Generator) -> Iterator[tuple[str, Array]]:
    """Distributions for each encoding: bells from narrow to wide, all values alike, rare outliers, sparse ones."""
    for levels in (1, 2, 3, 16, 33, 64):
        book = rng.choice(np.arange(-128, 128), levels, replace=False)
        yield "codebook", book[rng.integers(0, levels, 4000)]
        yield "huffman", book[rng.integers(0, levels, 4000)]
    yield "compact", rng.integers(-128, 128, 4000)
    for name in ("huffman", "runs"):
        for width in (0, 0.3, 2, 9, 40):
            bell = np.clip(np.rint(rng.normal(0, width, 4000)), -128, 127)
            yield name, bell
            yield name, np.where(rng.random(4000) < 0.02, rng.integers(-128, 128, 4000), bell)
            yield name, np.where(rng.random(4000) < 0.9, 0, bell)
        yield name, rng.integers(-128, 128, 4000)
        yield name, np.where(np.arange(4000) % 1500 == 7, -1, 0)


def test_host_decodes_what_was_encoded(tmp_path: Path) -> None:
    coded = list(tensors())
    assert run_on_host([tensor.written() for tensor in coded], tmp_path) == b"".join(t.wanted() for t in coded)


@pytest.mark.parametrize("board_name", ["cortex-m4"])
def test_boards_decode_what_was_encoded(board_name: str, tmp_path: Path) -> None:
    coded = list(tensors())
    found = run_on_board([tensor.written() for tensor in coded], load_board(board_name), tmp_path)
    assert found == b"".join(tensor.wanted() for tensor in coded)


def test_corrupted_streams_stay_inside_their_buffers(tmp_path: Path) -> None:
    rng = np.random.default_rng(12)
    coded = [tensor for tensor in tensors() for _ in range(10)]
    found = run_on_host([tensor.written(corrupt=rng) for tensor in coded], tmp_path)
    assert len(found) == sum(len(tensor.wanted()) for tensor in coded)
