"""Layers of a model, and the kernels for each."""

from __future__ import annotations

from dataclasses import replace

from rich.console import RenderableType

from tinyc.inspect import Inspection, LayerFacts
from tinyc.report.memory_text import LEGEND, peak_line, pictured, step_text, strip_lines
from tinyc.report.record import Document
from tinyc.report.sizes import count
from tinyc.show.tables import show, table

_KERNEL_HEADS = ("layer", "kernel", "cycles (estimate)", "scratch", "flash", "why, or why not")
_NUMBERS = (2, 3, 4)


def inspected(found: Inspection) -> None:
    """Layers with kernels and refusals, or the nodes that are not supported."""
    if found.unsupported:
        title = f"{found.model}: {len(found.unsupported)} nodes are not supported"
        show(table(("node", "operator", "reason", "what to do"), found.unsupported, title=title))
        return
    if found.plan is not None:
        show(*planned(found.plan, f"{found.model} on {found.board}"))
        return
    heads = ("layer", "from node", "output", "MACs", "parameters", "zero weights", "dead channels")
    rows = [_facts_row(layer) for layer in found.layers]
    sums = ("all", "", "", count(sum(f.macs for f in found.layers)), count(sum(f.parameters for f in found.layers)))
    title = f"{found.model}: {', '.join(found.inputs)} -> {', '.join(found.outputs)}"
    show(table(heads, [*rows, (*sums, "", "")], title=title, numbers=(3, 4, 5, 6)))
    show(*(f"note: {note}" for note in found.notes))
    if found.board is not None:
        rows = [row for layer in found.layers for row in fitting_rows(layer)]
        show(table(_KERNEL_HEADS, rows, title=f"kernels on {found.board}", numbers=_NUMBERS))


def planned(plan: Document, title: str) -> list[RenderableType]:
    """The arena over the calls, and the call that decides its size."""
    grid = table(("call", "layer", "live bytes", "arena"), pictured(plan), title=title, numbers=(0, 2))
    steps = [f"next step: {step_text(step)}" for step in plan["memory"]["next_steps"]]
    return [grid, LEGEND, f"arena: {plan['ram']['arena']:,} bytes", peak_line(plan), *strip_lines(plan), *steps]


def explained_op(layer: LayerFacts, board: str) -> None:
    """The kernels of one op."""
    title = f"{layer.name}: {layer.op} {', '.join(layer.inputs)} -> {layer.output} on {board}"
    show(table(_KERNEL_HEADS, kernel_rows(layer), title=title, numbers=_NUMBERS))


def fitting_rows(layer: LayerFacts) -> list[tuple[str, ...]]:
    """The candidates that fit, and how many do not; all of them where none fits."""
    fitting = tuple(offer for offer in layer.kernels if not offer.refused)
    if not fitting:
        return kernel_rows(layer)
    refused = len(layer.kernels) - len(fitting)
    rows = kernel_rows(replace(layer, kernels=fitting))
    hint = (layer.name, f"  {refused} others", "", "", "", "refused: tinyc explain MODEL --op NAME")
    return [*rows, hint] if refused else rows


def kernel_rows(layer: LayerFacts) -> list[tuple[str, ...]]:
    """The candidates of one op; a star marks the one that a build takes."""
    rows = []
    for offer in layer.kernels:
        star = "*" if offer.taken else " "
        numbers = ("" if number is None else f"{number:,.0f}" for number in (offer.cycles, offer.scratch, offer.flash))
        rows.append((layer.name, f"{star} {offer.kernel}", *numbers, offer.why))
    return rows or [(layer.name, "  none", "", "", "", "there is no kernel for this operator")]


def _facts_row(layer: LayerFacts) -> tuple[str, ...]:
    dead = f"{layer.dead_channels} of {layer.out_channels}" if layer.out_channels else ""
    zeros = f"{100 * layer.zero_weights / layer.weights:.1f} %" if layer.weights else ""
    return (layer.name, layer.source, layer.output, count(layer.macs), count(layer.parameters), zeros, dead)
