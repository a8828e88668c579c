"""What `tinyc build` does: the line, then sizes from the real image, reports, and a folder that appears whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tinyc.accuracy import REQUIRED, Accuracy, check_measured, measure_accuracy, missed
from tinyc.codegen.project import Project, write
from tinyc.driver import BuildResult, Options, build
from tinyc.errors import DoesNotFit, OutputError, RecipeError, RequirementMissed
from tinyc.host.calibration_data import open_calibration
from tinyc.ir.writer import to_text as graph_text
from tinyc.lower.ledger import check_arena, check_budget, ledger
from tinyc.lower.program_text import to_text as program_text
from tinyc.measure import Measured, measure, unmeasured
from tinyc.next_steps import next_steps, smallest
from tinyc.pass_effects import pass_effects
from tinyc.recipe import Recipe
from tinyc.report.html import FILE as HTML_FILE
from tinyc.report.html import html
from tinyc.report.record import FILE as JSON_FILE
from tinyc.report.record import Document, Subject, document, to_json
from tinyc.targets import Board


@dataclass(frozen=True, slots=True)
class Made:
    """A folder with its report. `unfit` is the error to end with if the board's budget or a requirement of the recipe
    does not hold.
    """

    folder: Path
    result: BuildResult
    report: Document
    unfit: DoesNotFit | RequirementMissed | None


def make(
    model: Path,
    board: Board,
    recipe: Recipe,
    options: Options,
    folder: Path | None = None,
    dump: Path | None = None,
    calibration: Path | None = None,
    data: Path | None = None,
) -> Made:
    """Build a model into `folder` (default: the model's name here). TinycError of the stage that fails: then nothing
    was written. A model that is too large or misses a requirement is written all the same, with its report.

    `data`: labelled samples; with them the report states the accuracy, measured in host C.
    """
    _refuse_unmeasurable(recipe, data)
    result = build(model, board, recipe, options, calibration)
    target = folder if folder is not None else Path(result.program.name)
    if dump is not None:
        write_stages(result, dump)
    measured, unfit = _measured(result, options)
    report = document(_subject(result, measured, unfit))
    report["memory"]["next_steps"] = [step.as_json() for step in next_steps(result, options)]
    samples = None if calibration is None else open_calibration(calibration, result.imported)
    for entry, effect in zip(report["passes"], pass_effects(result, samples), strict=True):
        entry |= effect.as_json()
    accuracy = None if data is None else measure_accuracy(result, options, data)
    if accuracy is not None and data is not None:
        check_measured(recipe, accuracy, data)
        report["accuracy"] = accuracy.as_json()
    write(with_reports(result.project, report), target)
    broken = unfit or _broken_requirement(recipe, report)
    if broken is None and accuracy is not None and data is not None:
        return Made(target, result, report, _missed(result, options, accuracy, data, calibration))
    return Made(target, result, report, broken)


def _missed(
    result: BuildResult, options: Options, accuracy: Accuracy, data: Path, calibration: Path | None
) -> RequirementMissed | None:
    wanted = (requirement for requirement in result.recipe.requirements if requirement.metric in REQUIRED)
    found = (missed(requirement, accuracy, result, options, data, calibration) for requirement in wanted)
    return next((error for error in found if error is not None), None)


def _refuse_unmeasurable(recipe: Recipe, data: Path | None) -> None:
    for requirement in recipe.requirements:
        if requirement.metric not in _REQUIRED_BYTES and data is None:
            raise RecipeError(
                f'{requirement.place}: "{requirement}" needs labelled data to measure it on',
                hint="give samples x with their labels y: --data L.npz",
            )


_NAMED_LAYERS = 4

_REQUIRED_BYTES = {"flash": "flash", "ram": "ram"}
"""Metrics of `require` and the part of the report whose total they are held against."""


def _broken_requirement(recipe: Recipe, report: Document) -> RequirementMissed | None:
    """The first `require` line on bytes that does not hold, or that could not be measured."""
    for requirement in recipe.requirements:
        if requirement.metric not in _REQUIRED_BYTES:
            continue
        part = report[_REQUIRED_BYTES[requirement.metric]]
        place = f'{requirement.place}: "{requirement}"'
        if part["total"] is None:
            return RequirementMissed(f"{place} was not measured: {'; '.join(report['notes'])}")
        if not requirement.holds(part["total"]):
            reason = f"{place} does not hold: this build reaches {part['total']:,} bytes ({_parts(part)})"
            return RequirementMissed(
                f"{reason}\n{_largest(requirement.metric, report)}", hint=_smaller(requirement.metric)
            )
    return None


def _parts(part: Document) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in part.items() if name != "total" and count)


def _largest(metric: str, report: Document) -> str:
    """The layers that take most of what is required, a line each."""
    key = {"flash": "weight_bytes", "ram": "arena_live"}[metric]
    layers = sorted(report["layers"], key=lambda layer: -int(layer[key]))[:_NAMED_LAYERS]
    return "\n".join(f"  {layer[key]:>10,} {layer['name']} ({layer['encoding']})" for layer in layers)


def _smaller(metric: str) -> str:
    if metric == "ram":
        return "--optimize ram takes kernels with less working memory"
    return "fewer bits, pruning or huffman in the recipe (tinyc explain lists passes), or --optimize flash: less code"


def with_reports(project: Project, report: Document) -> Project:
    """The project with report.json and report.html."""
    return project.with_files({JSON_FILE: to_json(report).encode(), HTML_FILE: html(report).encode()})


def write_stages(result: BuildResult, folder: Path) -> None:
    """Write the text of each stage: the imported graph, the graph after each pass, the program. OutputError."""
    texts = {"00_imported.graph": graph_text(result.imported)}
    for number, (note, graph) in enumerate(zip(result.notes, result.stages, strict=True), 1):
        texts[f"{number:02}_{note.name}.graph"] = graph_text(graph)
    texts[f"{len(texts):02}_program.txt"] = program_text(result.program)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{folder}: {error.strerror}", hint="choose another folder with --dump") from error


def _measured(result: BuildResult, options: Options) -> tuple[Measured, DoesNotFit | None]:
    """Sizes, and the error if they exceed the budget. What is too large without its code is not linked."""
    board = result.board
    if unfit := _unfit(result, options):
        return unmeasured("the model does not fit the budget, even without code"), unfit
    measured = measure(result.project, board)
    if measured.overflow:
        reason = f'"{result.program.name}" does not fit the memory of {board.name}\n{measured.overflow}'
        return measured, DoesNotFit(reason, hint="choose a larger board: tinyc boards")
    return measured, _unfit(result, options, measured)


def _unfit(result: BuildResult, options: Options, measured: Measured | None = None) -> DoesNotFit | None:
    program, board, code_bytes, stack_bytes = result.program, result.board, None, 0
    if measured is not None and measured.image is not None:
        code_bytes = measured.image.flash - sum(constant.bytes for constant in program.constants)
        stack_bytes = 0 if measured.stack is None else measured.stack.bytes or measured.stack.measured or 0
    try:
        check_arena(program, result.ram)
        book = ledger(program, board, code_bytes, stack_bytes)
        check_budget(book, board, program, lambda: smallest(result, options))
    except DoesNotFit as unfit:
        return unfit
    return None


def _subject(result: BuildResult, measured: Measured, unfit: DoesNotFit | None) -> Subject:
    return Subject(
        model_file=result.model.path.name,
        model_sha256=result.model.sha256,
        program=result.program,
        board=result.board,
        passes=result.notes,
        image=measured.image,
        stack=measured.stack,
        notes=(*result.warnings, *result.graph.notes, *measured.notes),
        overrun="" if unfit is None else unfit.reason,
        histograms=result.histograms,
    )
