"""The order of the line: load, passes, lower, emit. Nobody else knows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from tinyc.calibration.calibration import Calibration
from tinyc.calibration.kept import KeptHistogram
from tinyc.codegen.emit import Origin, emit
from tinyc.codegen.integrity import Integrity
from tinyc.codegen.manifest import CalibrationFile
from tinyc.codegen.project import Project
from tinyc.frontend.load import LoadedModel, load
from tinyc.host.calibration_data import fingerprint, open_calibration
from tinyc.ir.choose_edges import edge_memory
from tinyc.ir.graph import Graph
from tinyc.ir.verify import verify
from tinyc.lower.encode import encoded
from tinyc.lower.goal import Goal
from tinyc.lower.ledger import check_budget
from tinyc.lower.lower import lower
from tinyc.lower.offsets.planner import FAST
from tinyc.lower.offsets.planners import planner_called
from tinyc.lower.program import Program
from tinyc.lower.regions import Places
from tinyc.lower.select import priced
from tinyc.passes.assign_layout import AssignLayout
from tinyc.passes.base import Pass, PassContext, PassNote, Price, constant_bytes
from tinyc.passes.native_io import NativeIo
from tinyc.recipe import Recipe, load_recipe, to_text
from tinyc.targets import Board

_ENCODE = "encode"


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may choose besides model, board and recipe. `states` maps inputs to the outputs they continue.

    `bind_inputs` and `bind_outputs` lie in memory that the caller binds, `consume_inputs` of them may be written over;
    `keep_inputs` in the arena may not. Each holds names as the model declares them, or the word "all".
    `place` maps patterns of buffers and constants, or the word "weights", to regions of the board.
    """

    name: str | None = None
    dims: Mapping[str, int] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    native_io: bool = True
    channels_last_inputs: bool = False
    optimize: str = Goal.BALANCED.value
    integrity: str = Integrity.NONE.value
    bind_inputs: Sequence[str] = ()
    consume_inputs: Sequence[str] = ()
    keep_inputs: Sequence[str] = ()
    bind_outputs: Sequence[str] = ()
    place: Mapping[str, str] = field(default_factory=dict)
    planner: str = FAST.name
    ram: int | None = None
    push_rows: Sequence[str] = ()

    @property
    def goal(self) -> Goal:
        """What kernels are chosen for: rows can only be pushed into a stream."""
        return Goal.RAM if self.push_rows else Goal(self.optimize)


@dataclass(frozen=True, slots=True)
class BuildResult:
    """Every stage of one build.

    `goal` is what kernels were chosen for in the end: RAM where the plan for the wanted goal needs more than `ram`, the
    most that the options allow. `imported` is the graph before the recipe, `graph` the one that was lowered, `stages`
    the graph after each pass, with the passes' `notes`. `histograms` are those of the values whose ranges came from
    data, `warnings` what the user should see.
    """

    model: LoadedModel
    board: Board
    goal: Goal
    recipe: Recipe
    imported: Graph
    graph: Graph
    program: Program
    project: Project
    notes: tuple[PassNote, ...]
    stages: tuple[Graph, ...]
    histograms: tuple[KeptHistogram, ...] = ()
    warnings: tuple[str, ...] = ()
    ram: int | None = None


def build(
    model: Path,
    board: Board,
    recipe: Recipe | None = None,
    options: Options | None = None,
    calibration: Path | None = None,
) -> BuildResult:
    """ONNX file to a project in memory; nothing is written. TinycError of the stage that fails.

    `calibration`: samples for passes that ask for them, an .npz file or a folder of such files.

    The board's budget is not checked here: `check_budget` does it, after the report has been written.
    """
    recipe, options = recipe or load_recipe("float"), options or Options()
    loaded, context = prepare(model, recipe, options, calibration, board)
    goal = options.goal
    graph = _encoded(context, board, goal)
    program, goal = planned(graph, board, options)
    origin = _origin(loaded, recipe, options, _calibrated_with(context, calibration))
    project = emit(program, board, origin, Integrity(options.integrity))
    return BuildResult(
        loaded, board, goal, recipe, loaded.graph, graph, program, project, tuple(context.notes), tuple(context.stages),
        tuple(context.histograms), (*context.warnings, *_unread(context)), options.ram,
    )  # fmt: skip


def replan(result: BuildResult, options: Options) -> Program:
    """What this build's program would be with other options of its edges and its goal, by the fast planner; what the
    recipe has made stays, and its encodings, if goal and layout do. TinycError of the stage that fails.
    """
    goal, options = options.goal, replace(options, planner=FAST.name)
    if goal is result.goal and not options.channels_last_inputs:
        graph = with_edge_memory(result.graph, options)
        return planned(graph, result.board, options)[0]
    encodes = result.notes[-1].name == _ENCODE
    stages = (result.imported, *result.stages[: len(result.stages) - encodes])
    graph = with_edge_memory(stages[-1 - len(_finishing(options))], options)
    context = PassContext(price=priced(result.board, goal))
    for step in _finishing(options):
        graph = step.run(graph, context)
    return planned(encoded(graph, result.board, goal).graph, result.board, options)[0]


def planned(graph: Graph, board: Board, options: Options) -> tuple[Program, Goal]:
    """The program of a graph whose weights are encoded, and the goal that it has been planned for: with a limit for RAM
    that the options' own goal exceeds, it is RAM. TinycError of what cannot be.
    """
    goal, planner = options.goal, planner_called(options.planner)
    places = Places(tuple(options.place.items()))
    program = lower(graph, board, goal, planner, places)
    if options.ram is None or program.arena_bytes <= options.ram:
        return program, goal
    return lower(graph, board, Goal.RAM, planner, places, options.ram), Goal.RAM


def prepare(
    model: Path, recipe: Recipe, options: Options, calibration: Path | None = None, board: Board | None = None
) -> tuple[LoadedModel, PassContext]:
    """The first half of the line: an ONNX file to the graph that can be lowered, the context's last stage. `board`:
    where layouts are chosen by what they cost there.
    """
    loaded = load(model, name=options.name, dims=options.dims, states=options.states)
    loaded = replace(loaded, graph=with_edge_memory(loaded.graph, options))
    data = None if calibration is None else open_calibration(calibration, loaded.graph)
    price = None if board is None else priced(board, options.goal)
    return loaded, optimise(loaded.graph, recipe, options, data, price)


def with_edge_memory(graph: Graph, options: Options) -> Graph:
    """The graph with inputs and outputs in the memory that the options say. OptionError."""
    edges = edge_memory(
        graph, options.bind_inputs, options.consume_inputs, options.keep_inputs, options.bind_outputs, options.push_rows
    )
    return graph if edges == graph.edges else replace(graph, edges=edges)


def _encoded(context: PassContext, board: Board, goal: Goal) -> Graph:
    """The last stage, its weights in the encodings that serve the goal."""
    before = context.stages[-1]
    found = encoded(before, board, goal)
    if found.graph is not before:
        note = PassNote(_ENCODE, goal.value, constant_bytes(before), constant_bytes(found.graph), found.remark)
        context.record(note, found.graph)
    return found.graph


def _origin(loaded: LoadedModel, recipe: Recipe, options: Options, data: CalibrationFile | None) -> Origin:
    floats = frozenset(name for name in loaded.graph.fed if loaded.graph.types[name].dtype.is_float)
    plain = replace(
        options, name=loaded.graph.name, dims=dict(options.dims), states=dict(options.states), place=dict(options.place)
    )
    model, text = (loaded.path.name, loaded.sha256), to_text(recipe)
    return Origin(*model, recipe.name, recipe.hash, text, asdict(plain), data, floats)


def _calibrated_with(context: PassContext, path: Path | None) -> CalibrationFile | None:
    """The data that passes have read; None if there is none, or nobody read it."""
    if path is None or context.calibration is None or not context.calibration.read_for:
        return None
    return CalibrationFile(path.resolve().name, fingerprint(path), context.calibration.count)


def _unread(context: PassContext) -> tuple[str, ...]:
    if context.calibration is None or context.calibration.read_for:
        return ()
    return ("the calibration data was not read: no pass of this recipe asks for it",)


def optimise(
    graph: Graph, recipe: Recipe, options: Options, calibration: Calibration | None = None, price: Price | None = None
) -> PassContext:
    """The recipe's passes, then those that fix the model's surface and its layout: the last stage is their result."""
    context = PassContext(calibration=calibration, price=price)
    graph = recipe.pipeline().run(graph, context)
    for step in _finishing(options):
        before, graph = graph, step.run(graph, context)
        verify(graph)
        context.record(PassNote(step.word, "", constant_bytes(before), constant_bytes(graph)), graph)
    return context


def _finishing(options: Options) -> Sequence[Pass]:
    edges = [NativeIo()] if options.native_io else []
    return [*edges, AssignLayout(channels_last_inputs=options.channels_last_inputs)]


__all__ = ["BuildResult", "Options", "build", "check_budget", "optimise", "planned", "prepare", "replan"]
