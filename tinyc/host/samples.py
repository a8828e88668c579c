"""Sample data: `.npz` files in, the model's bytes in memory order out, and back."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from tinyc.codegen.manifest import Tensor
from tinyc.errors import DataError, OutputError
from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.fixedpoint import quantize_real

LABELS = "y"
CLASSES = ("classes", "class_names")
_ONLY_INPUT = "x"
_ONLY_OUTPUT = "y"
_SAVE = "np.savez(path, x=samples, y=labels) makes such a file"


@dataclass(frozen=True, slots=True)
class Samples:
    """Samples as the model takes them: for each input an array [N, *shape] of its dtype, in declared axis order.

    `labels` is what the file has under `y`, or None. `real` holds the real numbers of those inputs that were quantised.
    """

    inputs: Mapping[str, Array]
    labels: Array | None = None
    real: Mapping[str, Array] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.inputs.values())))

    def part(self, start: int, stop: int) -> Samples:
        """The samples from `start` up to `stop`."""
        cut = slice(start, stop)
        labels = None if self.labels is None else self.labels[cut]
        inputs, real = ({name: array[cut] for name, array in arrays.items()} for arrays in (self.inputs, self.real))
        return Samples(inputs, labels, real)

    def first(self, count: int) -> Samples:
        """At most so many samples."""
        return self.part(0, count)

    def sample(self, index: int) -> dict[str, Array]:
        """The inputs of one inference, by name."""
        return {name: array[index] for name, array in self.inputs.items()}


def load_samples(path: Path, inputs: Sequence[Tensor], limit: int | None = None) -> Samples:
    """The samples of a file for a model with these inputs; at most `limit`.

    Real numbers are quantised with the input's scale and zero point, integers of the input's own dtype are taken as
    they are, and other integers (pixels) are real numbers where the ONNX file takes floats. DataError names file, key,
    and what was expected.
    """
    arrays = _read(path)
    found = {tensor.name: _array_of(path, arrays, tensor, len(inputs)) for tensor in inputs}
    count = _common_count(path, found)
    labels = arrays.get(LABELS) if all(tensor.name != LABELS for tensor in inputs) else None
    if labels is not None and (labels.ndim == 0 or len(labels) != count):
        raise DataError(f'{path}: key "{LABELS}": {list(labels.shape)} labels for {count} samples', hint=_SAVE)
    kept = count if limit is None else min(count, limit)
    ready = {
        tensor.name: as_input(found[tensor.name][:kept], tensor, f'{path}: key "{_key(arrays, tensor, len(inputs))}"')
        for tensor in inputs
    }
    real = {
        tensor.name: as_input(found[tensor.name][:kept], _unquantised(tensor), str(path))
        for tensor in inputs
        if _is_real(found[tensor.name], tensor)
    }
    return Samples(ready, None if labels is None else labels[:kept], real)


def _unquantised(tensor: Tensor) -> Tensor:
    return replace(tensor, dtype="float32", scale=None, zero_point=None)


def class_names(path: Path) -> tuple[str, ...]:
    """Texts under a key of CLASSES of a file, in the order of the classes; empty if it has none."""
    arrays = _read(path)
    found = [arrays[key] for key in CLASSES if key in arrays and arrays[key].dtype.kind == "U"]
    return tuple(str(name) for name in found[0].reshape(-1)) if found else ()


def as_input(values: Array, tensor: Tensor, place: str, first: int = 0) -> Array:
    """Values [N, ...] as [N, *declared shape] of the input's dtype. DataError, which starts with `place` and counts
    samples from `first`.
    """
    declared = tensor.type
    if values.dtype.kind not in "fiub":
        raise DataError(f"{place}: dtype {values.dtype}; expected numbers", hint=_wanted(declared))
    shaped = _shaped(values, declared, place)
    if shaped.dtype == declared.dtype.numpy and not declared.dtype.is_float:
        return shaped
    if declared.dtype.is_float:
        return _finite(shaped, place, first)
    if _is_real(shaped, tensor):
        return quantized(_finite(shaped, place, first), declared)
    if declared.quant is None and shaped.dtype.kind in "iub":
        return _exactly(shaped, declared, place)
    raise DataError(f"{place}: dtype {values.dtype} for an input of {declared.dtype.numpy}", hint=_wanted(declared))


def _is_real(values: Array, tensor: Tensor) -> bool:
    """True for real numbers that the model takes as integers: floats, and pixels and the like where the ONNX file takes
    floats. Integers of the input's own type are no such numbers.
    """
    if tensor.scale is None or values.dtype == np.dtype(tensor.dtype):
        return False
    return values.dtype.kind == "f" or (tensor.float_in_model and values.dtype.kind in "iub")


def quantized(real: Array, kind: TensorType) -> Array:
    """Real numbers [N, ...] as integers of a quantised type: round half to even, saturated."""
    assert kind.quant is not None
    scale, zero_point = np.array(kind.quant.scale[0]), np.array(kind.quant.zero_point[0])
    return quantize_real(real, scale, zero_point, *kind.dtype.bounds).astype(kind.dtype.numpy)


def dequantized(integers: Array, kind: TensorType) -> Array:
    """What the values of a type stand for, in float32; values that are not quantised stay as they are."""
    if kind.quant is None:
        return integers
    steps = (integers.astype(np.int64) - kind.quant.zero_point[0]).astype(np.float32)
    return np.asarray(steps * np.float32(kind.quant.scale[0]))


def to_bytes(samples: Samples, inputs: Sequence[Tensor]) -> bytes:
    """Sample after sample, of each all inputs, in the model's memory order."""
    parts = [_in_memory(samples.inputs[tensor.name], tensor.type) for tensor in inputs]
    return np.concatenate(parts, axis=1).tobytes() if parts else b""


def from_bytes(content: bytes, tensors: Sequence[Tensor], count: int) -> dict[str, Array]:
    """The arrays [N, *declared shape] of tensors that lie one after the other, sample after sample."""
    rows = np.frombuffer(content, np.uint8).reshape(count, sum(tensor.num_bytes for tensor in tensors))
    found, start = {}, 0
    for tensor in tensors:
        found[tensor.name] = _from_memory(rows[:, start : start + tensor.num_bytes], tensor.type)
        start += tensor.num_bytes
    return found


def real_outputs(content: bytes, outputs: Sequence[Tensor], count: int) -> dict[str, Array]:
    """The outputs of `count` samples as real numbers, by name: [N, *declared shape], a batch axis of 1 left out."""
    arrays = from_bytes(content, outputs, count)
    real = {tensor.name: dequantized(arrays[tensor.name], tensor.type) for tensor in outputs}
    return {name: array[:, 0] if array.ndim > 2 and array.shape[1] == 1 else array for name, array in real.items()}


def save_outputs(path: Path, outputs: Mapping[str, Array]) -> None:
    """Write outputs to an `.npz` file: key `y` if there is one, else the outputs' names. OutputError."""
    named = dict(outputs) if len(outputs) > 1 else dict(zip([_ONLY_OUTPUT], outputs.values(), strict=True))
    try:
        with path.open("wb") as stream:
            np.savez(stream, **named)  # type: ignore[arg-type]
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror}", hint="choose another file with --output") from error


def random_samples(inputs: Sequence[Tensor], count: int, seed: int) -> Samples:
    """Seeded samples: any integer for integer inputs (plain int32 and int64: 0 or 1), normal floats for float ones."""
    generator = np.random.default_rng(seed)
    return Samples({tensor.name: _random(generator, tensor.type, count) for tensor in inputs})


def zero_bytes(inputs: Sequence[Tensor]) -> bytes:
    """One sample whose bytes are all zero."""
    return bytes(sum(tensor.num_bytes for tensor in inputs))


def _random(generator: np.random.Generator, kind: TensorType, count: int) -> Array:
    shape = (count, *kind.shape)
    if kind.dtype.is_float:
        return generator.standard_normal(shape).astype(np.float32)
    small = kind.quant is None and kind.dtype in (DType.S32, DType.S64, DType.BOOL)
    low, high = (0, 1) if small else kind.dtype.bounds
    return generator.integers(low, high, shape, endpoint=True).astype(kind.dtype.numpy)


def _read(path: Path) -> dict[str, Array]:
    try:
        with np.load(path) as archive:
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise DataError(f"{path} is not an .npz file", hint=_SAVE)
            return {name: array for name in archive.files if (array := _member(archive, name)) is not None}
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}", hint=_SAVE) from error
    except (ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"{path} is not an .npz file", hint=_SAVE) from error


def _member(archive: np.lib.npyio.NpzFile, name: str) -> Array | None:
    """One array; None for pickled objects, which are never loaded."""
    try:
        return np.asarray(archive[name])
    except ValueError as error:
        if "allow_pickle" in str(error):
            return None
        raise


def _key(arrays: Mapping[str, Array], tensor: Tensor, count: int) -> str:
    return _ONLY_INPUT if count == 1 and _ONLY_INPUT in arrays else tensor.name


def _array_of(path: Path, arrays: Mapping[str, Array], tensor: Tensor, count: int) -> Array:
    key = _key(arrays, tensor, count)
    if key not in arrays:
        wanted = f'"{_ONLY_INPUT}" or "{tensor.name}"' if count == 1 else f'"{tensor.name}"'
        found = ", ".join(f'"{name}"' for name in arrays) or "none"
        raise DataError(f"{path}: no key {wanted}; found {found}", hint=_wanted(tensor.type))
    array = arrays[key]
    if array.ndim == 0 or len(array) == 0:
        raise DataError(f'{path}: key "{key}": shape {list(array.shape)} holds no samples', hint=_wanted(tensor.type))
    return array


def _common_count(path: Path, arrays: Mapping[str, Array]) -> int:
    counts = {name: len(array) for name, array in arrays.items()}
    if len(set(counts.values())) > 1:
        listed = ", ".join(f'"{name}" {count}' for name, count in counts.items())
        raise DataError(f"{path}: different numbers of samples: {listed}", hint="give every input the same samples")
    return next(iter(counts.values()), 0)


def _shaped(values: Array, declared: TensorType, place: str) -> Array:
    """[N, *declared shape]; axes of length 1 may be missing or extra, which moves no element."""
    rest = values.shape[1:]
    if [n for n in rest if n != 1] != [n for n in declared.shape if n != 1]:
        reason = f"{place}: samples of shape {list(rest)}, expected {_shapes(declared)}"
        turned = sorted(n for n in rest if n != 1) == sorted(n for n in declared.shape if n != 1)
        raise DataError(reason, hint=f"{'turn the axes (np.moveaxis): ' if turned else ''}{_wanted(declared)}")
    return values.reshape(len(values), *declared.shape)


def _finite(given: Array, place: str, start: int) -> Array:
    """The values in float32, where all of them are finite numbers."""
    with np.errstate(over="ignore"):
        values = given.astype(np.float32)
    bad = ~np.isfinite(values)
    if bad.any():
        first = tuple(int(index) for index in np.argwhere(bad)[0])
        reason = f"{place}: sample {start + first[0]} holds {values[first]} at {list(first[1:])}"
        raise DataError(reason, hint="samples are finite numbers within float32: clean the data, or leave them out")
    return values


def _exactly(values: Array, declared: TensorType, place: str) -> Array:
    low, high = (0, 1) if declared.dtype is DType.BOOL else declared.dtype.bounds
    least, most = int(values.min()), int(values.max())
    if least < low or most > high:
        reason = f"{place}: values {least}..{most} for an input of {declared.dtype.numpy}, {low}..{high}"
        raise DataError(reason, hint=_wanted(declared))
    return values.astype(declared.dtype.numpy)


def _wanted(declared: TensorType) -> str:
    kinds = f"{declared.dtype.numpy}"
    if declared.quant is not None:
        kinds = f"float32 (real numbers, quantised for you) or {kinds} (taken as they are)"
    return f"give [N, {', '.join(map(str, declared.shape))}] of {kinds}"


def _shapes(declared: TensorType) -> str:
    shorter = declared.shape[1:] if declared.shape[:1] == (1,) else None
    return f"{list(declared.shape)}" + (f" or {list(shorter)}" if shorter is not None else "")


def _in_memory(values: Array, kind: TensorType) -> Array:
    order = (0, *(axis + 1 for axis in kind.order))
    moved = np.ascontiguousarray(np.transpose(values, order))
    return moved.view(np.uint8).reshape(len(values), kind.bytes)


def _from_memory(rows: Array, kind: TensorType) -> Array:
    values = np.ascontiguousarray(rows).view(kind.dtype.numpy).reshape(len(rows), *kind.physical_shape)
    back = (0, *(int(axis) + 1 for axis in np.argsort(kind.order)))
    return np.transpose(values, back)
