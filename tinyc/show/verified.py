"""Witnesses side by side."""

from __future__ import annotations

from tinyc.show.tables import show, table
from tinyc.verification import GATES, HOST_BOARD, IMPORTED, NUMPY_HOST, LayerCheck, Verification


def verified(found: Verification) -> None:
    """The layer table and what it says."""
    heads = ("call", "layer", "kernel", "max error", "in steps", "off", NUMPY_HOST, HOST_BOARD)
    rows = [(str(layer.call), *_check_row(layer)) for layer in found.layers]
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


def _check_row(layer: LayerCheck) -> tuple[str, ...]:
    onnx = layer.onnx
    error = "–" if onnx is None else f"{onnx.max_abs:.2e}"
    steps = "" if onnx is None or onnx.max_steps is None else f"{onnx.max_steps:.2f}"
    rate = "" if onnx is None or onnx.differing_rate is None else f"{100 * onnx.differing_rate:.3f} %"
    pairs = (str(layer.pairs[name]) if name in layer.pairs else "–" for name in GATES)
    return (layer.name, layer.kernel, error, steps, rate, *pairs)


def _holds(layer: LayerCheck, name: str) -> bool:
    return layer.pairs[name].holds(layer.kind.dtype.is_float)
