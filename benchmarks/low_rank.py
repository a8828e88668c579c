"""Weights, multiplications and accuracy of layers that became chains of factors, as floats and in int8.

    python -m benchmarks.low_rank                              every model, by the error of outputs
    python -m benchmarks.low_rank resnet8_float --limit 200 --methods spatial tucker --errors 0.02 0.05
    python -m benchmarks.low_rank lenet5_mnist_dynamo --by weights

Models and data are no part of the project: see benchmarks/models.py; calibration and test samples are disjoint.
`weights` and `MACs` are of convolutions and dense layers, in thousands. Cells as in benchmarks/share.py.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

from benchmarks.models import folders
from benchmarks.quantize_tasks import tasks_of
from benchmarks.share import MODELS
from benchmarks.stages import WORDS, Half, count_of, print_table, scored, second_half, weights_of
from tinyc.ir.graph import Graph

ERRORS = (0.01, 0.02, 0.05, 0.1, 0.2)
LINE = "low_rank({bound}, method={method}){tail}\n"
QUANTIZE = "quantize(weights=int8, calibrate=percentile, rounding=gptq)\n"


def rows(halves: Sequence[Half], bounds: Sequence[str], methods: Sequence[str], tail: str) -> Iterator[str]:
    """One after the other."""

    def cells(floats: str) -> str:
        graphs = [second_half(half, floats) for half in halves]
        quantised = [second_half(half, f"{floats}{QUANTIZE}") for half in halves]
        return f"{_sizes(graphs[0])} | {scored(halves, graphs)} | {scored(halves, quantised)}"

    yield f"as it is | {cells('')}"
    for method in methods:
        for bound in bounds:
            line = LINE.format(bound=bound, method=method, tail=tail)
            yield f"{line.strip()} | {cells(line)}"


def _sizes(graph: Graph) -> str:
    macs = sum(graph.macs(op) for op in graph.ops if op.kind in WORDS)
    return f"{sum(array.size for array in weights_of(graph)) / 1000:.1f} | {macs / 1000:.0f}"


def main() -> int:
    """Print a table for each model; exit code 1 without models or data."""
    parser = argparse.ArgumentParser(description="Layers that became chains of factors")
    parser.add_argument("models", nargs="*", metavar="MODEL", help=f"of {', '.join(MODELS)}")
    parser.add_argument("--limit", type=int, help="test samples of each model")
    parser.add_argument("--once", action="store_true", help="one half of the samples calibrates, the other tests")
    parser.add_argument("--errors", type=float, nargs="+", default=ERRORS, help="shares of the squares left out")
    parser.add_argument("--methods", nargs="+", default=["auto"])
    parser.add_argument("--by", choices=("outputs", "weights"), default="outputs")
    parser.add_argument("--tail", default="", help='such as " on dense* where bytes > 8K"')
    options = parser.parse_args()
    models, data = folders()
    bounds = [f"energy={1 - error:.4g}, by={options.by}" for error in options.errors]
    for name in options.models or MODELS:
        tasks = tasks_of(name, models, data, options.limit, options.once)
        heads = (f"`{name}`, {count_of(tasks)} samples", "weights", "MACs", "float", "int8")
        print_table(tasks, heads, lambda halves, _: rows(halves, bounds, options.methods, options.tail))
    return 0


if __name__ == "__main__":
    sys.exit(main())
