"""Codes of weights: the lengths are the best ones, descriptions say what they describe, and sharing pays."""

from __future__ import annotations

import heapq
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyc.coding.bits import BitReader, BitWriter
from tinyc.coding.codebook import Codebook
from tinyc.coding.huffman import Huffman
from tinyc.coding.lengths import code_lengths
from tinyc.coding.ranges import as_number, described, from_number, ranges_for, singles_for
from tinyc.coding.runs import Runs
from tinyc.coding.shared import shared_codes
from tinyc.coding.stream import stream_of
from tinyc.ir.types import Array

COUNTS = st.lists(st.integers(0, 1000), min_size=2, max_size=40).filter(lambda counts: sum(map(bool, counts)) > 1)


def huffman_bits(counts: list[int]) -> int:
    """Bits of all symbols under a Huffman code without a bound."""
    heap, bits = [count for count in counts if count], 0
    heapq.heapify(heap)
    while len(heap) > 1:
        both = heapq.heappop(heap) + heapq.heappop(heap)
        bits += both
        heapq.heappush(heap, both)
    return bits


@given(COUNTS)
def test_without_a_bound_that_matters_lengths_are_those_of_huffman(counts: list[int]) -> None:
    assert int((code_lengths(np.array(counts), 40) * counts).sum()) == huffman_bits(counts)


@given(COUNTS, st.integers(6, 9))
def test_lengths_fill_the_tree_within_the_bound(counts: list[int], limit: int) -> None:
    lengths = code_lengths(np.array(counts), limit)
    assert (lengths > 0).tolist() == [count > 0 for count in counts]
    assert lengths.max() <= limit and sum(2.0**-length for length in lengths if length) == 1


@given(st.lists(st.integers(1, 60), min_size=2, max_size=6))
def test_no_lengths_within_the_bound_are_better(counts: list[int]) -> None:
    found = int((code_lengths(np.array(counts), 3) * counts).sum())
    possible = [lengths for lengths in product((1, 2, 3), repeat=len(counts)) if sum(2.0**-n for n in lengths) <= 1]
    assert found == min(sum(map(int.__mul__, lengths, counts)) for lengths in possible)


def bell(width: float, count: int, seed: int = 0) -> Array:
    return np.clip(np.rint(np.random.default_rng(seed).normal(0, width, count)), -127, 127).astype(np.int8)


@pytest.mark.parametrize("width", [0, 0.5, 3, 20, 80])
def test_a_number_stands_for_a_code(width: float) -> None:
    code = Huffman.made_for(bell(width, 3000))
    assert Huffman.from_number(code.number) == code


def test_descriptions_of_gaps() -> None:
    counts = np.zeros(256, np.int64)
    counts[[0, 17, 18, 50, 200, 255]] = 5
    for ranges in (ranges_for(counts), singles_for(counts, 7)):
        assert from_number(as_number(ranges)) == ranges
        assert described(ranges).size % 3 == 0


@pytest.mark.parametrize("width", [0.5, 3, 20, 80])
def test_bytes_come_close_to_the_entropy(width: float) -> None:
    integers = bell(width, 20000)
    shares = np.unique(integers, return_counts=True)[1] / integers.size
    entropy = -float((shares * np.log2(shares)).sum()) * integers.size / 8
    code = Huffman.made_for(integers)
    taken = code.bits_of(integers) / 8 + code.table.size
    assert entropy <= taken
    assert taken <= 1.03 * entropy + 40 or width < 1  # a word has a bit at least


def test_runs_take_less_than_a_bit_for_a_zero() -> None:
    integers = np.where(np.random.default_rng(1).random(20000) < 0.95, 0, bell(30, 20000)).astype(np.int8)
    code = Runs.made_for([integers])
    assert code.bits_of(integers) / 8 + code.table.size < 0.65 * Huffman.made_for(integers).bits_of(integers) / 8


def test_layers_that_are_alike_share_and_others_do_not() -> None:
    tensors = [bell(20, 300, 1), bell(2, 9000, 2), bell(20, 400, 3), bell(60, 9000, 4)]
    codes = shared_codes(tensors)
    assert codes[0] == codes[2]
    assert len(set(codes)) == 3
    own = [Huffman.made_for(integers) for integers in tensors]
    assert bits_with_tables(codes, tensors) < bits_with_tables(own, tensors)


def bits_with_tables(codes: list[Huffman], tensors: list[Array]) -> int:
    tables = sum(8 * code.table.size for code in set(codes))
    return tables + sum(code.bits_of(integers) for code, integers in zip(codes, tensors, strict=True))


def test_shared_codes_have_a_word_for_zero() -> None:
    (code,) = shared_codes([np.array([[5, 9]], np.int8)])
    writer = BitWriter()
    code.write(np.array([0, 5, 9, 0], np.int8), writer)
    assert code.read(BitReader(writer.content()), 4).tolist() == [0, 5, 9, 0]


def test_parts_begin_at_whole_bytes() -> None:
    blocks = [np.array([value, -1], np.int8) for value in range(5)]
    code = Codebook.made_for(np.array(blocks))
    stream = stream_of(code, blocks, [[(3, 2)]] * 5, blocks_of_part=2)
    assert len(stream.sizes) == 3 and sum(stream.sizes) == len(stream.content)
    for part in range(3):
        reader = BitReader(stream.content, 8 * sum(stream.sizes[:part]))
        for block in blocks[2 * part :][:2]:
            assert reader.take(2) == 3
            assert code.read(reader, 2).tolist() == block.tolist()


def test_a_value_without_a_word_is_our_mistake() -> None:
    with pytest.raises(AssertionError, match="no word"):
        Huffman.made_for(np.array([1, 2], np.int8)).write(np.array([100], np.int8), BitWriter())
