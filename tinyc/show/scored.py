"""Scores of a built model, and which classes it takes for which."""

from __future__ import annotations

from rich.console import RenderableType

from tinyc.evaluate import Evaluation
from tinyc.report.scores_table import score_rows
from tinyc.scores import Confusion
from tinyc.show.tables import show, table

_WIDEST_MATRIX = 20


def evaluated(found: Evaluation, with_confusion: bool = False) -> None:
    """One column for each place that ran the samples; only the scores that apply."""
    rows = [(row.name, *row.cells) for row in score_rows(found.as_json()["columns"])]
    heads = (found.data, *(column.where for column in found.columns))
    show(table(heads, rows, numbers=range(1, len(heads))))
    show(*([f"ONNX file run by {found.reference}"] if found.reference else []), *found.skipped)
    fewest, most = (pick(column.scores.samples for column in found.columns) for pick in (min, max))
    if fewest < most:
        show(f"the board ran the first {fewest} of {most} samples only (--board-limit): its scores are of these")
    if len(rows) == 1:
        show("nothing to score: the data has no labels (key y) that go with the output, and the ONNX file is not known")
    if with_confusion:
        show(*_confused(found.confusion))


def _confused(found: Confusion | None) -> list[RenderableType]:
    if found is None:
        return ["no confusion matrix: the labels are not the classes of this output"]
    names = found.classes
    if found.counts and len(names) <= _WIDEST_MATRIX:
        rows = [(name, *map(str, row)) for name, row in zip(names, found.counts, strict=True)]
        return [table(("label \\ answer", *names), rows, numbers=range(1, len(names) + 1))]
    rows = [(names[m.label], names[m.answer], str(m.samples)) for m in found.mistakes]
    return [table(("label", "answer", "samples"), rows, title="commonest mistakes", numbers=(2,))]
