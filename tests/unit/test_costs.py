"""Prices of kernels: the committed files, what they do to the choice, and how they are fitted."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from benchmarks.cost_measured import Measurement
from benchmarks.costs import prices
from tinyc.ir.graph import Draft, Graph, Op
from tinyc.ir.types import DType, Quant, TensorType
from tinyc.kernels.record import KERNELS, Kernel
from tinyc.lower.select import candidates, site_of
from tinyc.ops.dense import Dense
from tinyc.resources import boards_dir
from tinyc.targets import load_board
from tinyc.targets.load import load_cores

FILES = sorted((boards_dir() / "costs").glob("*.toml"))
BOARD = load_board("cortex-m4")


def test_there_are_some() -> None:
    assert "cortex-m4" in {file.stem for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_file_names_known_kernels_and_counts(file: Path) -> None:
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    assert file.stem in load_cores()
    assert set(found) == {"date", "compiler", "emulator", "kernels"}
    for name, price in found["kernels"].items():
        records = [kernel for kernel in KERNELS.values() if kernel.name == name]
        assert records, f"{name} is no kernel"
        assert set(price) <= {"calls", *(count for kernel in records for count in kernel.cost)}, name
        assert all(value >= 0 for value in price.values()) and any(value > 0 for value in price.values()), name


def dense(rows: int, inputs: int, outputs: int) -> Graph:
    kind = Quant.per_tensor(0.1, 0)
    draft = Draft("g", inputs=["x"], outputs=["y"])
    draft.types["x"] = TensorType(DType.S8, (rows, inputs), quant=kind)
    draft.types["y"] = TensorType(DType.S8, (rows, outputs), quant=Quant.per_tensor(5.0, 0))
    weights = np.random.default_rng(0).integers(-127, 128, (outputs, inputs)).astype(np.int8)
    draft.add_constant(
        "w", weights, TensorType(DType.S8, weights.shape, quant=Quant((0.1,) * outputs, (0,) * outputs, 0))
    )
    draft.ops = [Op("dense_0", Dense(), ("x", "w", None), ("y",))]
    return draft.freeze()


def measured(price: Mapping[str, float], sizes: list[tuple[int, int, int]]) -> list[Measurement]:
    kernel: Kernel = KERNELS["dense", "tc_dense_s8_ref"]
    found = []
    for size in sizes:
        graph = dense(*size)
        site = site_of(graph, graph.ops[0])
        took = sum(count * price[name] for name, count in kernel.counts(site).items())
        found.append(Measurement(kernel, site, round(took)))
    return found


def test_fit_finds_the_prices_that_made_the_measurements() -> None:
    price = {"calls": 300.0, "macs": 7.0, "outputs": 41.0}
    found = prices(measured(price, [(1, 8, 8), (1, 64, 16), (4, 100, 3), (7, 5, 40), (2, 300, 30)]))
    assert found == pytest.approx(price, rel=0.02)


def test_from_few_layers_the_record_is_scaled() -> None:
    kernel = KERNELS["dense", "tc_dense_s8_ref"]
    double = {name: 2 * value for name, value in kernel.prices({}).items()}
    assert prices(measured(double, [(1, 64, 16), (4, 100, 3)])) == pytest.approx(double, rel=0.02)


def test_measured_prices_decide() -> None:
    graph = dense(1, 64, 64)
    site = site_of(graph, graph.ops[0])
    first, second = (one.kernel for one in candidates(site, BOARD, {})[:2])
    dear = dict.fromkeys(first.prices({}), 1e6)
    assert candidates(site, BOARD, {first.name: dear})[0].kernel is second
