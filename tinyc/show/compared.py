"""Recipes side by side."""

from __future__ import annotations

from tinyc.pareto import Pareto
from tinyc.report.pareto_plot import PARETO_HEADS, pareto_rows
from tinyc.show.tables import show, table


def compared(found: Pareto) -> None:
    """One row for each recipe; a star marks those that no other beats."""
    title = f"{found.model} on {found.board}, --optimize {found.optimize}: {found.metric} of {found.samples} samples"
    show(table(PARETO_HEADS, pareto_rows(found.as_json()), title=title, numbers=range(2, 9)))
    show("* no other recipe is as good in weights + tables, score and cycles and better in one")
