"""Codes of weights: C decodes exactly what numpy encoded, on the host under sanitizers and on boards."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tests.support.coding import Coded, compiled, run_on_board, run_on_host
from tinyc.coding.bits import BitReader, BitWriter
from tinyc.ir.types import Array, Encoding
from tinyc.kernels.coded import code_of
from tinyc.targets import load_board


def blocks_of(integers: Array, values: int) -> list[Array]:
    return [integers[first : first + values] for first in range(0, integers.size, values)]


def heads_of(count: int, rng: np.random.Generator) -> list[list[tuple[int, int]]]:
    return [
        [(int(rng.integers(-2048, 0)), 12), (int(rng.integers(0, 1 << 25)), 25), (int(rng.integers(0, 2)), 1)]
        for _ in range(count)
    ]


@cache
def tensors() -> tuple[Coded, ...]:
    return tuple(made())


def made() -> Iterator[Coded]:
    """Few and many different values, blocks of 1, a prime, and many values; one part, and several."""
    rng = np.random.default_rng(11)
    for name, integers in sources(rng):
        for count, values, part in ((1, 1, None), (39, 13, 2), (4100, 410, 3), (517, 47, None)):
            blocks = blocks_of(integers[:count].astype(np.int8), values)
            yield Coded(Encoding(name), blocks, heads_of(len(blocks), rng), part)


def sources(rng: np.random.Generator) -> Iterator[tuple[str, Array]]:
    """Distributions for each encoding: bells from narrow to wide, all values alike, rare outliers, sparse ones."""
    for levels in (1, 2, 3, 16, 33, 64):
        book = rng.choice(np.arange(-128, 128), levels, replace=False)
        yield "codebook", book[rng.integers(0, levels, 4200)]
        yield "huffman", book[rng.integers(0, levels, 4200)]
    yield "compact", rng.integers(-128, 128, 4200)
    for name in ("huffman", "runs"):
        for width in (0, 0.3, 2, 9, 40):
            bell = np.clip(np.rint(rng.normal(0, width, 4200)), -128, 127)
            yield name, bell
            yield name, np.where(rng.random(4200) < 0.02, rng.integers(-128, 128, 4200), bell)
            yield name, np.where(rng.random(4200) < 0.9, 0, bell)
        yield name, rng.integers(-128, 128, 4200)
        yield name, np.where(np.arange(4200) % 1500 == 7, -1, 0)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("coding"))


def test_host_decodes_what_was_encoded(program: Path) -> None:
    coded = tensors()
    assert run_on_host(program, [tensor.written() for tensor in coded]) == b"".join(t.wanted() for t in coded)


@pytest.mark.parametrize(
    "board_name", ["cortex-m4", *(pytest.param(name, marks=pytest.mark.slow) for name in ("cortex-m0", "riscv32"))]
)
def test_boards_decode_what_was_encoded(board_name: str, tmp_path: Path) -> None:
    coded = tensors()
    found = run_on_board([tensor.written() for tensor in coded], load_board(board_name), tmp_path)
    assert found == b"".join(tensor.wanted() for tensor in coded)


def test_corrupted_streams_stay_inside_their_buffers(program: Path) -> None:
    rng = np.random.default_rng(12)
    coded = [tensor for tensor in tensors() for _ in range(10)]
    found = run_on_host(program, [tensor.written(corrupt=rng) for tensor in coded])
    assert len(found) == sum(len(tensor.wanted()) for tensor in coded)


def test_numpy_decodes_what_was_encoded() -> None:
    """The twin of the C, on the first values of each tensor."""
    for tensor in tensors():
        code = code_of(tensor.encoding, tensor.blocks)
        writer = BitWriter()
        code.write(tensor.blocks[0], writer)
        count = min(40, tensor.blocks[0].size)
        assert np.array_equal(code.read(BitReader(writer.content()), count), tensor.blocks[0][:count])
        assert code.bits_of(tensor.blocks[0]) == writer.bits
