"""Random tensors in every code, then what lies in flash damaged: decoders end, and stay inside their buffers.

Run for long: python -c "from tests.fuzz.code_streams import fuzz; print(fuzz(100000, 1))"
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from tests.support.coding import Coded, compiled, run_on_host
from tinyc.errors import ToolFailed
from tinyc.ir.types import Array, Encoding
from tinyc.kernels.coded import CODED, can_code

_AT_ONCE = 500


def random_tensor(rng: np.random.Generator) -> Coded:
    """A distribution, a code that can hold it, blocks of one length with heads, in one part or several."""
    count = rng.integers(1, 1500) if rng.random() < 0.8 else rng.integers(4096, 6000)
    integers = random_integers(rng, int(count))
    names = [name for name in CODED.split("|") if can_code(name, integers)]
    values = int(rng.integers(1, 400))
    blocks = [integers[first : first + values] for first in range(0, integers.size, values)]
    heads = [[(int(rng.integers(0, 1 << bits)), int(bits)) for bits in rng.integers(1, 26, rng.integers(0, 4))]
             for _ in blocks]  # fmt: skip
    return Coded(Encoding(str(rng.choice(names))), blocks, heads, int(rng.integers(1, len(blocks) + 1)))


def random_integers(rng: np.random.Generator, count: int) -> Array:
    """A bell, some levels, or all values; perhaps mostly zero, perhaps with outliers."""
    bell = np.rint(rng.normal(0, rng.choice([0.2, 1, 5, 20, 60]), count))
    levels = rng.choice(rng.integers(-128, 128, rng.integers(1, 70)), count)
    found = np.clip(rng.choice(np.stack([bell, levels, rng.integers(-128, 128, count)])), -128, 127)
    found = np.where(rng.random(count) < rng.choice([0, 0.5, 0.95]), 0, found)
    return np.where(rng.random(count) < rng.choice([0, 0.01]), rng.integers(-128, 128, count), found).astype(np.int8)


def fuzz(cases: int, seed: int) -> list[str]:
    """What went wrong: nothing. Each case is decoded once as it was written and twice damaged."""
    rng = np.random.default_rng(seed)
    with TemporaryDirectory() as name:
        program = compiled(Path(name))
        rounds = [min(_AT_ONCE, cases - done) for done in range(0, cases, _AT_ONCE)]
        return [finding for count in rounds for finding in _round(count, rng, program)]


def _round(count: int, rng: np.random.Generator, program: Path) -> list[str]:
    tensors = [random_tensor(rng) for _ in range(count)]
    try:
        intact = run_on_host(program, [tensor.written() for tensor in tensors])
        damaged = run_on_host(program, [tensor.written(corrupt=rng) for tensor in tensors for _ in range(2)])
    except ToolFailed as stopped:
        return [str(stopped)]
    wanted = b"".join(tensor.wanted() for tensor in tensors)
    findings = [] if intact == wanted else ["a tensor decodes to other values"]
    return findings if len(damaged) == 2 * len(wanted) else [*findings, "a damaged tensor decodes to another length"]
