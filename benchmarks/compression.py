"""Shipped recipes on real nets: bytes of constants as linked, accuracy, cycles and arena on a Cortex-M4.

    python -m benchmarks.compression                          every net, every recipe
    python -m benchmarks.compression kws_float --recipe float --recipe small --limit 200
    python -m benchmarks.compression --lossless               nets that came quantised: exact passes and encodings

Models and data are no part of the project: see benchmarks/models.py; calibration and test samples are disjoint, one
half of a file each where there is one file. Drops are counted from the first recipe, * marks what no other recipe beats
in bytes, drop and cycles. zlib-9: of the int8 weights that the recipe int8 leaves, for comparison; it
would have to be unpacked into RAM.
"""

from __future__ import annotations

import argparse
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.models import folders
from benchmarks.quantize_tasks import Task, tasks_of
from benchmarks.stages import weights_of
from tinyc.driver import Options, build
from tinyc.ir.graph import Graph
from tinyc.make import make
from tinyc.pareto import Point, Question, pareto
from tinyc.profile import profile
from tinyc.recipe import load_recipe, parse, recipe_names
from tinyc.targets import load_board

FLOATS = ("kws_float", "resnet8_float", "vww_float", "lenet5_mnist_dynamo", "ad01_float")
QUANTISED = ("kws_int8_qdq", "resnet8_int8_qdq", "vww_int8_qdq", "ad01_int8_qdq")
CALIBRATION = 1024
"""Samples at most."""
LOSSLESS = {
    "plain": "include float\nencode(to=dense)\n",
    "lossless": "include lossless\n",
    "huffman": "include lossless\nhuffman where saves > 2%\n",
}
BOARD = "cortex-m4"


def zipped(graph: Graph) -> int:
    """Bytes of zlib-9 over all int8 weights, one behind another."""
    whole = np.concatenate([array.astype(np.int8).reshape(-1) for array in weights_of(graph)])
    return len(zlib.compress(whole.tobytes(), 9))


def recipes_of(task: Task, names: Sequence[str], folder: Path) -> Iterator[str]:
    """Rows of one net: each recipe, then zlib-9."""
    np.savez(folder / "calibration.npz", x=task.calibration)
    labels = {} if task.test.labels is None else {"y": task.test.labels}
    np.savez(folder / "test.npz", x=task.test.x, **labels)
    board, options = load_board(BOARD), Options(channels_last_inputs=True)
    recipes = tuple(load_recipe(name) for name in names)
    data, calibration = folder / "test.npz", folder / "calibration.npz"
    for point in pareto(Question(task.model, board, recipes, data, calibration, options)).points:
        yield f"| `{task.model.stem}` | {_cells(point)} |"
    plain = build(task.model, board, load_recipe("int8"), options, calibration)
    yield f"| `{task.model.stem}` | zlib-9 of int8 | {zipped(plain.graph):,} | | | | | |"


def _cells(point: Point) -> str:
    if point.refused:
        return f"{point.recipe} | {point.refused} | | | | | "
    assert point.value is not None and point.drop is not None
    return (
        f"{point.recipe}{' *' if point.on_front else ''} | {point.constants:,} | {point.value:.4g} | "
        f"{100 * point.drop:+.2f} % | "
        f"{(point.cycles or 0) / 1e6:.3f} | {point.arena:,} | {point.code or 0:,}"
    )


def lossless_of(model: Path) -> Iterator[str]:
    """Rows of one quantised net."""
    options = Options(channels_last_inputs=True)
    for name, text in LOSSLESS.items():
        with tempfile.TemporaryDirectory() as folder:
            recipe = parse(text, name, load_recipe)
            report = make(model, load_board(BOARD), recipe, options, Path(folder) / "net").report
            cycles = (profile(Path(folder) / "net").costs.total.cycles_model or 0) / 1e6
        flash, ram = report["flash"], report["ram"]
        constants = flash["weights"] + (flash["tables"] or 0)
        yield f"| `{model.stem}` | {name} | {constants:,} | {cycles:.3f} | {ram['arena']:,} | {flash['code']:,} |"


def main() -> int:
    """Print a table; exit code 1 without models or data."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("models", nargs="*", metavar="MODEL", help=f"of {', '.join(FLOATS)}")
    parser.add_argument("--recipe", action="append", help="by name or file; default: all that come with tinyc")
    parser.add_argument("--limit", type=int, help="test samples of each model")
    parser.add_argument("--most", type=int, default=CALIBRATION, help="calibration samples at most")
    parser.add_argument("--lossless", action="store_true", help="quantised models, nothing that changes a result")
    options = parser.parse_args()
    models, data = folders()
    if options.lossless:
        print("| net | recipe | weights + tables | M cycles | arena | code |\n|---|---|---|---|---|---|")
        for name in options.models or QUANTISED:
            for row in lossless_of(models / f"{name}.onnx"):
                print(row, flush=True)
        return 0
    names = options.recipe or ["float", *(name for name in recipe_names() if name not in ("float", "lossless"))]
    heads = ("net", "recipe", "weights + tables", "score", "drop", "M cycles", "arena", "code")
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for name in options.models or FLOATS:
        with tempfile.TemporaryDirectory() as folder:
            task = tasks_of(name, models, data, options.limit, once=True, most=options.most)[0]
            for row in recipes_of(task, names, Path(folder)):
                print(row, flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
