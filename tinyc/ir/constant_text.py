"""Data of a constant to and from the text form: numbers, compressed bytes, or a generator for tests written by hand."""

from __future__ import annotations

import base64
import textwrap
import zlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from tinyc.errors import GraphError, did_you_mean
from tinyc.ir.literals import Literal, Word
from tinyc.ir.types import Array, DType, TensorType

LITERAL_ELEMENTS = 64
MOST_ELEMENTS = 1 << 28
_COLUMNS = 100


def constant_text(array: Array) -> str:
    """`full(v)` if all elements are v, nested lists up to 64 elements, above that zlib'd bytes in base64."""
    if not _survives_as_numbers(array):
        return _compressed(array)
    if array.size > 1 and len({item.tobytes() for item in array.reshape(-1)[:2]}) == 1 and _uniform(array):
        return f"full({_element_text(array.reshape(-1)[0])})"
    return _nested(array) if array.size <= LITERAL_ELEMENTS else _compressed(array)


def from_numbers(numbers: Literal, declared: TensorType) -> Array:
    """The array of a literal: nested or flat lists with as many elements as the type says."""
    flat = list(_flatten(numbers))
    if len(flat) != declared.elements:
        raise GraphError(f"{len(flat)} numbers for {declared}, which has {declared.elements}")
    return np.array([_checked(item, declared.dtype) for item in flat], declared.dtype.numpy).reshape(declared.shape)


def from_compressed(lines: Sequence[str], declared: TensorType) -> Array:
    """The array of zlib'd little-endian bytes, logical order, in base64."""
    try:
        raw = zlib.decompressobj().decompress(base64.b64decode("".join(lines), validate=True), declared.bytes + 1)
    except (ValueError, zlib.error) as error:
        raise GraphError(f"damaged data: {error}") from error
    if len(raw) != declared.bytes:
        raise GraphError(f"data does not have the {declared.bytes} bytes of {declared}")
    stored = np.frombuffer(raw, declared.dtype.numpy.newbyteorder("<"))
    return stored.astype(declared.dtype.numpy).reshape(declared.shape)


def from_generator(name: str, arguments: Mapping[str, Literal], declared: TensorType) -> Array:
    """The array that a generator makes: full, zeros, ramp, normal, uniform. Same seed, same numbers.

    Integer formats round to nearest and saturate.
    """
    if name not in _GENERATORS:
        raise GraphError(f'unknown generator "{name}"', hint=did_you_mean(name, _GENERATORS))
    make, defaults = _GENERATORS[name]
    for given in arguments:
        if given not in defaults:
            raise GraphError(f'{name} has no "{given}"', hint=did_you_mean(given, defaults))
    if declared.elements > MOST_ELEMENTS:
        raise GraphError(f"{declared} has more than {MOST_ELEMENTS} elements")
    of = declared.dtype if name == "full" else DType.F32
    values = {**defaults, **{given: _checked(item, of) for given, item in arguments.items()}}
    if not (values.get("seed", 0.0) >= 0 and float(values.get("seed", 0.0)).is_integer()):
        raise GraphError("a seed is a whole number from 0")
    flat = np.asarray(make(declared, **values))
    if declared.dtype.is_integer and flat.dtype.kind == "f":
        flat = np.clip(np.nan_to_num(np.rint(flat)), *declared.dtype.bounds)
    with np.errstate(over="ignore"):
        return flat.astype(declared.dtype.numpy).reshape(declared.shape)


def first_argument(name: str) -> str:
    """The argument that a value without a name stands for, as in `full(3)`."""
    return next(iter(_GENERATORS[name][1]), "") if name in _GENERATORS else ""


def _full(declared: TensorType, value: float) -> Array:
    return np.full(declared.elements, value, declared.dtype.numpy)


def _ramp(declared: TensorType, start: float, step: float) -> Array:
    return start + step * np.arange(declared.elements)


def _normal(declared: TensorType, seed: float, mean: float, std: float) -> Array:
    return np.random.default_rng(int(seed)).normal(mean, std, declared.elements)


def _uniform_between(declared: TensorType, seed: float, low: float, high: float) -> Array:
    return np.random.default_rng(int(seed)).uniform(low, high, declared.elements)


_GENERATORS: dict[str, tuple[Callable[..., Array], dict[str, float]]] = {
    "full": (_full, {"value": 0.0}),
    "zeros": (lambda declared: _full(declared, 0.0), {}),
    "ramp": (_ramp, {"start": 0.0, "step": 1.0}),
    "normal": (_normal, {"seed": 0.0, "mean": 0.0, "std": 1.0}),
    "uniform": (_uniform_between, {"seed": 0.0, "low": -1.0, "high": 1.0}),
}


def _survives_as_numbers(array: Array) -> bool:
    """False if a NaN carries bits that the word nan does not stand for."""
    if array.dtype.kind != "f":
        return True
    nans = array[np.isnan(array)]
    return nans.tobytes() == np.full(nans.shape, np.nan, array.dtype).tobytes()


def _uniform(array: Array) -> bool:
    flat = array.reshape(-1)
    return flat.tobytes() == np.full_like(flat, flat[0]).tobytes()


def _nested(array: Array) -> str:
    if array.ndim == 0:
        return _element_text(array.reshape(-1)[0])
    return f"[{', '.join(_nested(part) for part in array)}]"


def _element_text(element: np.generic) -> str:
    return ("true" if element else "false") if element.dtype.kind == "b" else str(element)


def _compressed(array: Array) -> str:
    raw = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes()
    lines = textwrap.wrap(base64.b64encode(zlib.compress(raw, 9)).decode("ascii"), _COLUMNS)
    return "zlib(" + "".join(f'\n  "{line}"' for line in lines) + ")"


def _flatten(numbers: Literal) -> list[Literal]:
    if isinstance(numbers, tuple):
        return [item for part in numbers for item in _flatten(part)]
    return [numbers]


def _checked(item: Literal, dtype: DType) -> float:
    if isinstance(item, Word) or not isinstance(item, (bool, int, float)):
        raise GraphError("expected numbers")
    if isinstance(item, bool) is not (dtype is DType.BOOL):
        raise GraphError(f"{'true and false' if isinstance(item, bool) else 'numbers'} for {dtype.value}")
    if dtype.is_integer and not (isinstance(item, int) and dtype.bounds[0] <= item <= dtype.bounds[1]):
        raise GraphError(f"{item} is not in {dtype.value}")
    return item
