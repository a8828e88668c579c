"""Calibration data from disk: `.npz` files or a folder of them, a few samples in memory at a time."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import IO

import numpy as np

from tinyc.calibration.calibration import Calibration, Sample
from tinyc.codegen.manifest import Tensor
from tinyc.errors import DataError
from tinyc.host.samples import as_input
from tinyc.ir.graph import Graph
from tinyc.ir.types import Array

_CHUNK = 16
_HINT = "numpy.savez(path, x=samples) with samples [N, ...] writes such a file"


def open_calibration(path: Path, graph: Graph) -> Calibration:
    """Samples for the graph's inputs: key `x` or one key for each input, real numbers in declared shapes.

    `path` is an .npz file or a folder of them, read in the order of their names. DataError names file and key.
    """
    tensors = [_tensor(graph, name) for name in graph.fed]
    files = _files(path)
    count = sum(_count(file, tensors) for file in files)
    return Calibration(lambda: _samples(files, tensors), count, _tracked)


def fingerprint(path: Path) -> str:
    """SHA-256 of a file; of a folder, that of the digests of its .npz files in the order of their names. DataError."""
    digests = [_sha256(file) for file in _files(path)]
    return hashlib.sha256("".join(digests).encode()).hexdigest() if path.is_dir() else digests[0]


def _sha256(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"{file} cannot be read: {error.strerror}", hint=_HINT) from error


def _files(path: Path) -> list[Path]:
    files = sorted(path.glob("*.npz")) if path.is_dir() else [path]
    if not files:
        raise DataError(f"{path} holds no .npz files", hint=_HINT)
    return files


def _tracked(samples: Iterable[Sample], count: int, title: str) -> Iterator[Sample]:
    from tinyc.report.progress import track

    with track(title, count) as advance:
        for sample in samples:
            yield sample
            advance(1)


def _tensor(graph: Graph, name: str) -> Tensor:
    kind = graph.types[name]
    return Tensor(name, kind.dtype.numpy.name, kind.shape, kind.layout.value, kind.bytes)


def _samples(files: Sequence[Path], tensors: Sequence[Tensor]) -> Iterator[Sample]:
    for file in files:
        with ExitStack() as stack:
            members = [_opened(stack, file, tensor, len(tensors)) for tensor in tensors]
            first = 0
            for chunks in zip(*(member.chunks() for member in members), strict=True):
                yield from _rows(tensors, chunks, [member.place for member in members], first)
                first += len(chunks[0])


def _rows(tensors: Sequence[Tensor], chunks: Sequence[Array], places: Sequence[str], first: int) -> Iterator[Sample]:
    ready = [as_input(c, tensor, place, first) for c, tensor, place in zip(chunks, tensors, places, strict=True)]
    for index in range(len(ready[0]) if ready else 0):
        yield {tensor.name: array[index] for tensor, array in zip(tensors, ready, strict=True)}


def _count(file: Path, tensors: Sequence[Tensor]) -> int:
    with ExitStack() as stack:
        counts = {tensor.name: _opened(stack, file, tensor, len(tensors)).count for tensor in tensors}
    if len(set(counts.values())) > 1:
        raise DataError(f"{file}: different numbers of samples: {counts}", hint="give every input the same samples")
    return next(iter(counts.values()), 0)


@dataclass(frozen=True, slots=True)
class _Member:
    """One array of an .npz file, read from front to back."""

    stream: IO[bytes]
    place: str
    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]

    @property
    def count(self) -> int:
        return self.shape[0]

    def chunks(self) -> Iterator[Array]:
        """Arrays [up to _CHUNK, ...]."""
        row = prod(self.shape[1:]) * self.dtype.itemsize
        left = self.count
        while left:
            rows = min(_CHUNK, left)
            content = self.stream.read(rows * row)
            if len(content) != rows * row:
                raise DataError(f"{self.place}: the file ends too early", hint=_HINT)
            yield np.frombuffer(content, self.dtype).reshape(rows, *self.shape[1:])
            left -= rows


def _opened(stack: ExitStack, file: Path, tensor: Tensor, inputs: int) -> _Member:
    try:
        archive = stack.enter_context(zipfile.ZipFile(file))
    except OSError as error:
        raise DataError(f"{file}: {error.strerror or error}", hint=_HINT) from error
    except zipfile.BadZipFile as error:
        raise DataError(f"{file} is not an .npz file", hint=_HINT) from error
    names = [name.removesuffix(".npy") for name in archive.namelist()]
    key = "x" if inputs == 1 and "x" in names else tensor.name
    if key not in names:
        wanted = f'"x" or "{key}"' if inputs == 1 else f'"{key}"'
        raise DataError(f"{file}: no key {wanted}; found {', '.join(names) or 'none'}", hint=_HINT)
    stream = stack.enter_context(archive.open(f"{key}.npy"))
    return _header(stream, f'{file}: key "{key}"')


def _header(stream: IO[bytes], place: str) -> _Member:
    try:
        version = np.lib.format.read_magic(stream)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = read(stream)
    except ValueError as error:
        raise DataError(f"{place}: {error}", hint=_HINT) from error
    if fortran and len(shape) > 1:
        raise DataError(f"{place} is in Fortran order", hint="save it as numpy.ascontiguousarray(samples)")
    if dtype.kind not in "fiub" or not shape or shape[0] == 0:
        raise DataError(f"{place}: shape {list(shape)} of {dtype} holds no samples of numbers", hint=_HINT)
    return _Member(stream, place, tuple(shape), dtype)
