"""What the classifiers of ai.onnx.ml share: scores to outputs, winning class to label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from tinyc.errors import UnsupportedOp
from tinyc.ir.graph import Operator
from tinyc.ir.types import Array, DType
from tinyc.ops.argmax import ArgMax
from tinyc.ops.binary import Sub
from tinyc.ops.cast import Cast
from tinyc.ops.concat import Concat
from tinyc.ops.gather import Gather
from tinyc.ops.importing import Builder, Node
from tinyc.ops.reshape import Reshape
from tinyc.ops.softmax import Softmax

ML = "ai.onnx.ml"


def features(b: Builder) -> str:
    """Input 0 as float32 [samples, features]; a vector is one sample."""
    x = b.value(0)
    if not b.type_of(x).dtype.is_float:
        x = b.emit(Cast(DType.F32), x)
    kind = b.type_of(x)
    if kind.rank == 1:
        return b.emit(Reshape((1, *kind.shape)), x)
    if kind.rank != 2:
        raise UnsupportedOp(f"the input is {kind}; it must be [samples, features]")
    return x


def class_labels(node: Node, b: Builder, count: int) -> Array:
    """int64 labels by class. Strings become class indices, with a note that says which is which."""
    for name in ("classlabels_ints", "classlabels_int64s"):
        integers = node.ints(name)
        if integers:
            return np.array(integers, np.int64)
    strings = texts(node, "classlabels_strings")
    if strings:
        b.draft.notes.append(f"{node.outputs[0]} is a class index: {meanings(strings)}")
        return np.arange(len(strings), dtype=np.int64)
    return np.arange(count, dtype=np.int64)


def texts(node: Node, name: str) -> list[str]:
    """An attribute that holds strings."""
    given: Iterable[object] = node.attributes.get(name, ())  # type: ignore[assignment]
    return [text.decode() if isinstance(text, bytes) else str(text) for text in given]


def meanings(strings: Sequence[str]) -> str:
    return ", ".join(f"{index} = {text}" for index, text in enumerate(strings))


def label(node: Node, b: Builder, scores: str) -> None:
    """Output 0: the label of the class with the greatest of `scores` [samples, classes], the first among equals."""
    count = b.type_of(scores).shape[1]
    labels = class_labels(node, b, count)
    if len(labels) != count:
        raise UnsupportedOp(f"{len(labels)} class labels for {count} scores")
    if not node.outputs[0]:
        return
    winner = b.emit(ArgMax(1, keepdims=False), scores, stem=f"{node.outputs[0]}.winner")
    if np.array_equal(labels, np.arange(count)):
        b.alias(winner)
    else:
        table = b.add_constant(f"{node.outputs[0]}.labels", labels)
        b.alias(b.emit(Gather(0), table, winner, stem=node.outputs[0]))


def transformed(node: Node, b: Builder, scores: str) -> str:
    """Scores after the attribute post_transform."""
    word = node.string("post_transform", "NONE")
    if word == "NONE":
        return scores
    if word == "LOGISTIC":
        return b.emit(Operator.registry["sigmoid"](), scores)
    if word == "SOFTMAX":
        return b.emit(Softmax((1,)), scores)
    raise UnsupportedOp(f"post_transform {word}; NONE, LOGISTIC and SOFTMAX are supported")


def opposite(b: Builder, score: str, total: float) -> str:
    """[total - s, s] of one score s [samples, 1]: the two classes of a binary classifier."""
    assert b.node is not None
    whole = b.add_constant(f"{b.node.outputs[-1]}.total", np.array(total, np.float32))
    return b.emit(Concat(1), b.emit(Sub(), whole, score), score)


def give(node: Node, b: Builder, value: str, output: int = 1) -> None:
    """Let an output be this value."""
    if output < len(node.outputs) and node.outputs[output]:
        b.alias(value, output)
