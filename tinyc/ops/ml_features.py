"""Features as scikit-learn's exporter prepares them: the small operators of ai.onnx.ml, made of others."""

from __future__ import annotations

import numpy as np

from tinyc.errors import UnsupportedOp
from tinyc.ir.graph import Operator
from tinyc.ir.types import Array, DType
from tinyc.ops.binary import Div
from tinyc.ops.cast import Cast
from tinyc.ops.concat import Concat
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.ml_scores import ML, features, give, meanings, texts
from tinyc.ops.reduce import Reduce, Reduction
from tinyc.ops.reshape import Reshape
from tinyc.ops.where import Where

_NORMS = {"MAX": Reduction.MAX, "L1": Reduction.L1, "L2": Reduction.L2}


@from_onnx("Normalizer", domain=ML)
def normalizer(node: Node, b: Builder) -> None:
    """Each row divided by its norm; rows of norm 0 stay as they are."""
    x, word = features(b), node.string("norm", "MAX")
    if word not in _NORMS:
        raise UnsupportedOp(f"norm {word} is not one of {', '.join(_NORMS)}")
    norm = b.emit(Reduce(_NORMS[word], (1,)), x)
    zero, one = (b.add_constant(f"{node.outputs[0]}.{n}", np.array(n, np.float32)) for n in (0, 1))
    is_zero = b.emit(Operator.registry["equal"](), norm, zero)
    b.result(Div(), x, b.emit(Where(), is_zero, one, norm))


@from_onnx("Binarizer", domain=ML)
def binarizer(node: Node, b: Builder) -> None:
    """1 where x > threshold, else 0, in the format of x."""
    x = b.number(0)
    threshold = b.add_constant(f"{node.outputs[0]}.threshold", np.array(node.float("threshold"), np.float32))
    real = x if b.type_of(x).dtype.is_float else b.emit(Cast(DType.F32), x)
    b.result(Cast(b.type_of(x).dtype), b.emit(Operator.registry["less"](), threshold, real))


@from_onnx("FeatureVectorizer", domain=ML)
def feature_vectorizer(node: Node, b: Builder) -> None:
    """The inputs side by side as float32 [samples, all features]."""
    parts = []
    for index, width in enumerate(node.ints("inputdimensions") or [None] * len(node.inputs)):
        part = b.number(index)
        kind = b.type_of(part)
        rows = kind.shape[0] if kind.rank > 1 else 1
        if width is not None and kind.elements != rows * width:
            raise UnsupportedOp(f"input {index} is {kind}, and inputdimensions says {width}")
        part = part if kind.dtype.is_float else b.emit(Cast(DType.F32), part)
        parts.append(part if kind.rank == 2 else b.emit(Reshape((rows, kind.elements // rows)), part))
    b.result(Concat(1), *parts)


@from_onnx("Imputer", domain=ML)
def imputer(node: Node, b: Builder) -> None:
    """Elements equal to the replaced value (or NaN, if that is NaN) become the feature's imputed value."""
    x = b.number(0)
    kind = b.type_of(x)
    suffix, dtype = ("float", np.dtype(np.float32)) if kind.dtype.is_float else ("int64", kind.dtype.numpy)
    values = _array(node, f"imputed_value_{suffix}s", dtype)
    replaced = np.array(node.attributes.get(f"replaced_value_{suffix}", 0), dtype)
    if values.size not in (1, kind.shape[-1]):
        raise UnsupportedOp(f"{values.size} imputed values for {kind.shape[-1]} features")
    table = b.add_constant(f"{node.outputs[0]}.imputed", values)
    equal = Operator.registry["equal"]()
    if np.isnan(replaced):
        b.result(Where(), b.emit(equal, x, x), x, table)
        return
    is_replaced = b.emit(equal, x, b.add_constant(f"{node.outputs[0]}.replaced", replaced))
    b.result(Where(), is_replaced, table, x)


@from_onnx("OneHotEncoder", domain=ML)
def one_hot_encoder(node: Node, b: Builder) -> None:
    """1 at the category that x equals, 0 elsewhere, on a new last axis; float32."""
    x = b.number(0)
    kind = b.type_of(x)
    categories = _array(node, "cats_int64s", np.dtype(np.int64))
    if not categories.size:
        raise UnsupportedOp("categories are strings; tinyc has none", hint="encode them as integers")
    if not node.int("zeros", 1):
        raise UnsupportedOp("zeros=0: an unknown category would be an error, and the C code has none at run time")
    wide = x if kind.dtype is DType.S64 else b.emit(Cast(DType.S64), x)
    column = b.emit(Reshape((*kind.shape, 1)), wide)
    table = b.add_constant(f"{node.outputs[0]}.categories", categories)
    b.result(Cast(DType.F32), b.emit(Operator.registry["equal"](), column, table))


@from_onnx("ZipMap", domain=ML)
def zip_map(node: Node, b: Builder) -> None:
    """The scores themselves: a list of dictionaries has no meaning on a microcontroller."""
    labels = texts(node, "classlabels_strings") or [str(number) for number in node.ints("classlabels_int64s", ()) or ()]
    b.draft.notes.append(f"{node.outputs[0]} is a tensor of scores, ZipMap is removed; columns: {meanings(labels)}")
    give(node, b, b.value(0), 0)


def _array(node: Node, name: str, dtype: np.dtype[np.generic]) -> Array:
    return np.array(node.attributes.get(name, ()), dtype).reshape(-1)
