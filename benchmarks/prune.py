"""Accuracy after pruning without training, in float and with int8 on top: a curve for each structure.

    python -m benchmarks.prune                                       every model, every structure
    python -m benchmarks.prune resnet8_float --once --limit 250 --rows "block[4, 4]" channel
    python -m benchmarks.prune lenet5_mnist_dynamo --sparsity 80 90 95 --rows element
    python -m benchmarks.prune kws_float --options by=magnitude      or by=activation, scope=layer, cost=macs

Models and data are no part of the project: see benchmarks/models.py; calibration and test samples are disjoint. A row
is a structure with its sparsity. `zeros`: share of the float model's weights that are zero or gone; `MACs`: share of
its multiplications that are gone, zeros counted as gone. Then top-1 in percent, or the MSE of models that reconstruct
their input, of the pruned float model and of its int8 form; in brackets the change against the float model in points
(MSE: in percent) with its standard error, and signal over error of the outputs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from benchmarks.models import folders
from benchmarks.quantize_tasks import tasks_of
from benchmarks.stages import Half, count_of, print_table, scored, second_half, weights_of
from tinyc.ir.graph import Graph

MODELS = ("kws_float", "resnet8_float", "vww_float", "lenet5_mnist_dynamo", "ad01_float")
CALIBRATION = 4096
"""Samples at most."""
ROWS = ("element", "2:4", "block[4, 2]", "block[4, 4]", "channel")
SPARSITIES = (30, 50, 70, 80, 90)
CHANNELS = (10, 20, 30, 40, 50)
INT8 = "quantize(weights=int8, calibrate=percentile, rounding=gptq)"


def zeros(graph: Graph, whole: Graph) -> float:
    """Share of weights that are zero, or gone."""
    left = sum(np.count_nonzero(array) for array in weights_of(graph))
    return 1 - left / sum(array.size for array in weights_of(whole))


def macs(graph: Graph) -> float:
    """Of one inference, without those with zeros."""
    total = 0.0
    for op in graph.ops:
        weights = graph.constant(op.inputs[1]) if len(op.inputs) > 1 else None
        total += graph.macs(op) * (1.0 if weights is None else float(np.count_nonzero(weights) / weights.size))
    return total


def recipes(row: str, sparsities: Sequence[int], options: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Name and recipe of each point of a curve."""
    given = "".join(f", {option}" for option in options)
    if ":" in row:
        yield row, f"prune(structure={row}{given})"
        return
    for share in sparsities or (CHANNELS if row == "channel" else SPARSITIES):
        yield f"{row} {share} %", f"prune(sparsity={share}%, structure={row}{given})"


def lines(
    halves: Sequence[Half], rows: Sequence[str], sparsities: Sequence[int], options: Sequence[str]
) -> Iterator[str]:
    """Rows of a table, one after the other."""
    floats = [half.graph for half in halves]

    def cells(graphs: Sequence[Graph]) -> str:
        inner = [replace(half, graph=graph) for half, graph in zip(halves, graphs, strict=True)]
        small = [second_half(half, INT8) for half in inner]
        kept = f"{zeros(graphs[0], floats[0]):.1%} | {1 - macs(graphs[0]) / macs(floats[0]):.1%}"
        return f"{kept} | {scored(halves, graphs)} | {scored(halves, small)}"

    yield f"dense | {cells(floats)}"
    for row in rows:
        for name, recipe in recipes(row, sparsities, options):
            yield f"{name} | {cells([second_half(half, recipe) for half in halves])}"


def main() -> int:
    """Print a table for each model; exit code 1 without models or data."""
    parser = argparse.ArgumentParser(description="Accuracy after pruning without training")
    parser.add_argument("models", nargs="*", metavar="MODEL", help=f"of {', '.join(MODELS)}")
    parser.add_argument("--limit", type=int, help="test samples of each model")
    parser.add_argument("--once", action="store_true", help="one half of the samples calibrates, the other tests")
    parser.add_argument("--rows", nargs="+", default=ROWS, metavar="STRUCTURE", help=f"of {', '.join(ROWS)}")
    parser.add_argument("--sparsity", nargs="+", type=int, default=(), metavar="PERCENT")
    parser.add_argument("--options", nargs="+", default=(), metavar="NAME=VALUE", help="more options of prune")
    parser.add_argument("--most", type=int, default=CALIBRATION, help="calibration samples at most")
    options = parser.parse_args()
    models, data = folders()
    for name in options.models or MODELS:
        tasks = tasks_of(name, models, data, options.limit, options.once, most=options.most)
        heads = (f"`{name}`", "zeros", "MACs", f"float, {count_of(tasks)} samples", "int8")
        print_table(tasks, heads, lambda halves, _: lines(halves, options.rows, options.sparsity, options.options))
    return 0


if __name__ == "__main__":
    sys.exit(main())
