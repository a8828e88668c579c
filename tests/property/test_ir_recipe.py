"""Properties of recipes: exact ones keep the meaning of random graphs, and no text does worse than RecipeError."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyc.ops  # noqa: F401  (registers every operator)
from tests.mdtest.runner import compare
from tinyc.errors import RecipeError
from tinyc.ir.graph import Draft, Graph, Op, Operator
from tinyc.ir.text import parse as parse_graph
from tinyc.ir.text import to_text
from tinyc.ir.types import DType, Shape, TensorType
from tinyc.ir.verify import verify
from tinyc.ops.binary import Add, Div, Mul, Sub
from tinyc.ops.bounding import Clip, Relu
from tinyc.ops.concat import Concat
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.ops.pad import Pad
from tinyc.ops.pool import AveragePool, MaxPool
from tinyc.ops.reshape import Reshape
from tinyc.ops.slice import Slice
from tinyc.ops.transpose import Transpose
from tinyc.ops.windows import Window
from tinyc.passes.base import PassContext
from tinyc.recipe import load_recipe, parse

EXACT = ["float"]
SMALL = st.sampled_from([0.25, 0.5, -0.5, 1.0, 1.5, -2.0])


@dataclass
class Growing:
    """A graph that grows op by op; values are f32 of any shape, those of rank 4 are images."""

    draw: st.DrawFn
    draft: Draft = field(default_factory=lambda: Draft("random"))

    def type_of(self, name: str) -> TensorType:
        return self.draft.types[name]

    def constant(self, shape: Shape) -> str:
        values = self.draw(st.lists(SMALL, min_size=4, max_size=4))
        return self.draft.add_constant(
            "c", np.resize(np.array(values, np.float32), shape), TensorType(DType.F32, shape)
        )

    def add(self, operator: Operator, *inputs: str | None) -> None:
        types = tuple(None if name is None else self.type_of(name) for name in inputs)
        names = []
        for kind in operator.infer(types):
            name = self.draft.fresh("v")
            self.draft.types[name] = kind
            names.append(name)
        self.draft.ops.append(Op(self.draft.fresh_op(operator.kind), operator, tuple(inputs), tuple(names)))

    def step(self) -> None:
        """One more op, mostly on the newest value, so that chains come about."""
        computed = [name for name in self.draft.types if name not in self.draft.constants]
        x = self.draw(st.sampled_from([computed[-1]] * 4 + computed))
        steps = [self.activate, self.arithmetic, self.arithmetic, self.move, self.together]
        if self.type_of(x).rank == 4:
            steps += [self.window, self.window, self.pad, self.turn]
        if self.type_of(x).rank == 2:
            steps += [self.dense, self.dense]
        self.draw(st.sampled_from(steps))(x)

    def activate(self, x: str) -> None:
        self.add(self.draw(st.sampled_from([Relu(), Clip(0.0, 6.0), Clip(high=1.0), Clip(2.0, 1.0)])), x)

    def arithmetic(self, x: str) -> None:
        shape = self.type_of(x).shape
        axis = self.draw(st.integers(0, len(shape)))
        other = self.constant(tuple(n if i == axis else 1 for i, n in enumerate(shape)))
        operands = self.draw(st.permutations([x, other]))
        operator = self.draw(st.sampled_from([Add(), Sub(), Mul(), Div()]))
        self.add(operator, *([x, other] if isinstance(operator, Div) else operands))

    def together(self, x: str) -> None:
        same = [name for name, kind in self.draft.types.items() if kind.shape == self.type_of(x).shape]
        other = self.draw(st.sampled_from(sorted(same)))
        self.add(self.draw(st.sampled_from([Add(), Sub(), Concat(0)])), x, other)

    def move(self, x: str) -> None:
        shape = self.type_of(x).shape
        zeros, ones = (0,) * len(shape), (1,) * len(shape)
        movements: list[Operator] = [Reshape(shape), Reshape((int(np.prod(shape)),)), Reshape((1, int(np.prod(shape))))]
        movements += [Transpose(tuple(range(len(shape)))), Pad(zeros, zeros), Slice(zeros, shape, ones)]
        self.add(self.draw(st.sampled_from(movements)), x)

    def turn(self, x: str) -> None:
        """Two transposes in a row."""
        for _ in range(2):
            perm = self.draw(st.permutations(range(self.type_of(x).rank)))
            self.add(Transpose(tuple(perm)), x)
            x = self.draft.ops[-1].outputs[0]

    def pad(self, x: str) -> None:
        around = self.draw(st.sampled_from([((0, 0, 1, 0), (0, 0, 0, 2)), ((0, 1, 0, 0), (0, 0, 1, 1))]))
        self.add(Pad(*around, value=self.draw(st.sampled_from([0.0, 0.0, 1.0]))), x)

    def window(self, x: str) -> None:
        size, begin, end = self.draw(st.sampled_from([((1, 1), (0, 0), (0, 0)), ((2, 2), (1, 0), (1, 1))]))
        window = Window(size, (1, 1), (1, 1), begin, end)
        channels = self.type_of(x).shape[1]
        kind = self.draw(st.sampled_from(["conv", "depthwise", "average", "max"]))
        if kind == "conv":
            bias = self.draw(st.sampled_from([None, 3]))
            weights = self.constant((3, channels, *size))
            self.add(Conv2d(window), x, weights, None if bias is None else self.constant((3,)))
        elif kind == "depthwise":
            self.add(Conv2d(window, channels), x, self.constant((channels, 1, *size)), None)
        elif kind == "average":
            self.add(AveragePool(window, self.draw(st.sampled_from([(0, 0), begin])), (0, 0)), x)
        else:
            self.add(MaxPool(window), x)

    def dense(self, x: str) -> None:
        bias = self.draw(st.sampled_from([None, 5]))
        weights = self.constant((5, self.type_of(x).shape[1]))
        self.add(Dense(), x, weights, None if bias is None else self.constant((5,)))


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    growing = Growing(draw)
    shape = draw(st.sampled_from([(1, 2, 3, 3), (1, 1, 4, 2), (2, 3), (1, 4)]))
    growing.draft.inputs.append("x")
    growing.draft.types["x"] = TensorType(DType.F32, shape)
    for _ in range(draw(st.integers(1, 8))):
        growing.step()
    made = [name for op in growing.draft.ops for name in op.outputs]
    others = draw(st.lists(st.sampled_from(made), max_size=1))
    growing.draft.outputs = list(dict.fromkeys([made[-1], *others]))
    return growing.draft.freeze()


@pytest.mark.parametrize("recipe", EXACT)
@given(graph=graphs())
def test_exact_recipe_keeps_the_meaning(recipe: str, graph: Graph) -> None:
    verify(graph)
    assert parse_graph(to_text(graph)) == graph
    context = PassContext()
    result = load_recipe(recipe).pipeline().run(graph, context)
    assert result.inputs == graph.inputs
    assert result.outputs == graph.outputs
    compare(graph, result, 1e-5, seed=0)
    again = load_recipe(recipe).pipeline().run(result, PassContext())
    assert len(again.ops) <= len(result.ops) <= len(graph.ops)


WORDS = st.sampled_from(
    [
        *[
            "fuse_activation",
            "drop_dead",
            " on ",
            "*",
            " where ",
            "bytes",
            " > ",
            "8K",
            "(",
            ")",
            "=",
            "10%",
            ",",
            "\n",
        ],
        *[
            "require ",
            "flash",
            " <= ",
            "include ",
            "float",
            '"',
            "\\",
            "#",
            "[",
            "2:4",
            "-",
            "1e999",
            "share_constants",
        ],
    ]
)


@given(st.lists(WORDS | st.text(max_size=2), max_size=12).map("".join))
def test_any_text_is_a_recipe_or_refused(source: str) -> None:
    with suppress(RecipeError):
        recipe = parse(source, include=load_recipe)
        assert recipe.hash
