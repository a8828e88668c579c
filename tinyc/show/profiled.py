"""What each layer costs on the board."""

from __future__ import annotations

from tinyc.profile import Profiled
from tinyc.report.sizes import count
from tinyc.show.tables import show, table


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
