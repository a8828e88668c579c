"""Layouts by total cost: never dearer than following the inputs, and the cheapest of all where prices are plain."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from tinyc.ir.graph import Graph
from tinyc.ir.interp import interpret
from tinyc.ir.text import parse
from tinyc.ir.types import Array, Layout
from tinyc.lower.goal import Goal
from tinyc.lower.lower import lower
from tinyc.lower.select import priced
from tinyc.ops.relayout import Relayout
from tinyc.passes.assign_layout import AssignLayout, copied_bytes
from tinyc.passes.base import PassContext
from tinyc.passes.layout_cut import cheapest_layouts
from tinyc.passes.layout_walk import laid_out
from tinyc.targets import load_board

BOARD = load_board("cortex-m4")
CONV = "window={kernel=[3, 3], strides=[1, 1], dilations=[1, 1], begin=[1, 1], end=[1, 1]}"

SUM_THEN_RESHAPE = f"""graph g
input x: f32[1,4,6,6]
input z: f32[1,4,6,6]
const w: f32[4,4,3,3] = normal(seed=1)
h = conv2d(x, w, _, {CONV})
s = add(h, z)
t = relu(s)
y = reshape(t, shape=[4, 36])
output y
"""
"""Following the inputs converts z, and t behind; converting h is enough."""


def test_sum_is_made_in_the_order_of_the_other_input() -> None:
    graph, price = parse(SUM_THEN_RESHAPE), priced(BOARD, Goal.BALANCED)
    chosen = AssignLayout().run(graph, PassContext(price=price))
    rule = laid_out(graph, frozenset())
    assert _conversions(rule) == ["x", "z", "t"]
    assert _conversions(chosen) == ["x", "h"]
    assert price(chosen) < price(rule)
    calls = lower(chosen, BOARD).calls
    assert len(calls) == len(lower(rule, BOARD).calls) - 1


def _conversions(graph: Graph) -> list[str]:
    return [op.reads[0] for op in graph.ops if isinstance(op.operator, Relayout)]


BINARY = ("add", "mul")
UNARY = ("relu", "sigmoid")


def random_graph(seed: int, length: int, *, plain: bool) -> Graph:
    """Ops on one shape, from random values; `plain`: without ops whose prices depend on their neighbours."""
    rng = np.random.default_rng(seed)
    lines, images, unread = ["const w: f32[3,3,3,3] = normal(seed=3)"], ["a", "b"], dict[str, bool]()
    for number in range(length):
        kinds = ["conv2d", "unary", "unary", "binary", "binary", "flat"]
        kind = str(rng.choice(kinds if plain else [*kinds, "transpose", "reduce"]))
        x, z, name = str(rng.choice(images)), str(rng.choice(images)), f"v{number}"
        text = {
            "conv2d": f"conv2d({x}, w, _, {CONV})",
            "unary": f"{rng.choice(UNARY)}({x})",
            "binary": f"{rng.choice(BINARY)}({x}, {z})",
            "flat": f"reshape({x}, shape=[3, 16])",
            "transpose": f"transpose({x}, perm=[0, 1, 3, 2])",
            "reduce": f"reduce({x}, how=sum, axes=[2], keepdims=false)",
        }[kind]
        lines.append(f"{name} = {text}")
        images += [name] * (kind not in ("flat", "reduce"))
        for read in (x, *([z] if kind == "binary" else [])):
            unread.pop(read, None)
        unread[name] = True
    heads = ["graph g", "input a: f32[1,3,4,4]", "input b: f32[1,3,4,4]"]
    return parse("\n".join([*heads, *lines, *(f"output {name}" for name in unread)]) + "\n")


@pytest.mark.parametrize("seed", range(12))
def test_never_dearer_and_always_equal(seed: int) -> None:
    graph, price = random_graph(seed, 12, plain=False), priced(BOARD, Goal.BALANCED)
    rule, chosen = laid_out(graph, frozenset()), AssignLayout().run(graph, PassContext(price=price))
    assert price(chosen) <= price(rule), f"seed {seed}"
    rng = np.random.default_rng(seed)
    values: dict[str, Array] = {name: rng.standard_normal((1, 3, 4, 4)).astype(np.float32) for name in ("a", "b")}
    before, after = interpret(graph, values), interpret(chosen, values)
    for name, other in zip(graph.outputs, chosen.outputs, strict=True):
        np.testing.assert_array_equal(before[name], after[other], err_msg=f"seed {seed}: {name}")


@pytest.mark.parametrize("seed", range(12))
def test_cut_is_the_cheapest_assignment(seed: int) -> None:
    """Against all of them, by the bytes that are copied."""
    graph = random_graph(100 + seed, 8, plain=True)
    rule = laid_out(graph, frozenset())
    wishes = cheapest_layouts(graph, rule, frozenset(), copied_bytes)
    found = copied_bytes(laid_out(graph, frozenset(), wishes))
    every = (dict(zip(wishes, layouts, strict=True)) for layouts in product(Layout, repeat=len(wishes)))
    assert found == min(copied_bytes(laid_out(graph, frozenset(), one)) for one in every), f"seed {seed}"
