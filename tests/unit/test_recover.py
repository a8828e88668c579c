"""Recovery: slopes are those of finite differences, and tuning lessens the error while zeros stay zero."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

import tinyc.ops  # noqa: F401  (registers every operator)
from tests.unit.test_repairs import NETWORKS, WINDOW
from tinyc.calibration.adam import Adam
from tinyc.calibration.augment import augmented, mirrors_of
from tinyc.calibration.calibration import Calibration
from tinyc.calibration.slopes import RULES
from tinyc.calibration.tape import Tape, ops_before
from tinyc.calibration.whitened import whitened
from tinyc.errors import DataError, RecipeError
from tinyc.ir.graph import Graph
from tinyc.ir.interp import interpret
from tinyc.ir.text import parse as parse_graph
from tinyc.ir.types import Array
from tinyc.passes.base import PassContext
from tinyc.passes.prune_measure import Judge
from tinyc.recipe import parse

UNEVEN = "window={kernel=[3, 2], strides=[2, 1], dilations=[1, 2], begin=[1, 0], end=[1, 1]}"
LINE = "window={kernel=[3], strides=[2], dilations=[1], begin=[1], end=[0]}"
POINT = "window={kernel=[1, 1], strides=[1, 1], dilations=[1, 1], begin=[0, 0], end=[0, 0]}"
IMAGE, FILTERS = "input x: f32[1,4,6,6]", "const w: f32[6,2,3,2] = normal(seed=1)\nconst b: f32[6] = normal(seed=2)"
EXAMPLES = {
    "groups, no clamp": f"{IMAGE}\n{FILTERS}\ny = conv2d(x, w, b, {UNEVEN}, groups=2)",
    "relu behind": f"{IMAGE}\n{FILTERS}\ny = conv2d(x, w, b, {UNEVEN}, groups=2, clamp=[0.0, inf])",
    "depthwise": f"{IMAGE}\nconst w: f32[4,1,3,3] = normal(seed=1)\ny = conv2d(x, w, _, {WINDOW}, groups=4)",
    "1x1": f"{IMAGE}\nconst w: f32[3,4,1,1] = normal(seed=1)\ny = conv2d(x, w, _, {POINT}, clamp=[-1.0, 1.0])",
    "two images": f"input x: f32[2,3,5]\nconst w: f32[2,3,3] = normal(seed=1)\ny = conv2d(x, w, _, {LINE})",
    "dense": "input x: f32[2,3,5]\nconst w: f32[4,5] = normal(seed=1)\nconst b: f32[4] = normal(seed=2)\n"
    "y = dense(x, w, b, clamp=[0.0, 6.0])",
    "dense without bias": "input x: f32[5]\nconst w: f32[4,5] = normal(seed=1)\ny = dense(x, w, _)",
    "add": "input x: f32[2,3,1]\nconst k: f32[3,4] = normal(seed=1)\ny = add(x, k, clamp=[0.0, inf])",
    "add of itself": "input x: f32[2,3]\ny = add(x, x)",
    "sub": "input x: f32[2,3]\nconst k: f32[1,2,1] = normal(seed=1)\ny = sub(k, x)",
    "mul": "input x: f32[3]\ninput z: f32[2,1]\ny = mul(x, z)",
    "mul by a constant": "input x: f32[2,3]\nconst k: f32[2,1] = normal(seed=1)\ny = mul(x, k)",
    "relu": "input x: f32[2,3]\ny = relu(x)",
    "clip": "input x: f32[2,3]\ny = clip(x, low=-0.5, high=0.5)",
    "max_pool": f"{IMAGE}\ny = max_pool(x, {UNEVEN})",
    "average_pool": f"{IMAGE}\ny = average_pool(x, {UNEVEN}, counted_begin=[0, 0], counted_end=[0, 1])",
    "mean": "input x: f32[2,3,4]\ny = reduce(x, how=mean, axes=[0, 2], keepdims=false)",
    "sum": "input x: f32[2,3,4]\ny = reduce(x, how=sum, axes=[1], keepdims=true, clamp=[0.0, inf])",
    "reshape": "input x: f32[2,3,4]\ny = reshape(x, shape=[4, 6])",
    "transpose": "input x: f32[2,3,4]\ny = transpose(x, perm=[2, 0, 1])",
    "concat": "input x: f32[2,3]\nconst k: f32[2,2] = normal(seed=1)\ny = concat(x, k, x, axis=1)",
}
BATCH, STEP = 3, 1e-3


def built(name: str) -> tuple[Graph, dict[str, Array], np.random.Generator]:
    """A graph and a batch of its inputs."""
    graph, generator = parse_graph(f"graph g\n{EXAMPLES[name]}\noutput y\n"), np.random.default_rng(3)
    batch = {i: generator.normal(size=(BATCH, *graph.types[i].shape)).astype(np.float32) for i in graph.inputs}
    return graph, batch, generator


def test_every_rule_has_an_example() -> None:
    assert {type(op.operator) for name in EXAMPLES for op in built(name)[0].ops} == RULES.keys()


@pytest.mark.parametrize("name", EXAMPLES)
def test_results_are_those_of_each_sample(name: str) -> None:
    graph, batch, _ = built(name)
    found = Tape(graph, graph.ops, batch, {}).values["y"]
    for place in range(BATCH):
        wanted = interpret(graph, {i: array[place] for i, array in batch.items()})["y"]
        np.testing.assert_allclose(found[place], wanted, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", EXAMPLES)
def test_slopes_are_those_of_finite_differences(name: str) -> None:
    """Along each element in turn; one that stands within a step of a corner is left out, and these are few."""
    graph, batch, generator = built(name)
    weights = generator.normal(size=(BATCH, *graph.types["y"].shape)).astype(np.float32)
    constants = {n: blob.array for n, blob in graph.constants.items()}
    slopes = Tape(graph, graph.ops, batch, {}).slopes({"y": weights})

    def loss(which: str, change: Array) -> float:
        own = {n: array + change if n == which else array for n, array in (batch | constants).items()}
        values = Tape(graph, graph.ops, {n: own[n] for n in batch}, {n: own[n] for n in constants}).values
        return float((values["y"].astype(np.float64) * weights).sum())

    for which, array in (batch | constants).items():
        wrong = 0
        for place in np.ndindex(array.shape):
            change = np.zeros(array.shape, np.float32)
            change[place] = STEP
            wanted = (loss(which, change) - loss(which, -change)) / (2 * STEP)
            wrong += abs(slopes[which][place] - wanted) > 0.01 * max(1.0, abs(wanted))
        assert wrong <= 0.02 * array.size, (which, wrong)


def test_adam_reaches_the_least_square() -> None:
    goal = np.array([3.0, -2.0, 0.5], np.float32)
    adam = Adam({"w": np.zeros(3, np.float32)}, {"w": 2.0}, 0.1, 200)
    for _ in range(200):
        adam.step({"w": 2 * (adam.arrays["w"] - goal)})
    np.testing.assert_allclose(adam.arrays["w"], goal, atol=1e-3)


@pytest.mark.parametrize("most", [0, 64])
def test_coordinates_keep_zeros_and_turn_slopes_along(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the loss gains along a change of coordinates is what it gains along the change of weights."""
    monkeypatch.setattr("tinyc.calibration.whitened.MOST_SUPPORTS", most)
    generator = np.random.default_rng(5)
    weights, bias = generator.normal(size=(6, 2, 4)).astype(np.float32), generator.normal(size=6).astype(np.float32)
    weights[generator.random(weights.shape) < 0.4] = 0.0
    columns = generator.normal(size=(2, 9, 40))
    layer = whitened(("w", "b"), weights, bias, columns @ columns.swapaxes(1, 2) / 40)
    start = layer.constants(layer.starts())
    assert np.array_equal(start["w"], weights) and np.array_equal(start["b"], bias)
    change = {name: generator.normal(size=array.shape).astype(np.float32) for name, array in layer.starts().items()}
    moved, slopes = layer.constants(change), {n: generator.normal(size=a.shape) for n, a in start.items()}
    assert np.array_equal(moved["w"] == 0, weights == 0)
    gain = sum(float((slopes[n] * (moved[n].astype(np.float64) - start[n])).sum()) for n in start)
    own = layer.slopes(slopes)
    np.testing.assert_allclose(sum(float((own[n] * change[n]).sum()) for n in change), gain, rtol=1e-3)


NETWORK = f"""
graph g
input x: f32[1,2,6,6]
const w: f32[8,2,3,3] = normal(seed=1)
const b: f32[8] = normal(seed=2)
const d: f32[8,1,3,3] = normal(seed=3)
const v: f32[3,288] = normal(seed=4)
h = conv2d(x, w, b, {WINDOW}, clamp=[0.0, inf])
k = conv2d(h, d, _, {WINDOW}, groups=8, clamp=[0.0, inf])
f = reshape(k, shape=[1, 288])
z = dense(f, v, _)
y = softmax(z, axes=[1])
output y
"""
PRUNE = "prune(sparsity=60%, by=magnitude, scope=layer)\n"


def samples(graph: Graph) -> Calibration:
    """Inputs that depend on each other."""
    generator = np.random.default_rng(11)
    few = {name: generator.normal(size=(4, *graph.types[name].shape)) for name in graph.fed}
    many = [
        {name: np.tensordot(generator.normal(size=4), array, 1).astype(np.float32) for name, array in few.items()}
        for _ in range(256)
    ]
    return Calibration(lambda: many, len(many))


def recovered(recipe: str, text: str = NETWORK) -> tuple[Graph, Graph, PassContext]:
    """The graph after all but the last line of a recipe, and after all."""
    graph = parse_graph(text.strip())
    context = PassContext(calibration=samples(graph))
    result = parse(recipe).pipeline().run(graph, context)
    return context.stages[-2], result, context


def test_the_error_falls_and_zeros_stay() -> None:
    before, after, context = recovered(PRUNE + "recover(epochs=6)\n")
    assert context.original is not None and context.calibration is not None
    judge = Judge(context.original, context.calibration)
    assert judge.error(after) < 0.8 * judge.error(before), context.notes[-1]
    for old, new in zip(before.ops, after.ops, strict=True):
        for was, now in zip(old.reads[1:2], new.reads[1:2], strict=True):
            zeros = before.constants[was].array == 0
            assert zeros.mean() > 0.5
            assert np.array_equal(after.constants[now].array == 0, zeros)


def test_it_is_deterministic() -> None:
    first, second = (recovered(PRUNE + "recover(epochs=1)\n")[1] for _ in range(2))
    assert first == second


def test_only_selected_layers_change() -> None:
    before, after, _ = recovered(PRUNE + "recover(epochs=1) on dense_0\n")
    changed = [old.name for old, new in zip(before.ops, after.ops, strict=True) if old != new]
    assert changed == ["dense_0"]


def test_a_step_too_large_changes_nothing() -> None:
    before, after, context = recovered("prune(sparsity=2%, scope=layer)\nrecover(epochs=1, rate=1.0)\n")
    assert after is before
    assert "no step lessens" in context.notes[-1].note


def test_channels_that_went_are_made_up_for() -> None:
    before, after, context = recovered("prune(sparsity=40%, structure=channel)\nrecover(epochs=4)\n")
    assert before.types["h"].shape[1] < 8
    assert after is not before, context.notes[-1]


@pytest.mark.parametrize(
    "text, reason",
    [
        (NETWORKS["a state"], "the graph has states"),
        (NETWORK.replace("reshape(k,", "reshape(q,").replace("f =", "q = tanh(k)\nf ="), "no slopes are known of tanh"),
    ],
)
def test_what_it_cannot_tune_stays_as_it_is(text: str, reason: str) -> None:
    before, after, context = recovered(PRUNE + "recover\n", text)
    assert after is before
    assert reason in context.notes[-1].note


@pytest.mark.parametrize(
    "recipe, reason",
    [
        ("recover", "put prune before it"),
        (PRUNE + "recover(epochs=0)", "at least one"),
        (PRUNE + "recover(rate=0)", "above 0"),
        (PRUNE + "recover(samples=3)", "at least 16"),
    ],
)
def test_misuse_is_refused(recipe: str, reason: str) -> None:
    with pytest.raises(RecipeError) as found:
        recovered(recipe)
    assert reason in f"{found.value}"


def test_bad_data_is_refused() -> None:
    graph, context = parse_graph(NETWORK.strip()), PassContext()
    pruned = parse(PRUNE).pipeline().run(graph, context)
    bad = [{name: np.full(graph.types[name].shape, np.inf, np.float32) for name in graph.fed}] * 16
    context.calibration = Calibration(lambda: bad, len(bad))
    with pytest.raises(DataError, match='input "x" holds NaN or Inf'):
        parse("recover").pipeline().run(pruned, context)


def test_ops_before_are_only_those_that_count() -> None:
    graph = parse_graph(NETWORK.strip())
    assert [op.name for op in ops_before(graph, ["k"])] == ["conv2d_0", "conv2d_1"]


def test_samples_are_mirrored_where_the_answers_stay() -> None:
    generator = np.random.default_rng(5)
    x = generator.normal(size=(64, 1, 6, 5)).astype(np.float32)
    weights = generator.normal(size=(6, 1)) + np.zeros(5)

    def answers(batch: Mapping[str, Array]) -> dict[str, Array]:
        return {"y": (batch["x"] * weights).sum(axis=(1, 2, 3))[:, np.newaxis]}

    power = float(answers({"x": x})["y"].var())
    mirrors = mirrors_of({"x": x}, answers, {"y": power})
    assert mirrors == {"x": (3,)}
    assert mirrors_of({"x": x}, answers, {}) == {"x": ()}
    ordered = np.broadcast_to(np.arange(5, dtype=np.float32), x.shape)
    steps = np.diff(augmented({"x": ordered}, mirrors, generator)["x"], axis=3)
    assert 0 < (steps < 0).mean() < 1
    np.testing.assert_allclose(augmented({"x": ordered}, {"x": (2,)}, generator)["x"], ordered, rtol=1e-6)
