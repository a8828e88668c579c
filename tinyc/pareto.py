"""One model under several recipes: size, accuracy and cycles side by side, and which are not beaten in all of them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from tinyc.accuracy import host_scores
from tinyc.codegen.project import replace_files
from tinyc.driver import Options
from tinyc.errors import BoardError, DataError, OutputError, RecipeError, ToolMissing
from tinyc.make import make
from tinyc.profile import profile
from tinyc.recipe import Recipe
from tinyc.report.html import pareto_page
from tinyc.report.progress import track
from tinyc.scores import loss_of, primary
from tinyc.targets import Board


@dataclass(frozen=True, slots=True)
class Point:
    """One recipe. `constants`: bytes of weights, biases and tables in flash, `code` those of code (None: no compiler);
    `value` and `drop`: score, and what it loses against the first recipe, a share of 1; `cycles`: of the stated model,
    or `instructions` where there is none for the core. `on_front`: no other point is as good in constants, drop and
    cycles, and better in one. `refused`: why there are no figures.
    """

    recipe: str
    constants: int | None = None
    code: int | None = None
    arena: int | None = None
    value: float | None = None
    drop: float | None = None
    cycles: int | None = None
    instructions: int | None = None
    on_front: bool = False
    refused: str = ""

    @property
    def costs(self) -> tuple[float, ...]:
        """What should be small: constants, drop and, where they are known, cycles or instructions."""
        return (float(self.constants or 0), self.drop or 0.0, float(self.cycles or self.instructions or 0))


@dataclass(frozen=True, slots=True)
class Pareto:
    """Points in the order of the recipes; `metric` is what `value` counts."""

    model: str
    board: str
    optimize: str
    metric: str
    samples: int
    points: tuple[Point, ...]

    def as_json(self) -> dict[str, Any]:
        return {"schema": 1, **asdict(self)}


@dataclass(frozen=True, slots=True)
class Question:
    """What to compare. The first recipe is what drops are counted from. `page`: where to write table and plot."""

    model: Path
    board: Board
    recipes: tuple[Recipe, ...]
    data: Path
    calibration: Path | None = None
    options: Options = field(default_factory=Options)
    page: Path | None = None


def pareto(question: Question) -> Pareto:
    """Build, measure and score every recipe. A recipe that refuses this model has the reason in its row; DataError if
    the data scores nothing.
    """
    if question.page is not None and not question.page.parent.is_dir():
        raise OutputError(f"{question.page}: no such folder", hint="choose another file with --html")
    points: list[Point] = []
    metric, samples = "", 0
    with track("recipes", len(question.recipes)) as advance:
        for recipe in question.recipes:
            point, metric, samples = _point(question, recipe, points, metric, samples)
            points.append(point)
            advance(1)
    found = Pareto(
        question.model.name, question.board.name, question.options.optimize, metric, samples, _marked(points)
    )
    if question.page is not None:
        replace_files(question.page.parent, {question.page.name: pareto_page(found.as_json()).encode()})
    return found


def _point(
    question: Question, recipe: Recipe, before: Sequence[Point], metric: str, samples: int
) -> tuple[Point, str, int]:
    with tempfile.TemporaryDirectory(prefix="tinyc-pareto-") as parent:
        folder = Path(parent) / "model"
        bare = replace(recipe, requirements=())
        try:
            made = make(
                question.model, question.board, bare, question.options, folder, calibration=question.calibration
            )
        except RecipeError as error:
            return Point(recipe.name, refused=" ".join(error.reason.split())), metric, samples
        scores = host_scores(made.result, question.data)
        metric = metric or primary(scores) or ""
        flash, value = made.report["flash"], getattr(scores, metric)
        reference = next((point.value for point in before if point.value is not None), value)
        cycles, instructions = _costs(folder)
        point = Point(
            recipe.name,
            constants=flash["weights"] + (flash["tables"] or 0),
            code=flash["code"],
            arena=made.report["ram"]["arena"],
            value=value,
            drop=loss_of(metric, reference, value),
            cycles=cycles,
            instructions=instructions,
        )
    return point, metric, scores.samples


def _costs(folder: Path) -> tuple[int | None, int | None]:
    """Cycles by the stated model and instructions on the emulated board; None where it cannot run."""
    try:
        total = profile(folder).costs.total
    except (BoardError, ToolMissing):
        return None, None
    return total.cycles_model, total.instructions


def _marked(points: Sequence[Point]) -> tuple[Point, ...]:
    measured = [point for point in points if not point.refused]
    if not measured:
        raise DataError(f"no recipe can build this model: {points[0].refused}", hint="tinyc explain lists recipes")
    return tuple(
        replace(point, on_front=not point.refused and not any(_beats(other, point) for other in measured))
        for point in points
    )


def _beats(other: Point, point: Point) -> bool:
    pairs = list(zip(other.costs, point.costs, strict=True))
    return all(theirs <= ours for theirs, ours in pairs) and any(theirs < ours for theirs, ours in pairs)
