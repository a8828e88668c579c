"""Chains of factors: what they compute in the place of a layer; graphs and messages are in tests/mdtest/passes."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import tinyc.ops  # noqa: F401  (registers every operator)
from tests.unit.test_repairs import NETWORKS, calibration, mean_outputs
from tinyc.calibration.calibration import Calibration
from tinyc.calibration.chain import Wanted, Way
from tinyc.calibration.factors import WAYS, Cp, least, most
from tinyc.calibration.moments import damped
from tinyc.errors import RecipeError
from tinyc.ir.blobs import Blob
from tinyc.ir.graph import Graph
from tinyc.ir.interp import interpret
from tinyc.ir.text import parse as parse_graph
from tinyc.ir.types import Array
from tinyc.ir.verify import verify
from tinyc.passes.base import PassContext
from tinyc.passes.low_rank_layers import append, parts_of
from tinyc.recipe import parse

SHAPES = [(5, 7), (7, 4), (6, 5, 1, 1), (5, 4, 3), (6, 4, 3, 3), (4, 3, 5, 2), (3, 2, 1, 4), (3, 2, 2, 3, 2)]
"""Weights of dense layers and of convolutions over one to three axes."""
FORMS = [(way, shape) for way in WAYS for shape in SHAPES if way.takes(shape)]


def layer(shape: tuple[int, ...]) -> Graph:
    """One layer with odd strides, dilations and padding, a bias and a clamp."""
    kernel, m = list(shape[2:]), shape[0]
    tail = f"const w: f32[{','.join(map(str, shape))}] = normal(seed=1)\nconst b: f32[{m}] = normal(seed=2)\n"
    if not kernel:
        dense = f"input x: f32[2,{shape[1]}]\n{tail}y = dense(x, w, b, clamp=[-1.5, 2.0])"
        return parse_graph(f"graph g\n{dense}\noutput y")
    axes = len(kernel)
    size = ",".join(map(str, [1, shape[1], *[9, 8, 7][:axes]]))
    window = (
        f"kernel={kernel}, strides={[2, 1, 2][:axes]}, dilations={[1, 2, 1][:axes]}, begin={[1, 2, 0][:axes]}, "
        f"end={[0, 1, 1][:axes]}"
    )
    return parse_graph(
        f"graph g\ninput x: f32[{size}]\n{tail}y = conv2d(x, w, b, window={{{window}}}, clamp=[-1.5, 2.0])\noutput y"
    )


def gram_of(shape: tuple[int, ...], seed: int = 4) -> Array:
    count = int(np.prod(shape[1:]))
    generator = np.random.default_rng(seed)
    inputs = generator.normal(size=(3 * count, count)) @ generator.normal(size=(count, count))
    return np.asarray(damped((inputs.T @ inputs)[None], 0.01)[0])


def alike(shape: tuple[int, ...], seed: int = 4) -> Array:
    """Moments of inputs whose channels depend on each other, equally at all taps."""
    generator = np.random.default_rng(seed)
    inputs = generator.normal(size=(3 * shape[1], shape[1])) @ generator.normal(size=(shape[1], shape[1]))
    taps = int(np.prod(shape[2:]))
    return np.asarray(damped(np.kron(inputs.T @ inputs, np.eye(taps))[None], 0.01)[0])


def with_weights(graph: Graph, weights: Array) -> Graph:
    draft = graph.draft()
    draft.constants["w"] = Blob(weights.astype(np.float32).reshape(graph.types["w"].shape))
    return draft.freeze()


@pytest.mark.parametrize("way, shape", FORMS)
@pytest.mark.parametrize("weighted", [False, True])
def test_layers_compute_what_their_product_does(way: type[Way], shape: tuple[int, ...], weighted: bool) -> None:
    graph = layer(shape)
    (op,) = graph.ops
    weights = graph.constants["w"].array.astype(np.float64)
    own = way(Wanted(weights, gram_of(shape) if weighted else np.eye(weights[0].size)))
    for rank in (own.path[len(own.path) // 2], own.path[-1]):
        chain = own.make(rank)
        if rank == own.path[-1] and way is not Cp:
            np.testing.assert_allclose(chain.rows, own.wanted.rows, atol=1e-9)
        draft = graph.draft()
        draft.ops = []
        parts = parts_of(op, graph.types["x"].shape, chain)
        append(draft, op, parts, None)
        result = draft.freeze()
        verify(result)
        x = np.random.default_rng(5).normal(size=graph.types["x"].shape).astype(np.float32)
        one, two = interpret(with_weights(graph, chain.rows), {"x": x})["y"], interpret(result, {"x": x})["y"]
        np.testing.assert_allclose(two, one, atol=5e-5)
        assert sum(part.macs for part in parts) == sum(result.macs(other) for other in result.ops)


@pytest.mark.parametrize("way, shape", [form for form in FORMS if form[0] is not Cp or np.prod(form[1]) < 100])
def test_ranks_are_what_is_asked_for(way: type[Way], shape: tuple[int, ...]) -> None:
    wanted = Wanted(np.random.default_rng(3).normal(size=shape), alike(shape))
    own = way(wanted)
    chains = [own.make(rank) for rank in own.path]
    assert [chain.elements for chain in chains] == [own.elements(rank) for rank in own.path]
    errors = [wanted.error(chain.rows) for chain in chains]
    assert way is Cp or errors[-1] < 1e-20
    assert (np.diff(errors) <= 0.1 * np.array(errors[:-1])).all(), "a larger rank is no worse"
    for bound in (0.5, 0.1):
        found = least(own, bound, 10**9)
        assert found is None or wanted.error(found.rows) <= bound
        smaller = [e for c, e in zip(chains, errors, strict=True) if found is None or c.elements < found.elements]
        assert all(error > 0.9 * bound for error in smaller)
    found = most(own, wanted.weights.size / 2)
    assert found is None or found.elements <= wanted.weights.size / 2


@pytest.mark.parametrize("way, shape", [(way, s) for way in WAYS for s in ((8, 6, 3, 3), (12, 20)) if way.takes(s)])
def test_factors_of_weighted_weights_lose_less_of_the_outputs(way: type[Way], shape: tuple[int, ...]) -> None:
    wanted = Wanted(np.random.default_rng(3).normal(size=shape), alike(shape))
    plain, aware = way(Wanted(wanted.weights, np.eye(wanted.rows.shape[1]))), way(wanted)
    rank = aware.of(3)
    assert wanted.error(aware.make(rank).rows) < 0.9 * wanted.error(plain.make(rank).rows)


def test_cp_finds_the_rank_of_weights() -> None:
    generator = np.random.default_rng(6)
    a, b, c, d = (generator.normal(size=(extent, 2)) for extent in (6, 5, 3, 3))
    wanted = Wanted(np.einsum("ar,br,cr,dr->abcd", a, b, c, d), np.eye(45))
    found = least(Cp(wanted), 1e-4, 10**9)
    assert found is not None and found.rank == (2,)


def test_means_of_outputs_stay() -> None:
    """The bias takes up the mean error, layer after layer, each with the inputs that it gets."""
    graph = parse_graph(NETWORKS["convolutions"].strip())
    data = calibration(graph)
    recipe = parse("low_rank(ratio=80%, method=svd, by=outputs)\n")
    result = recipe.pipeline().run(graph, PassContext(calibration=data))
    assert len(result.ops) > len(graph.ops)
    np.testing.assert_allclose(mean_outputs(result, data), mean_outputs(graph, data), atol=1e-4)


def test_a_layer_is_replaced_only_where_it_saves() -> None:
    graph = parse_graph("graph g\ninput x: f32[1,8]\nconst w: f32[8,8] = normal(seed=1)\ny = dense(x, w, _)\noutput y")
    for rank, replaced in ((3, True), (4, False)):
        result = parse(f"low_rank(rank={rank})\n").pipeline().run(graph, PassContext())
        assert (result is not graph) is replaced


def test_saving_bytes_may_cost_multiplications() -> None:
    """Many places read the first of two layers where the second has strides."""
    graph = parse_graph(
        "graph g\ninput x: f32[1,4,9,9]\nconst w: f32[8,4,3,3] = normal(seed=1)\n"
        "y = conv2d(x, w, _, window={kernel=[3, 3], strides=[3, 3], dilations=[1, 1], begin=[0, 0], end=[0, 0]})\n"
        "output y"
    )
    for saves, replaced in (("bytes", True), ("macs", False), ("both", False)):
        recipe = parse(f"low_rank(rank=7, method=spatial, saves={saves})\n")
        assert (recipe.pipeline().run(graph, PassContext()) is not graph) is replaced, saves


@pytest.mark.parametrize("method", ["tucker", "cp", "auto"])
def test_without_tensorly_the_message_says_what_to_install(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = layer((6, 4, 3, 3))
    monkeypatch.setitem(sys.modules, "tensorly", None)
    with pytest.raises(RecipeError, match="TensorLy") as found:
        parse(f"low_rank(method={method})\n").pipeline().run(graph, PassContext())
    assert found.value.hint == "pip install 'tinyc[compress]'"


def test_inputs_that_overflow_are_named() -> None:
    graph = parse_graph("graph g\ninput x: f32[1,8]\nconst w: f32[8,8] = normal(seed=1)\ny = dense(x, w, _)\noutput y")
    data = Calibration(lambda: [{"x": np.full((1, 8), np.inf, np.float32)}], 1)
    with pytest.raises(RecipeError, match='op "dense_0"'):
        parse("low_rank(error=1%)\n").pipeline().run(graph, PassContext(calibration=data))


def test_effective_recipe_shows_the_energy() -> None:
    assert str(parse("low_rank\n").steps[0]).startswith("low_rank(energy=0.95")
