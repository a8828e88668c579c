"""Accuracy of int8 weights that share a codebook, by bits and method, beside GPTQ's even levels.

    python -m benchmarks.share                       every model
    python -m benchmarks.share kws_float --limit 200 --bits 4 3 --rows hessian
    python -m benchmarks.share resnet8_float --scope channel

Models and data are no part of the project: see benchmarks/models.py; calibration and test samples are disjoint. A row
is a method with its bits. `KB` is what indices and codebooks take (layers that do not save stay int8), `biases` what
comes on top in any case, `entropy` what an ideal code of the weights would take instead of indices. Then top-1 in
percent, or the MSE of models that reconstruct their input; in brackets the change against the float model in points
(MSE: in percent) with its standard error, and signal over error of the outputs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.models import Array, folders
from benchmarks.quantize_tasks import tasks_of
from benchmarks.stages import Half, bias_bytes, count_of, first_halves, print_table, scored, second_half, weights_of

MODELS = ("kws_float", "resnet8_float", "vww_float", "lenet5_mnist_dynamo", "ad01_float")
INT8 = "include int8\n"
EVEN = "include float\nquantize(weights={bits}, first={bits}, calibrate=percentile, rounding=gptq)\n"
BITS = (6, 5, 4, 3, 2)
METHODS = ("hessian", "kmeans")
ROWS = ("int8", "even", *METHODS)


def entropy_bytes(arrays: Sequence[Array]) -> float:
    """What the weights of all layers take in an ideal code for each layer."""
    bits = 0.0
    for array in arrays:
        _, counts = np.unique(array, return_counts=True)
        bits -= float((counts * np.log2(counts / array.size)).sum())
    return bits / 8


def shared_bytes(arrays: Sequence[Array], bits: int, books: Sequence[int]) -> int:
    """Indices and so many codebooks, or int8 where a layer has more integers than they hold."""
    total = 0
    for array, count in zip(arrays, books, strict=True):
        parts = np.array_split(array, count)
        fits = all(len(np.unique(part)) <= 2**bits for part in parts)
        total += -(-array.size * bits // 8) + count * 2**bits if fits else array.size
    return total


def rows(floats: Sequence[Half], bits: Sequence[int], chosen: Sequence[str], scope: str, folder: Path) -> Iterator[str]:
    """One after the other."""
    tasks = [half.task for half in floats]

    def cells(halves: Sequence[Half], size: float | None = None) -> str:
        graphs = [half.graph for half in halves]
        arrays, found = weights_of(graphs[0]), scored(halves, graphs)
        size = sum(array.nbytes for array in arrays) if size is None else size
        kept = f"{size / 1000:.1f} | {entropy_bytes(arrays) / 1000:.1f} | {bias_bytes(graphs[0]) / 1000:.1f}"
        return f"{kept} | {found}"

    yield f"float | {cells(floats)}"
    halves = first_halves(tasks, INT8, folder) if {"int8", *METHODS} & set(chosen) else []
    if "int8" in chosen:
        yield f"int8 | {cells(halves)}"
    for number in (4, 2) if "even" in chosen else ():
        even = first_halves(tasks, EVEN.format(bits=f"int{number}"), folder)
        size = sum(array.size for array in weights_of(even[0].graph)) * number / 8
        yield f"int{number}, GPTQ | {cells(even, size)}"
    for method in METHODS:
        for count in bits if method in chosen else ():
            recipe = f"share_weights(bits={count}, by={method}, scope={scope})"
            shared = [replace(half, graph=second_half(half, recipe)) for half in halves]
            arrays = weights_of(shared[0].graph)
            books = [len(array) if scope == "channel" else 1 for array in arrays]
            yield f"{count} bits, {method} | {cells(shared, shared_bytes(arrays, count, books))}"


def main() -> int:
    """Print a table for each model; exit code 1 without models or data."""
    parser = argparse.ArgumentParser(description="Accuracy of weights that share a codebook")
    parser.add_argument("models", nargs="*", metavar="MODEL", help=f"of {', '.join(MODELS)}")
    parser.add_argument("--limit", type=int, help="test samples of each model")
    parser.add_argument("--once", action="store_true", help="one half of the samples calibrates, the other tests")
    parser.add_argument("--bits", type=int, nargs="+", default=BITS)
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=ROWS)
    parser.add_argument("--scope", choices=("layer", "channel"), default="layer")
    options = parser.parse_args()
    models, data = folders()
    for name in options.models or MODELS:
        tasks = tasks_of(name, models, data, options.limit, options.once)
        heads = (f"`{name}`", "KB", "entropy", "biases", f"{count_of(tasks)} samples")
        print_table(tasks, heads, lambda own, folder: rows(own, options.bits, options.rows, options.scope, folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
