"""What the commands print for people: tables on stdout, in one width where the output is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from tinyc.evaluate import Evaluation
from tinyc.explain import Topic
from tinyc.inspect import Inspection, LayerFacts
from tinyc.make import Made
from tinyc.profile import Profiled
from tinyc.report.sizes import count, size_rows
from tinyc.run import Ran
from tinyc.sensitivity import Sensitivity
from tinyc.targets import Board
from tinyc.verify import GATES, HOST_BOARD, IMPORTED, NUMPY_HOST, LayerCheck, Verification

_PIPE_WIDTH = 160
_SHOWN_SAMPLES = 10
_SHOWN_VALUES = 8
_KERNEL_HEADS = ("layer", "kernel", "cycles (estimate)", "refused because")


def show(*parts: RenderableType) -> None:
    """Print tables and lines on stdout. Text is not markup: model names may hold brackets."""
    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, markup=False, highlight=False, emoji=False)
    for part in parts:
        console.print(part, soft_wrap=isinstance(part, str))


def table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = "", numbers: Iterable[int] = ()
) -> RenderableType:
    """A plain table under a title; the columns in `numbers` stand right."""
    grid = Table(box=box.SIMPLE, pad_edge=False)
    right = set(numbers)
    for index, head in enumerate(heads):
        grid.add_column(head, justify="right" if index in right else "left", overflow="fold")
    for row in rows:
        grid.add_row(*row)
    return Group(Text(title), grid) if title else grid


def made(built: Made) -> None:
    """The summary of a build."""
    report = built.report
    rows = [(row.what, row.text, row.budget_text, "too large" if row.over else "") for row in size_rows(report)]
    title = f"{report['model']['name']} on {report['board']['name']}: {count(report['model']['macs'])} MACs"
    show(table(("", "bytes", "budget", ""), rows, title=title, numbers=(1, 2)))
    show(*(f"note: {note}" for note in report["notes"] if "not measured" in note or "runs in float" in note))
    show(f"written: {built.folder}")


def ran(found: Ran) -> None:
    """The outputs of the first samples."""
    show(f"{found.samples} samples of {found.manifest.name}, {found.where}")
    for name, values in found.outputs.items():
        flat = values.reshape(len(values), -1)
        rows = [
            (str(number), " ".join(f"{value:.5g}" for value in row[:_SHOWN_VALUES]) + _more(len(row), _SHOWN_VALUES))
            for number, row in enumerate(flat[:_SHOWN_SAMPLES])
        ]
        show(table(("sample", name), rows, numbers=(0,)))
    if found.samples > _SHOWN_SAMPLES:
        show(f"the first {_SHOWN_SAMPLES} samples; --output FILE.npz has all")


def evaluated(found: Evaluation) -> None:
    """The scores that apply."""
    scores = found.scores
    shares = {"top-1": scores.top1, "top-5": scores.top5, "agreement with the ONNX file": scores.agreement}
    plain = {"AUC": scores.auc, "MSE": scores.mse}
    rows = [(name, f"{100 * value:.2f} %") for name, value in shares.items() if value is not None]
    rows += [(name, f"{value:.6g}") for name, value in plain.items() if value is not None]
    show(table(("", ""), rows, title=f"{scores.samples} samples, {found.where}", numbers=(1,)))
    show(*([f"ONNX file run by {found.reference}"] if found.reference else []))
    if not rows:
        show("nothing to score: the data has no labels (key y) that go with the output, and the ONNX file is not known")


def profiled(found: Profiled) -> None:
    """Instructions and modelled cycles per layer."""
    costs = zip(found.manifest.layers, found.costs.layers, found.scratch_bytes, strict=True)
    total = found.costs.total
    rows = [
        (str(number), layer.name, layer.kernel, count(cost.instructions), count(cost.cycles_model), count(scratch))
        for number, (layer, cost, scratch) in enumerate(costs)
    ]
    rows.append(("", "whole inference", "", count(total.instructions), count(total.cycles_model), ""))
    heads = ("call", "layer", "kernel", "instructions", "cycles (model)", "scratch bytes")
    title = f"{found.manifest.name} on {found.board}" + (
        "" if found.machine == found.board else f", run by {found.machine}"
    )
    show(table(heads, rows, title=title, numbers=(0, 3, 4, 5)))
    show(f"stack: {found.costs.stack_high_water:,} bytes at most; {found.costs.method}")
    show(f"cycles: {found.cycle_model}" if found.cycle_model else f"cycles: no model describes {found.board}")


def verified(found: Verification) -> None:
    """The layer table and what it says."""
    heads = ("call", "layer", "kernel", "max error", "in steps", "off", NUMPY_HOST, HOST_BOARD)
    rows = [(str(number), *_check_row(layer)) for number, layer in enumerate(found.layers)]
    title = f"{found.model} on {found.board}, {found.samples} samples ({found.data}); error against {found.engine}"
    show(table(heads, rows, title=title, numbers=(0, 3, 4, 5)))
    show(*statements(found))


def statements(found: Verification) -> list[str]:
    """Which pairs of witnesses are equal, in sentences; the last says whether that is enough."""
    names = {IMPORTED: "imported graph = numpy", NUMPY_HOST: "numpy = host C", HOST_BOARD: "host C = board C"}
    machine = "" if found.machine is None else f" on {found.machine} (QEMU)"
    lines = []
    for name, text in names.items():
        pair = found.pair(name)
        where = machine if name == HOST_BOARD else ""
        if pair is None:
            continue
        gate = name in GATES
        failed = [layer.name for layer in found.layers if gate and name in layer.pairs and not _holds(layer, name)]
        how = "equal bit for bit" if pair.equal else f"within {pair.relative:.1e} relative"
        lines.append(f"{text}{where}: " + (f"DIFFERENT in {', '.join(failed)}" if failed else how))
    steps = [layer.onnx for layer in found.outputs if layer.onnx is not None and layer.onnx.max_steps is not None]
    if steps:
        furthest, off = max(item.max_steps or 0.0 for item in steps), sum(item.differing for item in steps)
        share = 100 * off / sum(item.elements for item in steps)
        lines.append(f"ONNX file and numpy: outputs within {furthest:.2f} steps, {share:.3f} % of them off")
    if found.import_error is not None:
        lines.append(f"ONNX file = imported graph: within {found.import_error:.1e} relative")
    lines += found.skipped
    return [*lines, f"{found.model}: {'verified' if found.equal else 'NOT EQUAL'}"]


def inspected(found: Inspection) -> None:
    """Layers with kernels and refusals, or the nodes that are not supported."""
    if found.unsupported:
        title = f"{found.model}: {len(found.unsupported)} nodes are not supported"
        show(table(("node", "operator", "reason", "what to do"), found.unsupported, title=title))
        return
    heads = ("layer", "from node", "output", "MACs", "parameters", "zero weights", "dead channels")
    rows = [_facts_row(layer) for layer in found.layers]
    sums = ("all", "", "", count(sum(f.macs for f in found.layers)), count(sum(f.parameters for f in found.layers)))
    title = f"{found.model}: {', '.join(found.inputs)} -> {', '.join(found.outputs)}"
    show(table(heads, [*rows, (*sums, "", "")], title=title, numbers=(3, 4, 5, 6)))
    show(*(f"note: {note}" for note in found.notes))
    if found.board is not None:
        rows = [row for layer in found.layers for row in kernel_rows(layer)]
        show(table(_KERNEL_HEADS, rows, title=f"kernels on {found.board}"))


def explained_op(layer: LayerFacts, board: str) -> None:
    """The kernels of one op."""
    title = f"{layer.name}: {layer.op} {', '.join(layer.inputs)} -> {layer.output} on {board}"
    show(table(_KERNEL_HEADS, kernel_rows(layer), title=title))


def kernel_rows(layer: LayerFacts) -> list[tuple[str, str, str, str]]:
    """The candidates of one op; a star marks the one that a build takes."""
    rows = []
    for candidate in layer.kernels:
        star = "*" if candidate is layer.chosen else " "
        price = "" if candidate.cycles is None else f"{candidate.cycles:,.0f}"
        rows.append((layer.name, f"{star} {candidate.kernel.name}", price, candidate.refusal or ""))
    return rows or [(layer.name, "  none", "", "there is no kernel for this operator")]


def sensitive(found: Sensitivity) -> None:
    """What each layer costs alone."""
    rows = [
        (cost.layer, cost.op, cost.weights, count(cost.bytes), "-" if cost.sqnr_db is None else f"{cost.sqnr_db:.1f}",
         "-" if cost.drop is None else f"{100 * cost.drop:.2f}")
        for cost in found.costs
    ]  # fmt: skip
    accuracy = "no labels" if found.top1 is None else f"float top-1 {100 * found.top1:.2f} %"
    heads = ("layer", "op", "weights", "bytes", "SQNR dB", "points lost")
    show(table(heads, rows, title=f"{found.samples} samples, {accuracy}", numbers=(3, 4, 5)))


def boards(found: Sequence[Board]) -> None:
    """The boards with their budgets."""
    heads = ("board", "core", "flash budget", "RAM budget", "clock", "emulated by", "")
    rows = [
        (
            board.name,
            board.core.name,
            count(board.budget.flash_bytes),
            count(board.budget.ram_bytes),
            f"{board.clock_hz / 1e6:g} MHz",
            board.emulator.machine if board.emulator else "",
            board.title,
        )
        for board in found
    ]
    show(table(heads, rows, numbers=(2, 3, 4)))


def listed(found: Sequence[Topic]) -> None:
    """Everything that can be explained, kind by kind."""
    for kind in dict.fromkeys(topic.kind for topic in found):
        rows = [(topic.name, topic.summary) for topic in found if topic.kind == kind]
        show(table((kind, ""), rows))


def _more(length: int, shown: int) -> str:
    return f" ... ({length})" if length > shown else ""


def _check_row(layer: LayerCheck) -> tuple[str, ...]:
    onnx = layer.onnx
    error = "–" if onnx is None else f"{onnx.max_abs:.2e}"
    steps = "" if onnx is None or onnx.max_steps is None else f"{onnx.max_steps:.2f}"
    rate = "" if onnx is None or onnx.differing_rate is None else f"{100 * onnx.differing_rate:.3f} %"
    pairs = (str(layer.pairs[name]) if name in layer.pairs else "–" for name in GATES)
    return (layer.name, layer.kernel, error, steps, rate, *pairs)


def _holds(layer: LayerCheck, name: str) -> bool:
    return layer.pairs[name].holds(layer.kind.dtype.is_float)


def _facts_row(layer: LayerFacts) -> tuple[str, ...]:
    dead = f"{layer.dead_channels} of {layer.out_channels}" if layer.out_channels else ""
    zeros = f"{100 * layer.zero_weights / layer.weights:.1f} %" if layer.weights else ""
    return (layer.name, layer.source, layer.output, count(layer.macs), count(layer.parameters), zeros, dead)
