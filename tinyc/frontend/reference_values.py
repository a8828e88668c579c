"""What a reference engine returns, as tensors that compare: classifiers may return names and dictionaries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinyc.ir.types import Array

if TYPE_CHECKING:
    from onnx import ModelProto


def class_names(model: ModelProto) -> tuple[str, ...]:
    """Names of the model's classes in order; () if it has none."""
    return next(_name_lists(model), ())


def _name_lists(model: ModelProto) -> Iterator[tuple[str, ...]]:
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.name in ("classlabels_strings", "values_strings") and attribute.strings:
                yield tuple(dict.fromkeys(text.decode(errors="replace") for text in attribute.strings))
    for tensor in model.graph.initializer:
        if tensor.string_data:
            yield tuple(text.decode(errors="replace") for text in tensor.string_data)


def as_tensor(value: Any, names: Sequence[str]) -> Array:
    """ZipMap's dictionaries become rows of scores, names of classes become indices."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return np.array([list(row.values()) for row in value], np.float32)
    array = np.asarray(value)
    if array.dtype.kind in "OUS" and names:
        places = {name: index for index, name in enumerate(names)}
        return np.array([places[str(name)] for name in array.reshape(-1)], np.int64).reshape(array.shape)
    return array
