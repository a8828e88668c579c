"""The scores that `tinyc eval` measured, and its confusion matrix, as cells."""

from __future__ import annotations

from dataclasses import dataclass

from tinyc.report.record import Document

SHARES = {"top1": "top-1", "top5": "top-5", "agreement": "agreement with the ONNX file"}
NUMBERS = {"auc": "AUC", "mse": "MSE", "cosine": "cosine to the ONNX file's output"}


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One measure in all places; an empty text where it does not apply."""

    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountCell:
    """How often a label gets an answer, on a ground that is darker the more often it does."""

    text: str
    colour: str
    mark: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """All answers to one label."""

    name: str
    cells: tuple[CountCell, ...]


@dataclass(frozen=True, slots=True)
class ScoresTable:
    """What the report shows of an evaluation."""

    data: str
    reference: str | None
    heads: tuple[str, ...]
    rows: tuple[ScoreRow, ...]
    skipped: tuple[str, ...]
    classes: tuple[str, ...] = ()
    matrix: tuple[MatrixRow, ...] = ()
    mistakes: tuple[str, ...] = ()


def score_rows(columns: list[Document]) -> tuple[ScoreRow, ...]:
    """The measures that apply anywhere, with the number of samples first."""
    rows = [ScoreRow("samples", tuple(f"{column['samples']:,}" for column in columns))]
    for names, text in ((SHARES, _share), (NUMBERS, _number)):
        for key, name in names.items():
            cells = tuple("" if column[key] is None else text(column[key]) for column in columns)
            rows += [ScoreRow(name, cells)] if any(cells) else []
    return tuple(rows)


def scores_table(found: Document) -> ScoresTable:
    """The tables of a report's `evaluation`."""
    columns = found["columns"]
    heads, confusion = tuple(column["where"] for column in columns), found["confusion"]
    kept = (found["data"], found["reference"], heads, score_rows(columns), tuple(found["skipped"]))
    if confusion is None:
        return ScoresTable(*kept)
    classes = tuple(confusion["classes"])
    mistakes = (f"{classes[m['label']]} as {classes[m['answer']]} {m['samples']}×" for m in confusion["mistakes"][:10])
    return ScoresTable(*kept, classes, _matrix(classes, confusion["counts"]), tuple(mistakes))


def _matrix(classes: tuple[str, ...], counts: list[list[int]]) -> tuple[MatrixRow, ...]:
    rows = []
    for label, (name, row) in enumerate(zip(classes, counts, strict=bool(counts))):
        total = max(sum(row), 1)
        cells = [_cell(count, count / total, label == answer) for answer, count in enumerate(row)]
        rows.append(MatrixRow(name, tuple(cells)))
    return tuple(rows)


def _cell(count: int, share: float, is_right: bool) -> CountCell:
    hue = 130 if is_right else 5
    colour = f"hsl({hue}, 60%, {97 - 35 * share:.0f}%)" if count else "none"
    return CountCell(str(count) if count else "", colour, " right" if is_right else "")


def _share(value: float) -> str:
    return f"{100 * value:.2f} %"


def _number(value: float) -> str:
    return f"{value:.6g}"
