"""Which layers suffer from quantisation."""

from __future__ import annotations

from tinyc.report.sizes import count
from tinyc.scores import METRIC_NAMES
from tinyc.sensitivity import LayerCost, Sensitivity
from tinyc.show.tables import show, table

_SHOWN_WORST = 5


def sensitive(found: Sensitivity) -> None:
    """What each layer costs alone, and the order in which to spare layers."""
    name = "lost" if found.metric is None else f"{METRIC_NAMES[found.metric]} lost"
    heads = ["layer", "op", "format", "bytes", "SQNR dB", name, *(["cycles (estimate)"] if found.board else [])]
    rows = [_row(cost, found) for cost in found.costs]
    plain = "no labels" if found.metric is None else f"float {METRIC_NAMES[found.metric]} {found.value:.6g}"
    title = f"{found.model}: {found.samples} samples, {plain}; {found.calibrated}"
    show(table(heads, rows, title=title, numbers=range(3, len(heads))))
    for kind in found.formats:
        worst = ", ".join(cost.layer for cost in found.worst(kind, _SHOWN_WORST))
        show(f"most sensitive at {kind}: {worst}")


def _row(cost: LayerCost, found: Sensitivity) -> list[str]:
    signal = "no error" if cost.sqnr_db is None else f"{cost.sqnr_db:.1f}"
    lost = "–" if cost.drop is None else f"{100 * cost.drop:.2f} %"
    cells = [cost.layer, cost.op, cost.format, count(cost.bytes), signal, lost]
    return [*cells, "–" if cost.cycles is None else f"{cost.cycles:,.0f}"] if found.board else cells
