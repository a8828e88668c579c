"""The whole line on real models: build time, memory, work, proof, and accuracy against ONNX Runtime.

    python -m benchmarks.line                       every model, on cortex-m4
    python -m benchmarks.line kws_int8_qdq --limit 200
    python -m benchmarks.line --cores               three nets on every emulated core, with equal results

Models and data are no part of the project: see benchmarks/models.py. Without them there is nothing to measure, and it
says so. Seconds depend on the machine; all other figures do not. Top-1 is of the host's C, which `verify` compares with
the board's, and of ONNX Runtime with its optimisations off, on the same samples.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.models import Array, Samples, folder_of, samples_of
from tinyc.codegen.manifest import read_manifest
from tinyc.driver import Options, build
from tinyc.errors import TinycError
from tinyc.evaluate import score, scored_output
from tinyc.frontend.reference import Reference
from tinyc.host import samples as tinyc_samples
from tinyc.make import Made, make
from tinyc.profile import profile
from tinyc.recipe import load_recipe
from tinyc.run import run_samples
from tinyc.targets import board_names, load_board
from tinyc.verification import HOST_BOARD, NUMPY_HOST
from tinyc.verify import Request, verify

BOARD = "cortex-m4"
CORE_MODELS = ("lenet5_mnist_legacy", "lenet5_ort_qdq_u8s8", "kws_int8_qdq")
CORE_SAMPLES = 4
_WIDTH = 200


@dataclass(frozen=True, slots=True)
class Row:
    """What one model showed; None where it does not apply or was not measured. Bytes, seconds, shares of 1."""

    model: str
    build_seconds: float | None = None
    arena: int | None = None
    lower_bound: int | None = None
    weights: int | None = None
    tables: int | None = None
    code: int | None = None
    stack: int | None = None
    instructions: int | None = None
    cycles_model: int | None = None
    verified: str = ""
    samples: int | None = None
    top1: float | None = None
    top1_onnxruntime: float | None = None
    agreement: float | None = None
    mse: float | None = None
    mse_onnxruntime: float | None = None


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Scores of both on the same samples."""

    samples: int
    top1: float | None
    top1_onnxruntime: float | None
    agreement: float | None
    mse: float | None
    mse_onnxruntime: float | None


def measure(model: Path, data: Path, limit: int | None, work: Path) -> Row:
    """Everything about one model; a model that tinyc refuses is a row with the reason."""
    try:
        seconds = build_seconds(model)
        made = make(model, load_board(BOARD), load_recipe("float"), Options(), work / model.stem)
        samples = samples_of(model, data, limit)
        scores = {} if samples is None else asdict(accuracy(made, model, samples))
        costs = profile(made.folder).costs.total
        report = made.report
        return Row(
            model=model.stem,
            build_seconds=seconds,
            arena=report["ram"]["arena"],
            lower_bound=report["lower_bounds"]["arena"],
            **{key: report["flash"][key] for key in ("weights", "tables", "code")},
            stack=report["ram"]["stack"],
            instructions=costs.instructions,
            cycles_model=costs.cycles_model,
            verified=verdict(model, BOARD),
            **scores,
        )
    except TinycError as error:
        return Row(model.stem, verified=f"{type(error).__name__}: {error.reason.splitlines()[0]}")


def build_seconds(model: Path) -> float:
    """Seconds from the ONNX file to the C in memory, without compiling it."""
    start = time.perf_counter()
    build(model, load_board(BOARD))
    return time.perf_counter() - start


def verdict(model: Path, board: str) -> str:
    """What `tinyc verify` says: bit for bit, or the largest relative difference of numpy, host and board."""
    request = Request(model, load_board(board), load_recipe("float"), Options(), samples=CORE_SAMPLES)
    found = verify(request)
    pairs = [pair for name in (NUMPY_HOST, HOST_BOARD) if (pair := found.pair(name)) is not None]
    if all(pair.equal for pair in pairs):
        return "bit for bit" if found.equal else "DIFFERENT"
    return f"{'within' if found.equal else 'DIFFERENT'} {max(pair.relative for pair in pairs):.0e}"


def accuracy(made: Made, model: Path, samples: Samples) -> Accuracy:
    """The host's C and ONNX Runtime on the same samples."""
    manifest = read_manifest(made.folder)
    inputs, outputs = manifest.inputs, manifest.outputs
    taken = tinyc_samples.Samples({inputs[0].name: tinyc_samples.as_input(samples.x, inputs[0], model.stem)})
    number = scored_output(outputs)
    ours = run_samples(made.folder, "host", taken).outputs[outputs[number].name]
    theirs = reference_outputs(model, samples, number)
    flat, other = (values.reshape(len(values), -1) for values in (ours, theirs))
    mine, yours = (score(values, samples.labels, samples.x.reshape(len(samples.x), -1)) for values in (flat, other))
    classes = samples.labels is not None
    agreement = float(np.mean(flat.argmax(axis=1) == other.argmax(axis=1))) if classes else None
    return Accuracy(len(samples.x), mine.top1, yours.top1, agreement, mine.mse, yours.mse)


def reference_outputs(model: Path, samples: Samples, number: int) -> Array:
    """ONNX Runtime's real outputs, with its own float input."""
    reference = Reference(model)
    assert reference.engine.startswith("ONNX Runtime"), "the table compares with ONNX Runtime: pip install 'tinyc[ort]'"
    name, wanted = reference.inputs[0].name, reference.outputs[number]
    rows = [reference.run({name: x[None]})[wanted] for x in samples.x]
    return np.stack(rows)


# --- all cores ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CoreRow:
    """One model on one emulated core: `equal` if its outputs are those of the first core in the list."""

    model: str
    board: str
    verified: str
    equal: bool
    instructions: int | None
    code: int | None
    stack: int | None


def on_cores(model: Path, data: Path, work: Path) -> list[CoreRow]:
    """The same samples on every emulated core that the model fits."""
    rows: list[CoreRow] = []
    first: Array | None = None
    samples = samples_of(model, data, CORE_SAMPLES)
    assert samples is not None
    for name in emulated_cores():
        made = make(model, load_board(name), load_recipe("float"), Options(), work / f"{model.stem}-{name}")
        manifest = read_manifest(made.folder)
        taken = {manifest.inputs[0].name: tinyc_samples.as_input(samples.x, manifest.inputs[0], model.stem)}
        outputs = run_samples(made.folder, "qemu", tinyc_samples.Samples(taken)).outputs[manifest.outputs[0].name]
        first = outputs if first is None else first
        rows.append(
            CoreRow(
                model=model.stem,
                board=name,
                verified=verdict(model, name),
                equal=bool(np.array_equal(outputs, first)),
                instructions=profile(made.folder).costs.total.instructions,
                code=made.report["flash"]["code"],
                stack=made.report["ram"]["stack"],
            )
        )
    return rows


def emulated_cores() -> list[str]:
    """Boards that stand for a core: emulated, and called like it."""
    boards = map(load_board, board_names())
    return [board.name for board in boards if board.emulator is not None and board.name == board.core.name]


# --- printing -------------------------------------------------------------------------------------------------------

_PERCENT = ("top1", "top1_onnxruntime", "agreement")


def heading(name: str) -> str:
    return name.replace("_onnxruntime", " ORT").replace("_", " ")


def text_of(name: str, value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, float):
        return f"{100 * value:.2f} %" if name in _PERCENT else f"{value:.2f}" if "seconds" in name else f"{value:.5g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def table_of(rows: Sequence[Row | CoreRow]) -> list[list[str]]:
    """Heads, rules, and a line for each row."""
    names = [item.name for item in fields(rows[0])]
    body = [[text_of(name, getattr(row, name)) for name in names] for row in rows]
    return [[heading(name) for name in names], ["---"] * len(names), *body]


def markdown(lines: Sequence[Sequence[str]]) -> str:
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def show(rows: Sequence[Row | CoreRow], title: str) -> None:
    heads, _, *body = table_of(rows)
    table = Table(title=title)
    for head in heads:
        table.add_column(head, justify="left" if head in ("model", "board", "verified") else "right")
    for cells in body:
        table.add_row(*cells)
    Console(width=None if sys.stdout.isatty() else _WIDTH).print(table)


def progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.line", description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", help="stems of the models' files; default: all, or three with --cores")
    parser.add_argument("--limit", type=int, help="samples per model; default: all")
    parser.add_argument("--cores", action="store_true", help="three nets on every emulated core")
    parser.add_argument("--json", action="store_true", help="one JSON document, such as benchmarks.pages reads")
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    try:
        models, data = folder_of("TINYC_MODELS", "models"), folder_of("TINYC_DATA", "data")
    except FileNotFoundError as missing:
        print(f"nothing to measure: {missing}")
        return 0
    wanted = asked.models or (CORE_MODELS if asked.cores else sorted(path.stem for path in models.glob("*.onnx")))
    rows: list[Any] = []
    with tempfile.TemporaryDirectory(prefix="tinyc-line-") as folder:
        for stem in wanted:
            progress(stem)
            model = models / f"{stem}.onnx"
            rows += on_cores(model, data, Path(folder)) if asked.cores else [
                measure(model, data, asked.limit, Path(folder))
            ]  # fmt: skip
    if asked.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
    else:
        show(rows, f"the line on {'every emulated core' if asked.cores else BOARD}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
