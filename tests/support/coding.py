"""Coded tensors for the program in tests/kernels/coding.c: what it reads, and what it must write."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from tests.support.case_program import HOST, WARNINGS
from tinyc.coding.stream import Head
from tinyc.emulate.image import board_compiler, link_image
from tinyc.emulate.run import run_elf
from tinyc.ir.types import Array, Encoding
from tinyc.kernels import coded as code
from tinyc.kernels.record import Table
from tinyc.resources import runtime_dir
from tinyc.targets import Board
from tinyc.toolchain import Compiler, compile_objects, host_cc, link, run_tool

CODECS = ("tc_codebook", "tc_compact", "tc_huffman", "tc_huffman_short", "tc_runs")
PROGRAM = Path(__file__).parents[1] / "kernels" / "coding.c"
STDIO = Path(__file__).with_name("port_stdio.c")
INCLUDES = (runtime_dir() / "include", runtime_dir() / "port")
SOURCES = (PROGRAM, *(runtime_dir() / "kernels" / "coding" / f"{codec}.c" for codec in CODECS))


@dataclass(frozen=True)
class Coded:
    """One tensor: its blocks, the numbers before each, and how many blocks a part has."""

    encoding: Encoding
    blocks: Sequence[Array]
    heads: Sequence[Head]
    blocks_of_part: int | None = None

    @cached_property
    def coded(self) -> code.Coded:
        return code.code_fields(self.encoding, self.blocks, self.heads, self.blocks_of_part)

    def wanted(self) -> bytes:
        parts = []
        for block, head in zip(self.blocks, self.heads, strict=True):
            parts += [struct.pack(f"<{len(head)}i", *(value for value, _ in head)), block.astype(np.int8).tobytes()]
        return b"".join(parts)

    def written(self, corrupt: np.random.Generator | None = None) -> bytes:
        """For the program; with `corrupt`, some bytes of the stream, and now and then of the table
        and the sizes, are others.
        """
        coded, fields = self.coded, self.coded.code.fields
        stream, sizes, table = (_content(fields[name]) for name in ("stream", "sizes", "table"))
        if corrupt is not None:
            stream = corrupted(stream, corrupt)
            table = corrupted(table, corrupt) if table.size and corrupt.random() < 0.3 else table
            sizes = corrupted(sizes, corrupt) if sizes.size and corrupt.random() < 0.3 else sizes
        header = struct.pack(
            "<7i", CODECS.index(coded.codec.name), table.nbytes, stream.nbytes, sizes.size, len(self.blocks),
            self.blocks_of_part or len(self.blocks), coded.scratch_bytes,
        )  # fmt: skip
        shapes = map(_shape, self.blocks, self.heads)
        return b"".join([header, sizes.tobytes(), table.tobytes(), stream.tobytes(), *shapes])


def corrupted(stream: Array, rng: np.random.Generator) -> Array:
    """Up to eight elements, or all, replaced by other bytes."""
    changed = stream.copy()
    places = rng.integers(0, stream.size, rng.integers(1, 9)) if rng.random() < 0.7 else np.arange(stream.size)
    changed[places] = rng.integers(0, 256, len(places)) if rng.random() < 0.7 else rng.choice([0, 255])
    return changed


def compiled(folder: Path) -> Path:
    """The program for this machine, with sanitizers."""
    compiler = Compiler(tuple(host_cc()), (*WARNINGS, *HOST), INCLUDES)
    return link(compiler, compile_objects(compiler, [*SOURCES, STDIO], folder / "objects"), folder / "coding")


def run_on_host(program: Path, contents: Sequence[bytes]) -> bytes:
    """The program's output; ToolFailed where a sanitizer stops it."""
    _write(contents, program.parent)
    run_tool([program], cwd=program.parent)
    return (program.parent / "output.bin").read_bytes()


def run_on_board(contents: Sequence[bytes], board: Board, folder: Path) -> bytes:
    objects = compile_objects(board_compiler(board, (*WARNINGS, "-O2"), INCLUDES), SOURCES, folder / "project")
    elf = link_image(board, folder, objects)
    _write(contents, folder)
    run_elf(elf, board, folder)
    return (folder / "output.bin").read_bytes()


def _write(contents: Sequence[bytes], folder: Path) -> None:
    (folder / "input.bin").write_bytes(struct.pack("<i", len(contents)) + b"".join(contents))


def _content(field: object) -> Array:
    if field is None:
        return np.zeros(0, np.uint8)
    assert isinstance(field, Table)
    return field.array


def _shape(block: Array, head: Head) -> bytes:
    bits = [-bits if value < 0 else bits for value, bits in head]
    return struct.pack(f"<{2 + len(head)}i", len(head), block.size, *bits)
