"""report.html: one self-contained page made of nothing but report.json."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tinyc import resources
from tinyc.report.histogram_pictures import histogram_pictures
from tinyc.report.memory_map import arena_budget, memory_map
from tinyc.report.memory_text import peak_line, step_text
from tinyc.report.pareto_plot import pareto_plot
from tinyc.report.pass_rows import PASS_HEADS, layer_rows, pass_rows
from tinyc.report.record import Document
from tinyc.report.region_rows import HEADS, region_rows
from tinyc.report.scores_table import scores_table
from tinyc.report.sensitivity_plot import sensitivity_plot
from tinyc.report.sizes import LAYER_COLUMNS, SizeRow, layer_cells, size_rows
from tinyc.report.stack_text import stack_line, stack_rows

FILE = "report.html"
_COLOURS = {"input": "#9ecae1", "output": "#a1d99b", "activation": "#fdd0a2", "scratch": "#d0c4e0", "state": "#f4b6c2"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A text in a table; `side` is "n" for numbers, which stand on the right."""

    text: str
    side: str


def html(report: Document) -> str:
    """The page's text; equal for equal reports."""
    evaluation, sensitivity = report.get("evaluation"), report.get("sensitivity")
    return _rendered(
        "report/report.html.j2",
        model=report["model"],
        board=report["board"],
        sizes=[_shown(row) for row in size_rows(report)],
        overrun="\n".join(report["overrun"]),
        lower_bound=f"{report['lower_bounds']['arena']:,}",
        map=memory_map(report),
        region_heads=[Cell(head, "n" if index > 1 else "t") for index, head in enumerate(HEADS)],
        region_rows=[row.cells for row in region_rows(report)],
        arena=f"{report['ram']['arena']:,}",
        arena_budget=f"{arena_budget(report):,}",
        peak_line=peak_line(report),
        next_steps=[step_text(step) for step in report["memory"]["next_steps"]],
        stack_line=stack_line(report),
        stack_rows=stack_rows(report),
        roles=list(_COLOURS),
        colours=_COLOURS,
        layer_heads=[Cell(column.head, _side(column.is_number)) for column in LAYER_COLUMNS],
        layer_rows=[_row(number, layer) for number, layer in enumerate(report["layers"])],
        pass_heads=PASS_HEADS,
        pass_rows=pass_rows(report["passes"]),
        pass_layers=layer_rows(report["passes"]),
        notes=report["notes"],
        evaluation=None if evaluation is None else scores_table(evaluation),
        plot=None if sensitivity is None else sensitivity_plot(sensitivity),
        histograms=histogram_pictures(report.get("calibration") or ()),
    )


def sensitivity_page(found: Document) -> str:
    """A page with nothing but what `tinyc sensitivity` measured."""
    return _rendered("report/sensitivity.html.j2", model=found["model"], plot=sensitivity_plot(found))


def pareto_page(found: Document) -> str:
    """A page with what `tinyc pareto` measured."""
    return _rendered("report/pareto.html.j2", model=found["model"], plot=pareto_plot(found))


def _rendered(template: str, **words: Any) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(resources.templates_dir()),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(template).render(**words)


def _shown(row: SizeRow) -> dict[str, str]:
    return {"what": row.what, "bytes": row.text, "budget": row.budget_text, "mark": "over" if row.over else ""}


def _row(number: int, layer: Document) -> list[Cell]:
    texts = layer_cells(number, layer)
    return [Cell(text, _side(column.is_number)) for text, column in zip(texts, LAYER_COLUMNS, strict=True)]


def _side(is_number: bool) -> str:
    return "n" if is_number else "t"
