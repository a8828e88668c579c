"""Tree ensembles of ai.onnx.ml in both forms: attributes by tree and node number, and opset 5's flat arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

from tinyc.errors import ModelError, UnsupportedOp
from tinyc.ir.types import Array
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.ml_scores import ML, features, give, label, opposite, texts, transformed
from tinyc.ops.tree_ensemble import NAN_IS_TRUE, Aggregate, Test, TreeEnsemble

MAX_SHORT = 2**15 - 1
_MODES = {f"BRANCH_{test.name}": test for test in Test if test is not Test.LEAF} | {"LEAF": Test.LEAF}


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One node; `true` and `false` are keys of its children, `leaf` the (target, weight) pairs of a leaf."""

    test: Test
    feature: int = 0
    threshold: float = 0.0
    true: object = None
    false: object = None
    nan_is_true: bool = False
    leaf: tuple[tuple[int, float], ...] = ()


Tree: TypeAlias = tuple[Mapping[object, TreeNode], object]
"""Nodes by key, and the key of the root."""


@dataclass(slots=True)
class _Arrays:
    """Columns of the operator's tables, as they grow."""

    feature: list[int] = field(default_factory=list)
    threshold: list[float] = field(default_factory=list)
    mode: list[int] = field(default_factory=list)
    other: list[int] = field(default_factory=list)
    roots: list[int] = field(default_factory=list)
    target: list[int] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)

    def add_tree(self, nodes: Mapping[object, TreeNode], root: object) -> None:
        """Preorder, so that the true child follows its parent; a false child may serve several parents before it.

        ModelError if a node is missing or leads back to itself.
        """
        self.roots.append(len(self.mode))
        waiting: list[tuple[object, int]] = [(root, -1)]
        placed: dict[object, int] = {}
        while waiting:
            key, parent = waiting.pop()
            node = nodes.get(key)
            if node is None:
                raise ModelError(f"tree node {key} is missing")
            if parent >= 0:
                self.other[parent] = placed.get(key, len(self.mode))
                if placed.get(key, parent + 1) <= parent:
                    raise ModelError(f"tree node {key} is its own descendant")
                if key in placed:
                    continue
            elif key in placed and node.test is not Test.LEAF:
                raise ModelError(f"tree node {key} has two parents")
            placed[key] = len(self.mode)
            if node.test is not Test.LEAF:
                waiting += [(node.false, len(self.mode)), (node.true, -1)]
            self._add(node)

    def _add(self, node: TreeNode) -> None:
        is_leaf = node.test is Test.LEAF
        self.feature.append(len(node.leaf) if is_leaf else node.feature)
        self.threshold.append(0.0 if is_leaf else node.threshold)
        self.mode.append(node.test.value + (NAN_IS_TRUE if node.nan_is_true and not is_leaf else 0))
        self.other.append(len(self.target))
        self.target += [target for target, _ in node.leaf]
        self.weight += [weight for _, weight in node.leaf]


def ensemble(b: Builder, trees: Sequence[Tree], base: Array, how: Aggregate) -> str:
    """The value [samples, targets] of trees."""
    assert b.node is not None
    x, arrays = features(b), _Arrays()
    for nodes, root in trees:
        arrays.add_tree(nodes, root)
    inner = [f for f, mode in zip(arrays.feature, arrays.mode, strict=True) if mode != Test.LEAF.value]
    width = b.type_of(x).shape[1]
    if any(not 0 <= index < width for index in inner) or any(not 0 <= t < base.size for t in arrays.target):
        raise ModelError(f"a tree reads a feature outside [0, {width - 1}] or names a target outside its range")
    if max(*arrays.feature, base.size) > MAX_SHORT:
        raise UnsupportedOp(f"there are more than {MAX_SHORT} features or targets")
    formats = {"feature": np.int16, "threshold": np.float32, "mode": np.uint8, "other": np.int32, "roots": np.int32,
               "target": np.int16, "weight": np.float32}  # fmt: skip
    stem = b.node.outputs[-1]
    tables = [b.add_constant(f"{stem}.{n}", np.array(getattr(arrays, n), dtype)) for n, dtype in formats.items()]
    return b.emit(TreeEnsemble(how), x, *tables, b.add_constant(f"{stem}.base", base.astype(np.float32)))


def numbered_trees(node: Node, leaves: str) -> list[Tree]:
    """Trees of TreeEnsembleClassifier ("class") and TreeEnsembleRegressor ("target"), in order of their numbers."""
    weights: dict[tuple[int, int], list[tuple[int, float]]] = {}
    places = zip(_ints(node, f"{leaves}_treeids"), _ints(node, f"{leaves}_nodeids"), strict=True)
    pairs = zip(_ints(node, f"{leaves}_ids"), _floats(node, f"{leaves}_weights"), strict=True)
    for place, pair in zip(places, pairs, strict=True):
        weights.setdefault(place, []).append(pair)
    modes = [_test(word) for word in texts(node, "nodes_modes")]
    count = len(modes)
    nan_is_true = _ints(node, "nodes_missing_value_tracks_true") or [0] * count
    columns = zip(
        _ints(node, "nodes_treeids"), _ints(node, "nodes_nodeids"), modes, _ints(node, "nodes_featureids"),
        _floats(node, "nodes_values"), _ints(node, "nodes_truenodeids"), _ints(node, "nodes_falsenodeids"), nan_is_true,
        strict=True,
    )  # fmt: skip
    trees: dict[int, tuple[dict[object, TreeNode], object]] = {}
    for tree, number, test, feature, value, true, false, nan in columns:
        nodes, _ = trees.setdefault(tree, ({}, number))
        leaf = tuple(weights.get((tree, number), ())) if test is Test.LEAF else ()
        nodes[number] = TreeNode(test, feature, value, true, false, bool(nan), leaf)
    return [(nodes, root) for nodes, root in trees.values()]


def _test(word: str) -> Test:
    if word not in _MODES:
        raise UnsupportedOp(f"node mode {word} is not one of {', '.join(_MODES)}")
    return _MODES[word]


def _ints(node: Node, name: str) -> list[int]:
    return list(node.ints(name, ()) or ())


def _floats(node: Node, name: str) -> list[float]:
    """Numbers given as floats or, from opset 3 on, as a tensor."""
    given = node.attributes.get(name, node.attributes.get(f"{name}_as_tensor", ()))
    return [float(value) for value in np.asarray(given, np.float32).reshape(-1)]


def _base(node: Node, count: int) -> Array:
    values = _floats(node, "base_values")
    if len(values) not in (0, count):
        raise UnsupportedOp(f"{len(values)} base_values for {count} scores")
    return np.array(values or [0.0] * count, np.float32)


@from_onnx("TreeEnsembleRegressor", domain=ML)
def tree_ensemble_regressor(node: Node, b: Builder) -> None:
    how = Aggregate(node.string("aggregate_function", "SUM").lower())
    targets = node.int("n_targets", 1)
    scores = ensemble(b, numbered_trees(node, "target"), _base(node, targets), how)
    give(node, b, transformed(node, b, scores), 0)


@from_onnx("TreeEnsembleClassifier", domain=ML)
def tree_ensemble_classifier(node: Node, b: Builder) -> None:
    """Two classes of which the leaves name one alone have one score s: [1 - s, s] if no weight is negative, else
    [-s, s]; post_transform LOGISTIC applies to [-s, s] either way, and the others not at all. That is what ONNX
    Runtime does.
    """
    names = ("classlabels_int64s", "classlabels_strings")
    count = max(len(node.attributes.get(name, ())) for name in names)  # type: ignore[arg-type]
    used = sorted(set(_ints(node, "class_ids")))
    if count != 2 or len(used) != 1:
        scores = ensemble(b, numbered_trees(node, "class"), _base(node, count), Aggregate.SUM)
        label(node, b, scores)
        give(node, b, transformed(node, b, scores))
        return
    if used != [0]:
        raise UnsupportedOp("two classes, and the leaves name the second alone", hint="name class id 0, or both")
    score = ensemble(b, numbered_trees(node, "class"), _base(node, 1), Aggregate.SUM)
    raw = opposite(b, score, 1.0 if min(_floats(node, "class_weights")) >= 0 else 0.0)
    label(node, b, raw)
    if node.string("post_transform", "NONE") == "LOGISTIC":
        raw = transformed(node, b, opposite(b, score, 0.0))
    give(node, b, raw)


@from_onnx("TreeEnsemble", domain=ML)
def tree_ensemble(node: Node, b: Builder) -> None:
    """Opset 5: inner nodes and leaves in arrays of their own. BRANCH_MEMBER becomes a chain of equalities."""
    how = (Aggregate.AVERAGE, Aggregate.SUM, Aggregate.MIN, Aggregate.MAX)[node.int("aggregate_function", 1)]
    word = ("NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT")[node.int("post_transform", 0)]
    if word not in ("NONE", "SOFTMAX", "LOGISTIC"):
        raise UnsupportedOp(f"post_transform {word}; NONE, LOGISTIC and SOFTMAX are supported")
    nodes = _flat_nodes(node)
    trees = [(nodes, root) for root in _ints(node, "tree_roots")]
    scores = ensemble(b, trees, np.zeros(node.int("n_targets", 1), np.float32), how)
    give(node, b, transformed(replace(node, attributes={"post_transform": word}), b, scores), 0)


def _flat_nodes(node: Node) -> dict[object, TreeNode]:
    """All nodes by number, leaves by ("leaf", number)."""
    leaves = zip(_ints(node, "leaf_targetids"), _floats(node, "leaf_weights"), strict=True)
    nodes: dict[object, TreeNode] = {("leaf", n): TreeNode(Test.LEAF, leaf=(pair,)) for n, pair in enumerate(leaves)}
    values, modes = _floats(node, "nodes_splits"), [int(mode) for mode in _array(node, "nodes_modes")]
    nan_is_true = _ints(node, "nodes_missing_value_tracks_true") or [0] * len(values)
    members, children = _members(node), (_children(node, "true"), _children(node, "false"))
    for number, feature in enumerate(_ints(node, "nodes_featureids")):
        true, false = children[0][number], children[1][number]
        if modes[number] < len(_FLAT_TESTS):
            test, nan = _FLAT_TESTS[modes[number]], bool(nan_is_true[number])
            nodes[number] = TreeNode(test, feature, values[number], true, false, nan)
        elif nan_is_true[number]:
            raise UnsupportedOp("BRANCH_MEMBER whose missing values track true is not supported")
        else:
            _add_chain(nodes, number, TreeNode(Test.NEQ, feature, 0.0, false, true), members.pop(0))
    return nodes


_FLAT_TESTS = (Test.LEQ, Test.LT, Test.GTE, Test.GT, Test.EQ, Test.NEQ)


def _array(node: Node, name: str) -> Array:
    return np.asarray(node.attributes.get(name, ())).reshape(-1)


def _children(node: Node, side: str) -> list[object]:
    places = zip(_ints(node, f"nodes_{side}nodeids"), _ints(node, f"nodes_{side}leafs"), strict=True)
    return [("leaf", child) if is_leaf else child for child, is_leaf in places]


def _members(node: Node) -> list[list[float]]:
    """The sets of BRANCH_MEMBER nodes in order; NaN ends each."""
    sets: list[list[float]] = [[]]
    for value in _floats(node, "membership_values"):
        if np.isnan(value):
            sets.append([])
        else:
            sets[-1].append(value)
    return sets


def _add_chain(nodes: dict[object, TreeNode], number: int, last: TreeNode, values: Sequence[float]) -> None:
    """x is in a set unless it differs from each member: a chain of NEQ whose false children are one node."""
    keys: list[object] = [number, *((number, place) for place in range(1, len(values)))]
    following = [*keys[1:], last.true]
    for key, value, true in zip(keys, values, following, strict=True):
        nodes[key] = replace(last, threshold=value, true=true)
